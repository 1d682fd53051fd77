import { Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { Release } from './release';

export class ShopStack extends Stack {}

export class Platform extends Construct {
  readonly cluster: eks.Cluster;

  constructor(scope: Construct, id: string, release: Release) {
    super(scope, id);
    this.cluster = new eks.Cluster(this, 'Cluster', {
      version: release.kubernetes,
      kubectlLayer: release.kubectl(this),
      defaultCapacity: 0,
    });
    this.cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}
