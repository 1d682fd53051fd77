'use strict';
// One assertion for jest, vitest and node:test over what a CDK app synthesizes: assertPasses(app).
const { AssertionError } = require('node:assert');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { flags, run } = require('./command');

const OPTIONS = ['command', 'packs', 'policies', 'config', 'failOn', 'strict', 'today', 'against', 'requireCluster'];

/** Throw an AssertionError with the report of eks-guard if an App, a Stage, a Template or the cdk.out at a path fails. */
function assertPasses(subject, options = {}) {
  const unknown = Object.keys(options).filter((name) => !OPTIONS.includes(name));
  if (unknown.length) throw new TypeError(`eks-guard: found option ${unknown}, expected ${OPTIONS.join(', ')}`);
  const { path, remove } = written(subject);
  try {
    judge(path, options);
  } finally {
    remove();
  }
}

function judge(path, options) {
  const { requireCluster = true } = options; // a test that judged nothing must not look like one that passed
  const args = ['check', path, ...(requireCluster ? ['--require-cluster'] : []), ...flags(options)];
  const { status, signal, stdout, stderr, command } = run(args, options);
  if (status === 0) return;
  if (status !== 1 || !stdout) throw new Error(`${command} ended with ${status ?? signal}:\n${stderr.trim()}`);
  throw new AssertionError({ message: `\n${stdout}`, stackStartFn: assertPasses });
}

/** Where the subject lies, and how what was written for it goes away again. */
function written(subject) {
  if (typeof subject === 'string') return { path: subject, remove: () => {} };
  if (typeof subject?.synth === 'function') return { path: subject.synth().directory, remove: () => {} };
  if (typeof subject?.toJSON !== 'function') {
    throw new TypeError('eks-guard: expected an App, a Stage, a Template, or the path of a cdk.out');
  }
  const folder = mkdtempSync(join(tmpdir(), 'eks-guard-'));
  const path = join(folder, 'Template.template.json');
  writeFileSync(path, JSON.stringify(subject.toJSON()));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

module.exports = { assertPasses };
