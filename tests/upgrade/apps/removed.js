// Nodes of an image that ends, and an object of an API version that is gone on the way.
const { App, Stack, aws_ec2: ec2, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV31Layer } = require('@aws-cdk/lambda-layer-kubectl-v31');

const app = new App();
const stack = new Stack(app, 'Old', { env: { account: '111122223333', region: 'eu-west-1' } });
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
});
const cluster = new eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_31,
  kubectlLayer: new KubectlV31Layer(stack, 'Kubectl'),
  vpc,
  vpcSubnets: [{ subnets: vpc.privateSubnets }],
  defaultCapacity: 0,
});
cluster.addNodegroupCapacity('Workers', { amiType: eks.NodegroupAmiType.AL2_X86_64 });
cluster.addManifest('Low', {
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
  kind: 'FlowSchema',
  metadata: { name: 'low' },
  spec: { priorityLevelConfiguration: { name: 'workload-low' } },
});
app.synth();
