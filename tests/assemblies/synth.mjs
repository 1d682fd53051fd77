// Synthesizes the test assemblies of many CDK releases again: node tests/assemblies/synth.mjs [release… | app…]
// Works in a folder of its own, so that no path of this machine gets into what is committed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), 'releases');
const work = '/tmp/eks-guard-releases';
// release → constructs, cluster version, kubectl layer package; each pair is two minors apart from 2.20 on
const releases = {
  '1.203.0': ['3.4.344', '1.21'],
  '2.20.0': ['10.0.130', '1.26', 'v24', '2.0.242'],
  '2.47.0': ['10.1.156', '1.26', 'v24', '2.0.242'],
  '2.79.1': ['10.2.70', '1.26', 'v24', '2.0.242'],
  '2.100.0': ['10.2.70', '1.28', 'v28', '2.2.1'],
  '2.150.0': ['10.3.0', '1.30', 'v28', '2.2.1'],
  '2.178.2': ['10.4.2', '1.31', 'v31', '2.1.0'],
  '2.200.0': ['10.4.2', '1.32', 'v32', '2.0.0'],
  '2.240.0': ['10.5.0', '1.34', 'v35', '2.2.2'],
  '2.276.0': ['10.5.0', '1.36', 'v36', '2.0.1'],
};

const wanted = process.argv.slice(2);
for (const release of wanted.length ? wanted.filter((name) => name in releases) : Object.keys(releases)) {
  const [constructs, version, layer, layerVersion] = releases[release];
  const project = join(work, release);
  mkdirSync(project, { recursive: true });
  const dependencies = { [release.startsWith('1.') ? 'monocdk' : 'aws-cdk-lib']: release, constructs };
  if (layer) dependencies[`@aws-cdk/lambda-layer-kubectl-${layer}`] = layerVersion;
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'release', private: true, dependencies }));
  if (!existsSync(join(project, 'node_modules'))) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps'], { cwd: project, stdio: 'inherit' });
  }
  cpSync(join(here, 'app.js'), join(project, 'app.js'));
  rmSync(join(project, 'cdk.out'), { recursive: true, force: true });
  execFileSync('node', ['app.js'], {
    cwd: project,
    stdio: 'inherit',
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      RELEASE: release,
      CLUSTER: version,
      LAYER: layer?.slice(1) ?? '',
      CDK_OUTDIR: join(project, 'cdk.out'),
      CDK_VALIDATION: 'false',
    },
  });
  keepJson(join(project, 'cdk.out'), join(here, release, 'cdk.out'));
  console.log(`${release}: synthesized`);
}

// Apps of one release each, with the folders that they write.
const newest = { 'aws-cdk-lib': '2.276.0', constructs: '10.5.0', '@aws-cdk/lambda-layer-kubectl-v24': '2.0.242', '@aws-cdk/lambda-layer-kubectl-v28': '2.2.1', '@aws-cdk/lambda-layer-kubectl-v36': '2.0.1' };
const before = { 'aws-cdk-lib': '2.243.0', constructs: '10.5.0', '@aws-cdk/lambda-layer-kubectl-v33': '2.0.0', '@aws-cdk/lambda-layer-kubectl-v35': '2.2.2' };
const apps = { crossing: ['weak', 'strong'], mistakes: ['cdk.out'], 'old-handler': ['cdk.out'], objects: ['cdk.out'], access: ['cdk.out'], nodes: ['cdk.out'], network: ['cdk.out'], refusals: ['cdk.out'] };
for (const app of wanted.length ? wanted.filter((name) => name in apps) : Object.keys(apps)) {
  const dependencies = app === 'old-handler' ? before : newest;
  const project = join(work, `apps-${dependencies['aws-cdk-lib']}`);
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'apps', private: true, dependencies }));
  if (!existsSync(join(project, 'node_modules'))) {
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: project, stdio: 'inherit' });
  }
  const home = join(here, '..', app);
  const run = join(project, app);
  mkdirSync(run, { recursive: true });
  cpSync(join(home, 'app.js'), join(run, 'app.js'));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, CDK_VALIDATION: 'false' };
  if (apps[app].includes('cdk.out')) env.CDK_OUTDIR = join(run, 'cdk.out');
  execFileSync('node', ['app.js'], { cwd: run, stdio: 'inherit', env });
  for (const folder of apps[app]) keepJson(join(run, folder), folder === 'cdk.out' ? join(home, folder) : join(home, folder, 'cdk.out'));
  console.log(`${app}: synthesized`);
}

// Keeps what the audit reads: JSON, and the charts among the assets.
function keepJson(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from)) {
    const path = join(from, entry);
    if (statSync(path).isDirectory() && entry.startsWith('assembly-')) keepJson(path, join(to, entry));
    if (existsSync(join(path, 'Chart.yaml'))) cpSync(path, join(to, entry), { recursive: true });
    if (statSync(path).isFile() && (entry === 'cdk.out' || (entry.endsWith('.json') && entry !== 'validation-report.json')))
      cpSync(path, join(to, entry));
  }
}
