import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';

interface ShopProps extends StackProps {
  version: eks.KubernetesVersion;
  layer: (scope: Construct) => lambda.ILayerVersion;
}

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: props.version,
      kubectlLayer: props.layer(this),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Blue', { version: eks.KubernetesVersion.V1_24, layer: (scope) => new KubectlV24Layer(scope, 'Kubectl') });
new ShopStack(app, 'Green', {
  version: eks.KubernetesVersion.V1_36,
  layer: (scope) => new KubectlV24Layer(scope, 'Kubectl'),
});
app.synth();
