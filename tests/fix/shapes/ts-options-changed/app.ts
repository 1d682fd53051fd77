import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const options: any = { version: eks.KubernetesVersion.V1_36, defaultCapacity: 0 };
    if (this.node.tryGetContext('old')) options.version = eks.KubernetesVersion.V1_24;
    options.kubectlLayer = new KubectlV24Layer(this, 'Kubectl');
    const cluster = new eks.Cluster(this, 'Cluster', options);
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
