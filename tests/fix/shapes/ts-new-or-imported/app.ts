import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const existing = this.node.tryGetContext('clusterName');
    let cluster: eks.ICluster;
    if (existing) {
      cluster = eks.Cluster.fromClusterAttributes(this, 'Existing', { clusterName: existing });
    } else {
      cluster = new eks.Cluster(this, 'Cluster', {
        version: eks.KubernetesVersion.V1_36,
        kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
        defaultCapacity: 0,
      });
    }
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
