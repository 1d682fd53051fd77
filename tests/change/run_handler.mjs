// Runs the cluster handler of an aws-cdk-lib on changes: node run_handler.mjs AWS_CDK_LIB < changes.jsonl
// Each line is {old, new}, two `Config`s as CloudFormation sends them; each answer is {throws, calls}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const Module = createRequire(import.meta.url)('node:module');
const load = Module._load;
const anything = new Proxy(class {}, { get: (target, name) => (name === 'prototype' ? target.prototype : class {}) });
Module._load = (name, ...rest) => (/aws-sdk|smithy/.test(name) ? anything : load(name, ...rest)); // the client is recorded instead

const file = join(process.argv[2], 'custom-resource-handlers/dist/aws-eks/cluster-resource-handler/index.js');
const code = readFileSync(file, 'utf8');
const [, name] = /([\w$]+)=class extends [\w$]+\{get clusterName/.exec(code);
const module = new Module(file);
module.filename = file;
module.paths = Module._nodeModulePaths(dirname(file));
module._compile(`${code};module.exports.Handler=${name};`, file);

const { log } = console;
console.log = () => {};
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const change = JSON.parse(line);
  const calls = [];
  const answers = {
    describeCluster: { cluster: { name: 'c', arn: 'arn', status: 'ACTIVE', version: change.old.version, accessConfig: change.old.accessConfig } },
    createCluster: { cluster: { name: 'c' } },
  };
  const client = new Proxy({}, { get: (_, call) => async (input) => {
    if (!/^(describe|configure)/.test(call)) calls.push([call, structuredClone(input)]);
    return answers[call] ?? { update: { id: 'u' } };
  } });
  const event = {
    RequestType: 'Update', LogicalResourceId: 'C', PhysicalResourceId: 'c', RequestId: 'r',
    ResourceProperties: { AssumeRoleArn: 'a', Config: change.new }, OldResourceProperties: { AssumeRoleArn: 'a', Config: change.old },
  };
  let throws = null;
  try { await new module.exports.Handler(client, event).onEvent(); } catch (error) { throws = error.message; }
  log(JSON.stringify({ throws, calls }));
}
