import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, Stack, StackProps } from 'aws-cdk-lib';
import {
  Cluster,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new Cluster(this, 'Cluster', {
      version: KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV36Layer(this, 'Kubectl'),
      defaultCapacity: 0 // nodes come with Karpenter
    });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
