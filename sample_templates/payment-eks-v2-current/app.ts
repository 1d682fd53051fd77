import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { PaymentV2Stack } from '../lib/payment-v2-stack';

const app = new App();
new PaymentV2Stack(app, 'Payment', {
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: (scope) => new KubectlV36Layer(scope, 'KubectlLayer'),
});
app.synth();
