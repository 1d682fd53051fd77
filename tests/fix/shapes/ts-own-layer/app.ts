import { App, Stack, StackProps, aws_eks as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: eks.KubernetesVersion.V1_36,
      kubectlLayer: new lambda.LayerVersion(this, 'Kubectl', {
        code: lambda.Code.fromAsset(__dirname, { exclude: ['**'] }),
        description: '/opt/kubectl/kubectl 1.24.0; /opt/helm/helm 3.9.4',
      }),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
