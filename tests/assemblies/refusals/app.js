// What synthesizes and what EKS refuses when it is asked to create it: each kind in a stack of its own, and the same things done right.
const { App, Stack, aws_ec2: ec2, aws_eks: eksV1, aws_eks_v2: eks, aws_iam: iam } = require('aws-cdk-lib');

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
const roleIn = (stack, name, service, ...policies) =>
  new iam.Role(stack, name, {
    assumedBy: new iam.SessionTagsPrincipal(new iam.ServicePrincipal(service)),
    managedPolicies: policies.map((policy) => iam.ManagedPolicy.fromAwsManagedPolicyName(policy)),
  });
const withRoles = (stack, props, ofCluster, ofNodes, ofDisks) => {
  const cluster = clusterIn(stack, { ...props, role: roleIn(stack, 'ClusterRole', 'eks.amazonaws.com', ...ofCluster) });
  const nodeRole = roleIn(stack, 'NodeRole', 'ec2.amazonaws.com', 'AmazonEKSWorkerNodePolicy', ...ofNodes);
  const disks = roleIn(stack, 'DisksRole', 'pods.eks.amazonaws.com', ofDisks);
  new eksV1.CfnAddon(stack, 'Agent', { clusterName: cluster.clusterName, addonName: 'eks-pod-identity-agent' });
  new eksV1.CfnAddon(stack, 'Disks', {
    clusterName: cluster.clusterName,
    addonName: 'aws-ebs-csi-driver',
    podIdentityAssociations: [{ serviceAccount: 'ebs-csi-controller-sa', roleArn: disks.roleArn }],
  });
  return { cluster, nodeRole };
};
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
  const { cluster, nodeRole } = withRoles(
    stackNamed('Policies'),
    {},
    ['service-role/AmazonEKSClusterPolicy', 'aws-service-role/AmazonEKSServiceRolePolicy'],
    ['AmazonEKSCNIPolicy', 'AmazonEC2RoleforSSM'],
    'AmazonEBSCSIDriverPolicy',
  );
  for (const [name, arn] of Object.entries({ Bare: 'AmazonEC2ContainerRegistryReadOnly', Chinese: 'arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore' })) {
    nodeRole.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(nodeRole, name, arn));
  }
  iam.PermissionsBoundary.of(nodeRole).apply(iam.ManagedPolicy.fromAwsManagedPolicyName('job-function/PowerUserAccess'));
  cluster.addNodegroupCapacity('Workers', { nodeRole });
}
{
  const { cluster, nodeRole } = withRoles(
    stackNamed('Good'),
    { clusterName: 'shop' },
    ['AmazonEKSClusterPolicy'],
    ['AmazonEKS_CNI_Policy', 'service-role/AmazonEC2RoleforSSM', 'AmazonEC2ContainerRegistryReadOnly'],
    'service-role/AmazonEBSCSIDriverPolicy',
  );
  cluster.addNodegroupCapacity('Workers', {
    nodeRole,
    nodegroupName: 'workers_blue',
    labels: { 'shop.example/role': 'worker' },
    taints: [{ key: 'shop', value: 'bread', effect: eks.TaintEffect.NO_SCHEDULE }],
  });
  cluster.addFargateProfile('Pods', { fargateProfileName: 'pods', selectors });
}
app.synth();
