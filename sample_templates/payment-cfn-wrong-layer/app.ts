import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App } from 'aws-cdk-lib';
import { PaymentCfnStack } from '../lib/payment-cfn-stack';

const app = new App();
new PaymentCfnStack(app, 'Payment', {
  version: '1.28',
  kubectlLayer: (scope) => new KubectlV24Layer(scope, 'KubectlLayer'),
});
app.synth();
