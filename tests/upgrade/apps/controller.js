// A cluster of aws-eks-v2 with a controller that must move before it does.
const { App, Stack, aws_ec2: ec2, aws_eks_v2: eks } = require('aws-cdk-lib');
const { KubectlV32Layer } = require('@aws-cdk/lambda-layer-kubectl-v32');

const app = new App();
const stack = new Stack(app, 'Mix', { env: { account: '111122223333', region: 'eu-west-1' } });
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
});
const cluster = new eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_32,
  kubectlProviderOptions: { kubectlLayer: new KubectlV32Layer(stack, 'Kubectl') },
  vpc,
  vpcSubnets: [{ subnets: vpc.privateSubnets }],
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
  defaultCapacity: 0,
});
cluster.addNodegroupCapacity('Workers', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD });
cluster.addHelmChart('Karpenter', {
  chart: 'karpenter',
  repository: 'oci://public.ecr.aws/karpenter/karpenter',
  release: 'karpenter',
  namespace: 'kube-system',
  version: '1.4.0',
});
app.synth();
