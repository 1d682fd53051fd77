import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** It deploys, and then the internet talks to its API server while nobody logs a word. */
class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const cluster = new eks.Cluster(this, 'ShopCluster', {
      version: eks.KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV36Layer(this, 'KubectlLayer'),
      endpointAccess: eks.EndpointAccess.PUBLIC,
      defaultCapacity: 0,
    });

    cluster.addManifest('Shop', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'shop' } },
        template: {
          metadata: { labels: { app: 'shop' } },
          spec: { containers: [{ name: 'shop', image: 'public.ecr.aws/nginx/nginx:1.29' }] },
        },
      },
    });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
