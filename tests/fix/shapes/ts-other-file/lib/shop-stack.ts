import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { Stack, StackProps } from 'aws-cdk-lib';
import { Cluster, KubernetesVersion } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';

export interface ShopProps extends StackProps {
  readonly version: KubernetesVersion;
}

export class ShopStack extends Stack {
  readonly cluster: Cluster;

  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, props);
    this.cluster = new Cluster(this, 'Cluster', {
      version: props.version,
      kubectlLayer: new KubectlV24Layer(this, 'Kubectl'),
      defaultCapacity: 0,
    });
    this.cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}
