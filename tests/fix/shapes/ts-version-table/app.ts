import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const LAYERS: { [version: string]: any } = { '1.28': KubectlV28Layer, '1.36': KubectlV24Layer };

function versionConfig(scope: Construct, version: eks.KubernetesVersion) {
  return { version, kubectlLayer: new LAYERS[version.version](scope, 'Kubectl') };
}

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      ...versionConfig(this, eks.KubernetesVersion.V1_36),
      defaultCapacity: 0,
    });
    cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
  }
}

const app = new App();
new ShopStack(app, 'Shop');
app.synth();
