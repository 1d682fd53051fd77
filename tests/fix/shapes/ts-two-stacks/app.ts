import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

interface ShopProps extends StackProps {
  version: eks.KubernetesVersion;
}

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: props.version,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Blue', { version: eks.KubernetesVersion.V1_36 });
new ShopStack(app, 'Green', { version: eks.KubernetesVersion.V1_24 });
app.synth();
