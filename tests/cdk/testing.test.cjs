'use strict';
const assert = require('node:assert');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const test = require('node:test');
const { assertPasses } = require('../../packages/cdk-plugin/testing');

const SAMPLES = join(__dirname, '..', '..', 'sample_templates');
const app = (name) => ({ synth: () => ({ directory: join(SAMPLES, name, 'cdk.out') }) });
const today = { today: '2026-11-24' };

test('an app that can be deployed passes', () => assertPasses(app('payment-current'), today));

test('an app that will break fails with the report and the lines to write', () => {
  assert.throws(() => assertPasses(app('payment-wrong-layer'), today), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.match(error.message, /high {2}kubectl-version-skew/);
    assert.match(error.message, /new KubectlV28Layer/);
    return true;
  });
});

test('a path, and the gate of a caller', () => {
  const path = join(SAMPLES, 'payment-wrong-layer', 'cdk.out');
  assert.throws(() => assertPasses(path, { ...today, failOn: 'high' }), assert.AssertionError);
});

test('a template', () => {
  const file = join(SAMPLES, 'payment-wrong-layer', 'cdk.out', 'Payment.template.json');
  const template = { toJSON: () => JSON.parse(readFileSync(file, 'utf8')) };
  assert.throws(() => assertPasses(template, today), /cluster-version-creatable/);
});

test('nothing to judge is no pass', () => {
  const empty = { toJSON: () => ({ Resources: { T: { Type: 'AWS::SNS::Topic' } } }) };
  assert.throws(() => assertPasses(empty, today), /found no EKS cluster/);
  assertPasses(empty, { ...today, requireCluster: false });
});

test('what is wrong with the call is said', () => {
  assert.throws(() => assertPasses(app('payment-current'), { packz: [] }), /found option packz/);
  assert.throws(() => assertPasses(3), /expected an App, a Stage, a Template/);
  assert.throws(() => assertPasses(app('payment-current'), { packs: ['basline'] }), /did you mean baseline/);
  assert.throws(() => assertPasses(app('payment-current'), { command: 'no-such-command' }), /found no command/);
});
