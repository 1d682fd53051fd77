import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, aws_eks as eks } from 'aws-cdk-lib';
import { PaymentStack } from '../lib/payment-stack';

const app = new App();
new PaymentStack(app, 'Payment', {
  version: eks.KubernetesVersion.V1_28,
  kubectlLayer: (scope) => new KubectlV24Layer(scope, 'KubectlLayer'),
});
app.synth();
