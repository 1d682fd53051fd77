const { assertPasses } = require('@eks-guard/cdk-plugin/testing');
const { Template } = require('aws-cdk-lib/assertions');
const { bad, good } = require('./shop');

const options = { today: '2026-11-24' };

test('an App and a Template that can be deployed pass', () => {
  const { app, stack } = good();
  assertPasses(app, options);
  assertPasses(Template.fromStack(stack), options);
}, 60_000);

test('an App that will break fails with the report', () => {
  expect(() => assertPasses(bad().app, options)).toThrow(/kubectl-version-skew/);
}, 60_000);
