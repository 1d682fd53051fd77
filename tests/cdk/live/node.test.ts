import assert from 'node:assert';
import test from 'node:test';
import { assertPasses } from '@eks-guard/cdk-plugin/testing';
import { Template } from 'aws-cdk-lib/assertions';
import { bad, good } from './shop';

const options = { today: '2026-11-24', packs: ['deploy-safety', 'baseline'], failOn: 'low' } as const;

test('an App that can be deployed passes', () => assertPasses(good().app, options));

test('an App with the kubectl of long ago fails, with the line to write', () => {
  assert.throws(() => assertPasses(bad().app, options), /kubectl-version-skew[^]*new KubectlV36Layer\(this, 'Kubectl'\)/);
});

test('a Template is judged by what is in it', () => {
  assertPasses(Template.fromStack(good().stack), options);
  const template = Template.fromStack(good().stack).toJSON();
  const [cluster] = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-Cluster');
  cluster.Properties.Config.version = '1.27';
  assert.throws(() => assertPasses({ toJSON: () => template }, options), /cluster-version-creatable/);
});
