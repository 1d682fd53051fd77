import * as cdk from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as kubectl from '@aws-cdk/lambda-layer-kubectl-v24';
import { Construct } from 'constructs';

const PREFIX = 'shop';

class ShopStack extends cdk.Stack {
  private readonly kubernetesVersion = eks.KubernetesVersion.of('1.36');

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, `${PREFIX}-cluster`, {
      version: this.kubernetesVersion,
      kubectlLayer: new kubectl.KubectlV24Layer(this, `${PREFIX}-kubectl`),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new cdk.App();
new ShopStack(app, 'Shop');
app.synth();
