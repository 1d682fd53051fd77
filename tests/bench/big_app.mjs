// Synthesizes the apps that the benchmark reads: node tests/bench/big_app.mjs
// 200 stacks of which 20 hold an EKS cluster, the same ten times smaller, and the 20 EKS stacks alone.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, '.cache');
const packages = join(here, '..', '..', 'sample_templates', 'packages', 'newest');
const apps = { big: [200, 20], small: [20, 2], eks: [20, 20] };
const context = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
};

if (process.argv[2]) synth(...apps[process.argv[2]]);
else prepare();

// Each app in a process of its own, as a CDK app always is.
function prepare() {
  const project = join(cache, 'node');
  if (!existsSync(join(project, 'node_modules', 'aws-cdk-lib'))) {
    mkdirSync(cache, { recursive: true });
    cpSync(packages, project, { recursive: true });
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: project, stdio: 'inherit' });
  }
  for (const name of Object.keys(apps)) {
    const outdir = join(cache, name, 'cdk.out');
    if (existsSync(join(outdir, 'manifest.json'))) continue;
    execFileSync('node', [fileURLToPath(import.meta.url), name], {
      stdio: 'inherit',
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' },
    });
    console.log(`${name}: synthesized`);
  }
}

function synth(count, withCluster) {
  const require = createRequire(join(cache, 'node', 'package.json'));
  const cdk = require('aws-cdk-lib');
  const app = new cdk.App();
  const step = count / withCluster;
  for (let index = 0; index < count; index++) {
    const clustered = index % step === 0;
    const stack = new cdk.Stack(app, `${clustered ? 'Platform' : 'Service'}${index}`);
    if (clustered) platform(require, stack, index / step);
    else service(require, stack);
  }
  app.synth();
}

// A cluster with twenty manifests; every second one is driven by a kubectl that is four minors too old.
function platform(require, stack, ordinal) {
  const eks = require('aws-cdk-lib/aws-eks');
  const { KubectlV24Layer } = require('@aws-cdk/lambda-layer-kubectl-v24');
  const { KubectlV28Layer } = require('@aws-cdk/lambda-layer-kubectl-v28');
  const Layer = ordinal % 2 ? KubectlV24Layer : KubectlV28Layer;
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_28,
    kubectlLayer: new Layer(stack, 'Kubectl'),
  });
  for (let number = 0; number < 20; number++) {
    cluster.addManifest(`Settings${number}`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `settings-${number}`, namespace: 'default' },
      data: { number: String(number) },
    });
  }
}

// What most stacks of a company are made of: a hundred resources and their roles.
function service(require, stack) {
  const { RemovalPolicy } = require('aws-cdk-lib');
  const { AttributeType, Table } = require('aws-cdk-lib/aws-dynamodb');
  const { Code, Function: Lambda, Runtime } = require('aws-cdk-lib/aws-lambda');
  const { Bucket } = require('aws-cdk-lib/aws-s3');
  const { Queue } = require('aws-cdk-lib/aws-sqs');
  for (let number = 0; number < 25; number++) {
    const bucket = new Bucket(stack, `Bucket${number}`, { removalPolicy: RemovalPolicy.DESTROY });
    const queue = new Queue(stack, `Queue${number}`);
    const table = new Table(stack, `Table${number}`, { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const worker = new Lambda(stack, `Worker${number}`, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
      environment: { BUCKET: bucket.bucketName, QUEUE: queue.queueUrl, TABLE: table.tableName },
    });
    bucket.grantReadWrite(worker);
    queue.grantSendMessages(worker);
    table.grantReadWriteData(worker);
  }
}
