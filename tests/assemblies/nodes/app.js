// How nodes start, join and reach what they need: each mistake in a stack of its own, and the same things done right.
const { App, CfnCondition, CfnParameter, CfnRule, Fn, Stack, aws_autoscaling: autoscaling, aws_ec2: ec2, aws_eks_v2: eks, aws_iam: iam } = require('aws-cdk-lib');

const env = { account: '111122223333', region: 'eu-central-1' };
const zones = { [`availability-zones:account=${env.account}:region=${env.region}`]: ['eu-central-1a', 'eu-central-1b'] };
const app = new App({ analyticsReporting: false, context: zones });
const image = '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id';

const stackNamed = (name) => new Stack(app, name, { env });
const vpcIn = (stack) => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
const clusterIn = (stack, props = {}) =>
  new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    vpc: vpcIn(stack),
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    ...props,
  });
const metadata = { httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED, httpPutResponseHopLimit: 1 };
const script = () => {
  const data = ec2.UserData.forLinux();
  data.addCommands('yum install -y amazon-cloudwatch-agent');
  return data;
};
const multipart = () => {
  const data = new ec2.MultipartUserData();
  data.addUserDataPart(script(), ec2.MultipartBody.SHELL_SCRIPT, true);
  return data;
};
const nodeConfig = (cluster) => {
  const data = new ec2.MultipartUserData();
  const body = [
    'apiVersion: node.eks.aws/v1alpha1',
    'kind: NodeConfig',
    'spec:',
    '  cluster:',
    `    name: ${cluster.clusterName}`,
    `    apiServerEndpoint: ${cluster.clusterEndpoint}`,
    `    certificateAuthority: ${cluster.clusterCertificateAuthorityData}`,
    '    cidr: 172.20.0.0/16',
  ].join('\n');
  data.addPart(ec2.MultipartBody.fromRawBody({ contentType: 'application/node.eks.aws', body }));
  return data;
};
const launchTemplate = (stack, id, props) => new ec2.LaunchTemplate(stack, id, { ...metadata, ...props });
const using = (template) => ({ launchTemplateSpec: { id: template.launchTemplateId, version: template.latestVersionNumber } });
const role = (stack, id, ...policies) =>
  new iam.Role(stack, id, {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly', ...policies].map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
  });
// Instances that join by themselves, as aws-eks-v2 connects no groups of these.
const instances = (cluster, userData, nodeRole = role(cluster.stack, 'NodeRole', 'AmazonEKS_CNI_Policy')) => {
  const machineImage = ec2.MachineImage.fromSsmParameter(image, { os: ec2.OperatingSystemType.LINUX, userData });
  const securityGroup = new ec2.SecurityGroup(cluster.stack, 'NodesGroup', { vpc: cluster.vpc });
  const template = launchTemplate(cluster.stack, 'Start', { machineImage, userData, role: nodeRole, securityGroup, instanceType: new ec2.InstanceType('m6i.large') });
  const group = new autoscaling.AutoScalingGroup(cluster.stack, 'Nodes', { vpc: cluster.vpc, launchTemplate: template, maxCapacity: 3 });
  require('aws-cdk-lib').Tags.of(group).add(`kubernetes.io/cluster/${cluster.clusterName}`, 'owned', { applyToLaunchedInstances: true });
  return nodeRole;
};
const admit = (cluster, nodeRole) =>
  new eks.AccessEntry(cluster.stack, 'NodesEntry', { cluster, principal: nodeRole.roleArn, accessPolicies: [], accessEntryType: eks.AccessEntryType.EC2_LINUX });

