// A cluster with a managed group of nodes, a pinned one, and two add-ons.
const { App, Stack, aws_ec2: ec2, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV32Layer } = require('@aws-cdk/lambda-layer-kubectl-v32');

const app = new App();
const stack = new Stack(app, 'Web', { env: { account: '111122223333', region: 'eu-west-1' } });
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
});
const cluster = new eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_32,
  kubectlLayer: new KubectlV32Layer(stack, 'Kubectl'),
  vpc,
  vpcSubnets: [{ subnets: vpc.privateSubnets }],
  defaultCapacity: 0,
});
cluster.addNodegroupCapacity('Main', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD });
cluster.addNodegroupCapacity('Pinned', {
  amiType: eks.NodegroupAmiType.BOTTLEROCKET_X86_64,
  maxSize: 4,
});
new eks.Addon(stack, 'Proxy', { cluster, addonName: 'kube-proxy', addonVersion: 'v1.32.6-eksbuild.12' });
cluster.addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } });
app.synth();
