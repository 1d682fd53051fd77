import { assertPasses } from '@eks-guard/cdk-plugin/testing';
import { expect, test } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { bad, good } from './shop.js';

const options = { today: '2026-11-24' };

test('an App and a Template that can be deployed pass', () => {
  const { app, stack } = good();
  assertPasses(app, options);
  assertPasses(Template.fromStack(stack), options);
}, 60_000);

test('an App that will break fails with the report', () => {
  expect(() => assertPasses(bad().app, options)).toThrow(/kubectl-version-skew/);
}, 60_000);
