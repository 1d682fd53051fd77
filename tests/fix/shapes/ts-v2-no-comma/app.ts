import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Cluster, ClusterLoggingTypes, KubernetesVersion } from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new Cluster(this, 'Cluster', {
      version: KubernetesVersion.V1_36,
      kubectlProviderOptions: { kubectlLayer: new KubectlV24Layer(this, 'Kubectl') },
      clusterLogging: [
        ClusterLoggingTypes.API,
        ClusterLoggingTypes.SCHEDULER // for the on-call
      ],
      clusterName: 'shop' // known to the billing
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
