import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  private readonly kubectl: KubectlV24Layer;
  public readonly cluster: eks.ICluster;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.kubectl = new KubectlV24Layer(this, 'Kubectl');
    this.cluster = new eks.Cluster(this, 'Cluster', {
      version: eks.KubernetesVersion.V1_36,
      kubectlLayer: this.kubectl,
      defaultCapacity: 0,
    });
    this.cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
