import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24'
import cdk from 'aws-cdk-lib'
import eks from 'aws-cdk-lib/aws-eks'

const app = new cdk.App()
const stack = new cdk.Stack(app, 'Shop')
const cluster = new eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: new KubectlV24Layer(stack, 'Kubectl'),
  defaultCapacity: 0,
})
cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } })
app.synth()
