// What synthesizes and what EKS refuses when it is asked to create it: each kind in a stack of its own, and the same things done right.
const { App, Stack, aws_ec2: ec2, aws_eks_v2: eks } = require('aws-cdk-lib');

const env = { account: '111122223333', region: 'eu-central-1' };
const zones = { [`availability-zones:account=${env.account}:region=${env.region}`]: ['eu-central-1a', 'eu-central-1b'] };
const app = new App({ analyticsReporting: false, context: zones });

const stackNamed = (name) => new Stack(app, name, { env });
const clusterIn = (stack, props = {}) =>
  new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false }),
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    ...props,
  });
const selectors = [{ namespace: 'pods' }];

{
  const cluster = clusterIn(stackNamed('Names'), { clusterName: 'shop.example' });
  cluster.addNodegroupCapacity('Workers', { nodegroupName: 'workers-of-the-shop-that-bakes-and-sells-bread-in-eu-central-1-blue' });
  cluster.addFargateProfile('Pods', { fargateProfileName: 'eks-pods', selectors });
}
{
  const cluster = clusterIn(stackNamed('Labels'));
  const group = cluster.addNodegroupCapacity('Workers', { labels: { 'node-role.kubernetes.io/worker': 'true', shop: 'bread/rolls' } });
  group.node.defaultChild.taints = [{ key: 'shop', value: 'bread', effect: 'NoSchedule' }];
}
{
  const cluster = clusterIn(stackNamed('Good'), { clusterName: 'shop' });
  cluster.addNodegroupCapacity('Workers', {
    nodegroupName: 'workers_blue',
    labels: { 'shop.example/role': 'worker' },
    taints: [{ key: 'shop', value: 'bread', effect: eks.TaintEffect.NO_SCHEDULE }],
  });
  cluster.addFargateProfile('Pods', { fargateProfileName: 'pods', selectors });
}
app.synth();
