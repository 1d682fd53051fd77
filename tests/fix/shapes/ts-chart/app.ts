import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, Duration, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      version: eks.KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV36Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    cluster.addHelmChart('Cache', {
      chart: 'redis',
      repository: 'https://charts.example.com',
      wait: true,
      timeout: Duration.minutes(15),
    });
    cluster.addHelmChart('Queue', { chart: 'rabbitmq', repository: 'https://charts.example.com' });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
