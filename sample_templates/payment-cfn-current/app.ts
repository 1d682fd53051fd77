import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App } from 'aws-cdk-lib';
import { PaymentCfnStack } from '../lib/payment-cfn-stack';

const app = new App();
new PaymentCfnStack(app, 'Payment', {
  version: '1.36',
  kubectlLayer: (scope) => new KubectlV36Layer(scope, 'KubectlLayer'),
});
app.synth();
