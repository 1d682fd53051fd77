// Adds the kubectl handlers of some CDK releases to eks_guard/data/kubectl_handlers.json: node tools/refresh_handlers.mjs 2.276.0 [2.260.0 …]
// Each release is installed from npm and synthesizes a cluster in every way that it knows; the hash of a handler's code is the one that templates name.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const table = fileURLToPath(new URL('../eks_guard/data/kubectl_handlers.json', import.meta.url));
const app = `
const { App, Stack, aws_eks: eks, aws_eks_v2: v2, aws_lambda: lambda } = require('aws-cdk-lib');
const app = new App();
const layer = (stack) => lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:us-east-1:111122223333:layer:kubectl:1');
const one = new Stack(app, 'One');
new eks.Cluster(one, 'Cluster', { version: eks.KubernetesVersion.V1_21, kubectlLayer: layer(one), defaultCapacity: 0 });
if (v2) {
  const two = new Stack(app, 'Two');
  new v2.Cluster(two, 'Cluster', { version: v2.KubernetesVersion.V1_34, kubectlProviderOptions: { kubectlLayer: layer(two) } });
}
app.synth();`;

for (const release of process.argv.slice(2)) {
  const project = mkdtempSync(join(tmpdir(), 'eks-guard-handlers-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies: { 'aws-cdk-lib': release, constructs: '^10.0.0' } }));
  writeFileSync(join(project, 'app.js'), app);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', '--silent'], { cwd: project, stdio: 'inherit' });
  execFileSync('node', ['app.js'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CDK_OUTDIR: join(project, 'cdk.out'), CDK_VALIDATION: 'false' },
  });
  for (const name of readdirSync(join(project, 'cdk.out'))) {
    const source = join(project, 'cdk.out', name, 'helm', '__init__.py');
    if (name.startsWith('asset.') && existsSync(source)) {
      const apply = readFileSync(join(project, 'cdk.out', name, 'apply', '__init__.py'), 'utf8');
      note(name.slice('asset.'.length), release, /^\s+repository = None$/m.test(readFileSync(source, 'utf8')), apply.includes("props['RoleArn']"));
    }
  }
  rmSync(project, { recursive: true });
}

function note(hash, release, takes, reads) {
  const data = JSON.parse(readFileSync(table, 'utf8'));
  const row = (data.handlers[hash] ??= { takes_oci_charts: takes, reads_role: reads, releases: [] });
  row.releases = [...new Set([...row.releases, release])].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  data.as_of = new Date().toISOString().slice(0, 10);
  const rows = Object.entries(data.handlers)
    .sort(([, a], [, b]) => a.releases[0].localeCompare(b.releases[0], 'en', { numeric: true }))
    .map(([key, value]) => `  "${key}": {"takes_oci_charts": ${value.takes_oci_charts}, "reads_role": ${value.reads_role}, "releases": [${value.releases.map((name) => `"${name}"`).join(', ')}]}`);
  const head = Object.entries(data).filter(([key]) => key !== 'handlers').map(([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  writeFileSync(table, `{\n${[...head, ` "handlers": {\n${rows.join(',\n')}\n }`].join(',\n')}\n}\n`);
  console.log(`${release}: ${hash} ${takes ? 'takes' : 'does not take'} oci:// charts with Helm 4`);
}
