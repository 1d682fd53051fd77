import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EksCluster, KubectlV24Layer, KubernetesVersion } from './cdk';

export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new EksCluster(this, 'Cluster', {
      version: KubernetesVersion.V1_36,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}
