import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, aws_eks as eks } from 'aws-cdk-lib';
import { PaymentStack } from '../lib/payment-stack';

const app = new App();
new PaymentStack(app, 'Payment', {
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: (scope) => new KubectlV36Layer(scope, 'KubectlLayer'),
});
app.synth();
