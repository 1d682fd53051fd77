import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { App, aws_eks as eks } from 'aws-cdk-lib';
import { PaymentStack } from '../lib/payment-stack';

const app = new App();
new PaymentStack(app, 'Payment', {
  version: eks.KubernetesVersion.V1_28,
  kubectlLayer: (scope) => new KubectlV28Layer(scope, 'KubectlLayer'),
});
app.synth();
