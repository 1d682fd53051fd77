import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopCluster extends eks.Cluster {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      version: eks.KubernetesVersion.V1_36,
      defaultCapacity: 0
    });
  }
}

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new ShopCluster(this, 'Cluster');
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