{
  const stack = stackNamed('Launch');
  const cluster = clusterIn(stack);
  const template = launchTemplate(stack, 'Template', { userData: script() });
  const group = cluster.addNodegroupCapacity('Managed', using(template));
  group.node.defaultChild.diskSize = 50;
}
{
  const stack = stackNamed('Bootstrap');
  const cluster = clusterIn(stack);
  const data = ec2.UserData.forLinux();
  data.addCommands(`/etc/eks/bootstrap.sh ${cluster.clusterName}`);
  admit(cluster, instances(cluster, data));
}
{
  const cluster = clusterIn(stackNamed('Networkless'), { bootstrapSelfManagedAddons: false });
  cluster.addNodegroupCapacity('Managed');
}
{
  const cluster = clusterIn(stackNamed('Stranger'));
  instances(cluster, nodeConfig(cluster));
}
{
  const stack = stackNamed('Early');
  const roleArn = 'arn:aws:iam::111122223333:role/control';
  const subnetIds = ['subnet-0aaaabbbbccccdddd', 'subnet-0eeeeffff00001111'];
  const resourcesVpcConfig = { subnetIds, endpointPublicAccess: false, endpointPrivateAccess: true };
  const cluster = new eks.CfnCluster(stack, 'Cluster', { name: 'early', version: '1.36', roleArn, resourcesVpcConfig });
  new eks.CfnNodegroup(stack, 'Nodes', { clusterName: cluster.name, nodeRole: 'arn:aws:iam::111122223333:role/nodes', subnets: subnetIds });
}
{
  const group = clusterIn(stackNamed('Sizes')).addNodegroupCapacity('Managed', { minSize: 1, maxSize: 3 });
  group.node.defaultChild.addPropertyOverride('ScalingConfig.MinSize', 5);
}
clusterIn(stackNamed('Refused'), { endpointAccess: eks.EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom('10.20.0.0/16', '198.51.100.0/24') });
{
  const stack = stackNamed('Distrusted');
  const control = new iam.Role(stack, 'Control', { assumedBy: new iam.ServicePrincipal('eks.amazonaws.com') });
  const cluster = clusterIn(stack, { role: control });
  cluster.addNodegroupCapacity('Managed', { nodeRole: control });
  cluster.addFargateProfile('Pods', { selectors: [{ namespace: 'pods' }], podExecutionRole: control });
}
{
  // The roles that CDK makes name EC2 as it is called everywhere else.
  const stack = new Stack(app, 'Beijing', { env: { account: env.account, region: 'cn-north-1' } });
  const cluster = clusterIn(stack);
  cluster.addNodegroupCapacity('Managed');
  cluster.addNodegroupCapacity('Trusted', {
    nodeRole: new iam.Role(stack, 'Local', {
      assumedBy: iam.ServicePrincipal.fromStaticServicePrincipleName('ec2.amazonaws.com.cn'),
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryReadOnly'].map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
    }),
  });
}
{
  const stack = stackNamed('Good');
  const cluster = clusterIn(stack);
  cluster.addNodegroupCapacity('Managed', using(launchTemplate(stack, 'Template', { userData: multipart() })));
  admit(cluster, instances(cluster, nodeConfig(cluster)));
}
{
  const stack = stackNamed('OwnAddons');
  const cluster = clusterIn(stack, { bootstrapSelfManagedAddons: false });
  cluster.addNodegroupCapacity('Managed');
  for (const addonName of ['vpc-cni', 'kube-proxy', 'coredns']) new eks.CfnAddon(stack, addonName, { clusterName: cluster.clusterName, addonName });
}
{
  const stack = stackNamed('Ruled');
  const choice = (id, ...allowedValues) => new CfnParameter(stack, id, { allowedValues });
  const is = (parameter, value) => Fn.conditionEquals(parameter.valueAsString, value);
  const rule = (id, ruleCondition, assert) => new CfnRule(stack, id, { ruleCondition, assertions: [{ assert, assertDescription: id }] });
  const [minor, image, stage, debug] = [choice('Minor', '1.32', '1.36'), choice('Image', 'AL2_x86_64', 'AL2023_x86_64_STANDARD'), choice('Stage', 'dev', 'prod'), choice('Debug', 'on', 'off')];
  rule('OldImageOnOldMinor', is(image, 'AL2_x86_64'), is(minor, '1.32'));
  rule('ProdIsNew', Fn.conditionContains(['prod'], stage.valueAsString), Fn.conditionEachMemberIn([minor.valueAsString], ['1.36']));
  rule('ProdIsNotDebugged', is(stage, 'prod'), Fn.conditionNot(is(debug, 'on')));
  const roleArn = 'arn:aws:iam::111122223333:role/control';
  const subnets = ['subnet-0aaaabbbbccccdddd', 'subnet-0eeeeffff00001111'];
  const resourcesVpcConfig = { subnetIds: subnets, endpointPublicAccess: false, endpointPrivateAccess: true };
  const cluster = new eks.CfnCluster(stack, 'Cluster', { version: minor.valueAsString, roleArn, resourcesVpcConfig });
  const nodes = (id, amiType) => new eks.CfnNodegroup(stack, id, { clusterName: cluster.ref, nodeRole: 'arn:aws:iam::111122223333:role/nodes', subnets, amiType });
  nodes('Chosen', image.valueAsString);
  nodes('NeverMade', 'AL2_x86_64').cfnOptions.condition = new CfnCondition(stack, 'DebugInProd', { expression: Fn.conditionAnd(is(stage, 'prod'), is(debug, 'on')) });
}
app.synth();
