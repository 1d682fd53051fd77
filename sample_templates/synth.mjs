// Synthesizes the samples again: node sample_templates/synth.mjs [sample…]
// Works in a folder of its own, so that no path of this machine gets into what is committed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const work = '/tmp/eks-guard-samples';
const names = readdirSync(here).filter((name) => existsSync(join(here, name, 'cdk.json')));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length) throw new Error(`no such sample: ${unknown.join(', ')}; there are ${names.join(', ')}`);

// What the CDK CLI hands to an app, without its own validator, which takes seconds and says nothing about EKS.
const context = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
  'aws:cdk:bundling-stacks': ['**'],
};

for (const name of wanted.length ? wanted : names) {
  const project = existsSync(join(here, name, 'requirements.txt')) ? pythonProject(name) : nodeProject(name);
  const app = join(project, name);
  rmSync(app, { recursive: true, force: true });
  cpSync(join(here, name), app, { recursive: true, filter: (path) => !path.endsWith('cdk.out') });

  const command = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8')).app;
  execFileSync('sh', ['-c', command], {
    cwd: app,
    stdio: 'inherit',
    env: {
      PATH: `${join(project, 'venv', 'bin')}:${process.env.PATH}`,
      HOME: process.env.HOME,
      CDK_OUTDIR: join(app, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
      JSII_HOST_STACK_TRACES: '1',
    },
  });
  keepJson(join(app, 'cdk.out'), join(here, name, 'cdk.out'));
  console.log(`${name}: synthesized`);
}

function nodeProject(name) {
  const packages = name.endsWith('-2.150') ? '2.150' : 'newest';
  const project = join(work, packages);
  if (!existsSync(join(project, 'node_modules'))) {
    cpSync(join(here, 'packages', packages), project, { recursive: true });
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: project, stdio: 'inherit' });
  }
  cpSync(join(here, 'lib'), join(project, 'lib'), { recursive: true });
  return project;
}

function pythonProject(name) {
  const project = join(work, 'python');
  mkdirSync(project, { recursive: true });
  execFileSync('python3', ['-m', 'venv', 'venv'], { cwd: project, stdio: 'inherit' });
  const requirements = join(here, name, 'requirements.txt');
  execFileSync(join(project, 'venv', 'bin', 'pip'), ['install', '-q', '-r', requirements], { cwd: project, stdio: 'inherit' });
  return project;
}

// Templates and manifests are kept; what Lambda would run is not.
function keepJson(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from)) {
    const path = join(from, entry);
    if (statSync(path).isDirectory()) {
      if (entry.startsWith('assembly-')) keepJson(path, join(to, entry));
    } else if (entry === 'cdk.out' || (entry.endsWith('.json') && entry !== 'validation-report.json')) {
      cpSync(path, join(to, entry));
    }
  }
}
