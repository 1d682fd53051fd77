'use strict';
// A policy validation plugin of CDK: asks the eks-guard command about the synthesized app, and hands on what it says.
const { existsSync } = require('node:fs');
const { basename, dirname, join, resolve } = require('node:path');
const { flags, run } = require('./command');
const { version } = require('./package.json');

const OPTIONS = ['command', 'packs', 'policies', 'config', 'failOn', 'strict', 'today', 'against'];

class EksGuard {
  constructor(options = {}) {
    const unknown = Object.keys(options).filter((name) => !OPTIONS.includes(name));
    if (unknown.length) throw new TypeError(`eks-guard: found option ${unknown}, expected ${OPTIONS.join(', ')}`);
    this.name = 'eks-guard'; // the namespace of acknowledgements, too
    this.version = version;
    this.options = options;
  }

  /** Called by CDK when the whole assembly is written. This never throws, because the CDK CLI takes that for a success. */
  validate({ templatePaths }) {
    if (!templatePaths.length) return { success: true, violations: [] };
    try {
      return partOf(check(outermostAssembly(dirname(resolve(templatePaths[0]))), this.options), templatePaths);
    } catch (error) {
      return incomplete(`eks-guard: ${error.message}`, templatePaths[0]);
    }
  }
}

/** A plugin of a stage is asked about the templates of that stage. Each stage has a folder of its own. */
function partOf(report, templatePaths) {
  const folders = new Set(templatePaths.map((path) => dirname(resolve(path))));
  const violations = report.violations.filter((violation) =>
    violation.violatingResources.some(({ templatePath }) => folders.has(dirname(resolve(templatePath)))),
  );
  return { ...report, violations, success: !violations.some(({ severity }) => FAILS.includes(severity)) };
}

/** What says that nothing was judged. It is about no construct, so that it stands whatever stacks are asked for. */
function incomplete(description, templatePath) {
  const violatingResources = [{ resourceLogicalId: '', templatePath, locations: [] }];
  const violation = { ruleName: 'audit-complete', description, severity: 'fatal', violatingResources };
  return { success: false, violations: [violation], pluginVersion: version };
}

/** What fails a synth once anything is acknowledged; the command uses these for what closes its gate, and only then. */
const FAILS = ['error', 'fatal'];

/** Stages lie inside of the app's folder, and only together they tell everything. */
function outermostAssembly(folder) {
  const isStage = basename(folder).startsWith('assembly-') && existsSync(join(dirname(folder), 'manifest.json'));
  return isStage ? outermostAssembly(dirname(folder)) : folder;
}

function check(assembly, options) {
  const { status, signal, stdout, stderr, command } = run(
    ['check', assembly, '--format', 'cdk-report', ...flags(options)],
    options,
  );
  if (status !== 0 && status !== 1) throw new Error(`${command} ended with ${status ?? signal}:\n${stderr.trim()}`);
  process.stderr.write(stderr); // its notes
  return parsed(stdout, `${command} wrote no report:\n${stderr.trim()}`);
}

/** An interpreter without eks-guard ends with 1, too, but says nothing on stdout. */
function parsed(text, complaint) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(complaint);
  }
}

module.exports = { EksGuard };
