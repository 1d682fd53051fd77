import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, Stage, aws_eks as eks } from 'aws-cdk-lib';
import { PaymentStack } from '../lib/payment-stack';

const app = new App();
const version = eks.KubernetesVersion.V1_36;
new PaymentStack(new Stage(app, 'Dev'), 'Payment', {
  version,
  kubectlLayer: (scope) => new KubectlV24Layer(scope, 'KubectlLayer'), // forgotten in the last upgrade
});
new PaymentStack(new Stage(app, 'Prod'), 'Payment', {
  version,
  kubectlLayer: (scope) => new KubectlV36Layer(scope, 'KubectlLayer'),
});
app.synth();
