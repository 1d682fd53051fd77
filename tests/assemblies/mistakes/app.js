// Every mistake that a policy looks for in one stack, and the same things done right in another.
const cdk = require('aws-cdk-lib');
const { App, Stack, CfnJson, Duration, aws_ec2: ec2, aws_eks: eks, aws_eks_v2: eksv2, aws_iam: iam, aws_kms: kms } = cdk;
const { KubectlV36Layer } = require('@aws-cdk/lambda-layer-kubectl-v36');

const env = { account: '111122223333', region: 'eu-central-1' };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } } },
};
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } };
const budget = (apiVersion) => ({ apiVersion, kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 1 } });

const { PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED, PUBLIC } = ec2.SubnetType;
const subnets = (...types) => types.map((subnetType) => ({ name: subnetType.replace(/[^A-Z]/gi, ''), subnetType, cidrMask: 24 }));
const vpcIn = (stack, ...types) =>
  new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: types.includes(PRIVATE_WITH_EGRESS) ? 1 : 0, restrictDefaultSecurityGroup: false, subnetConfiguration: subnets(...types) });

const clusterIn = (stack, props, vpc = vpcIn(stack, PUBLIC, PRIVATE_WITH_EGRESS)) => {
  const kubectlLayer = new KubectlV36Layer(stack, 'KubectlLayer');
  return new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    kubectlLayer,
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets.length ? vpc.privateSubnets : vpc.isolatedSubnets }],
    defaultCapacity: 0,
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    ...props,
  });
};
const role = (stack, id, cluster, conditions) =>
  new iam.Role(stack, id, {
    assumedBy: new iam.FederatedPrincipal(cluster.openIdConnectProvider.openIdConnectProviderArn, conditions, 'sts:AssumeRoleWithWebIdentity'),
  });
const accessEntry = (stack, cluster) =>
  new eks.CfnAccessEntry(stack, 'Admins', { clusterName: cluster.clusterName, principalArn: 'arn:aws:iam::111122223333:role/admins' });

const app = new App({ context: { 'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b'] } });

const wrong = new Stack(app, 'Wrong', { env });
const bad = clusterIn(wrong);
bad.addManifest('Namespace', namespace);
bad.addManifest('Web', deployment);
bad.addManifest('Settings', settings);
bad.addManifest('SettingsAgain', settings);
bad.addManifest('Budget', budget('policy/v1beta1'));
bad.addServiceAccount('Agent', { name: 'agent', namespace: 'kube-system' });
const arnKey = new CfnJson(wrong, 'ArnKey', {
  value: { [`${bad.openIdConnectProvider.openIdConnectProviderArn}:sub`]: 'system:serviceaccount:shop:web' },
});
role(wrong, 'ArnInKey', bad, { StringEquals: arnKey });
const wildcard = new CfnJson(wrong, 'Wildcard', { value: { [`${bad.clusterOpenIdConnectIssuer}:sub`]: 'system:serviceaccount:shop:*' } });
role(wrong, 'WildcardEquals', bad, { StringEquals: wildcard });
role(wrong, 'Wide', bad, { StringLike: wildcard });
role(wrong, 'Anybody', bad, {});
new iam.OpenIdConnectProvider(wrong, 'SecondProvider', { url: bad.clusterOpenIdConnectIssuerUrl });
bad.addNodegroupCapacity('Nodes', { amiType: eks.NodegroupAmiType.AL2_X86_64, releaseVersion: '1.37.1-20261101' });
accessEntry(wrong, bad);
new eks.CfnAddon(wrong, 'Proxy', { clusterName: bad.clusterName, addonName: 'kube-proxy', addonVersion: 'v1.37.0-eksbuild.1' });
bad.addHelmChart('Early', { chart: 'web', repository: 'https://charts.example.com', namespace: 'shop', createNamespace: false, wait: false });
bad.addAutoScalingGroupCapacity('Instances', { instanceType: new ec2.InstanceType('t3.large') });
bad.addHelmChart('Slow', { chart: 'web', repository: 'https://charts.example.com', wait: true, timeout: Duration.minutes(15) });
const raw = wrong.node.findAll().find((node) => node.node.path === 'Wrong/Cluster/Resource/Resource/Default');
raw.addPropertyOverride('Config.computeConfig', { enabled: true });
const handler = wrong.node.findAll().find((node) => node.node.path.endsWith('KubectlProvider/Handler')).node.defaultChild;
handler.addPropertyDeletionOverride('VpcConfig');
handler.addPropertyOverride('Runtime', 'python3.7');
handler.addPropertyOverride('Architectures', ['arm64']);
handler.addPropertyOverride('MemorySize', 128);
handler.addPropertyOverride('Timeout', 60);

const right = new Stack(app, 'Right', { env });
const good = clusterIn(right, { authenticationMode: eks.AuthenticationMode.API_AND_CONFIG_MAP });
const shop = good.addManifest('Namespace', namespace);
good.addManifest('Web', deployment).node.addDependency(shop);
good.addManifest('Settings', settings);
good.addManifest('Budget', budget('policy/v1'));
good.addServiceAccount('Agent', { name: 'agent', namespace: 'kube-system' });
const named = new CfnJson(right, 'Named', {
  value: {
    [`${good.clusterOpenIdConnectIssuer}:sub`]: 'system:serviceaccount:shop:web',
    [`${good.clusterOpenIdConnectIssuer}:aud`]: 'sts.amazonaws.com',
  },
});
role(right, 'NamedRole', good, { StringEquals: named });
good.addNodegroupCapacity('Nodes', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD, releaseVersion: '1.36.0-20261101', remoteAccess: { sshKeyName: 'ops', sourceSecurityGroups: [good.clusterSecurityGroup] } });
accessEntry(right, good);
new eks.CfnAddon(right, 'Proxy', { clusterName: good.clusterName, addonName: 'kube-proxy', addonVersion: 'v1.36.0-eksbuild.17' });
good.addHelmChart('Late', { chart: 'web', repository: 'https://charts.example.com', namespace: 'shop', createNamespace: false, wait: false }).node.addDependency(shop);
good.connectAutoScalingGroupCapacity(
  new cdk.aws_autoscaling.AutoScalingGroup(right, 'Instances', {
    vpc: good.vpc,
    instanceType: new ec2.InstanceType('t3.large'),
    machineImage: ec2.MachineImage.fromSsmParameter('/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id'),
  }),
  { bootstrapEnabled: false },
);
good.addHelmChart('Quick', { chart: 'web', repository: 'oci://registry.example.com/web', version: '1.0.0', wait: true, atomic: true, timeout: Duration.minutes(10) });

// A second stack imports the cluster of the first, with a handler that the cluster's role does not trust.
const owner = clusterIn(new Stack(app, 'Owner', { env }));
const guest = new Stack(app, 'Guest', { env });
eks.Cluster.fromClusterAttributes(guest, 'Again', {
  clusterName: owner.clusterName,
  kubectlRoleArn: owner.kubectlRole.roleArn,
  kubectlLayer: new KubectlV36Layer(guest, 'KubectlLayer'),
  vpc: owner.vpc,
  kubectlPrivateSubnetIds: owner.vpc.privateSubnets.map((subnet) => subnet.subnetId),
  kubectlSecurityGroupId: 'sg-1',
}).addManifest('Settings', settings);

// No way out of the VPC: once without the endpoints that the handler needs, once with them.
const lonely = new Stack(app, 'Isolated', { env });
clusterIn(lonely, {}, vpcIn(lonely, PRIVATE_ISOLATED)).addManifest('Settings', settings);
const served = new Stack(app, 'Endpoints', { env });
const endpoints = vpcIn(served, PRIVATE_ISOLATED);
endpoints.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
for (const name of ['EKS', 'STS', 'LAMBDA']) endpoints.addInterfaceEndpoint(name, { service: ec2.InterfaceVpcEndpointAwsService[name] });
clusterIn(served, {}, endpoints).addManifest('Settings', settings);

// Fargate and nothing else: once CoreDNS is left to wait for a node, once CDK moves it.
const waiting = new Stack(app, 'FargateWaiting', { env });
clusterIn(waiting, {}).addFargateProfile('Shop', { selectors: [{ namespace: 'shop' }] });
const moved = new Stack(app, 'FargateMoved', { env });
new eks.FargateCluster(moved, 'Cluster', {
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: new KubectlV36Layer(moved, 'KubectlLayer'),
  vpc: vpcIn(moved, PUBLIC, PRIVATE_WITH_EGRESS),
  endpointAccess: eks.EndpointAccess.PRIVATE,
  clusterLogging: Object.values(eks.ClusterLoggingTypes),
});

// Everything that exposes a cluster, on a version that is past its end.
const exposed = new Stack(app, 'Exposed', { env });
const open = clusterIn(exposed, { version: eks.KubernetesVersion.V1_27, endpointAccess: eks.EndpointAccess.PUBLIC, clusterLogging: undefined, vpcSubnets: undefined });
exposed.node.findChild('KubectlLayer').node.defaultChild.description = '/opt/kubectl/kubectl 1.27; /opt/helm/helm 4.2';
open.addManifest('Web', { ...deployment, metadata: { name: 'web', namespace: 'default' } });
open.addManifest('Account', {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'web', namespace: 'default', annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/web' } },
});
const template = new ec2.CfnLaunchTemplate(exposed, 'Template', { launchTemplateData: { metadataOptions: { httpTokens: 'optional', httpPutResponseHopLimit: 2 } } });
open.addNodegroupCapacity('Reachable', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD, remoteAccess: { sshKeyName: 'ops' } });
open.addNodegroupCapacity('Metadata', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD, launchTemplateSpec: { id: template.ref, version: template.attrLatestVersionNumber } });

// An old version whose secrets have a key of their own.
const encrypted = new Stack(app, 'OldWithKey', { env });
clusterIn(encrypted, { version: eks.KubernetesVersion.V1_27, secretsEncryptionKey: new kms.Key(encrypted, 'Key') });

// A version that costs six times as much since its standard support ended.
const late = new Stack(app, 'Extended', { env });
clusterIn(late, { version: eks.KubernetesVersion.V1_33 });

// What the strictest packs ask for, in Auto Mode, with the construct library of today.
const strict = new Stack(app, 'Strict', { env });
const strictVpc = vpcIn(strict, PUBLIC, PRIVATE_WITH_EGRESS);
const auto = new eksv2.Cluster(strict, 'Cluster', {
  version: eksv2.KubernetesVersion.V1_36,
  vpc: strictVpc,
  vpcSubnets: [{ subnets: strictVpc.privateSubnets }],
  endpointAccess: eksv2.EndpointAccess.PRIVATE,
  clusterLogging: Object.values(eksv2.ClusterLoggingTypes),
  secretsEncryptionKey: new kms.Key(strict, 'Key', { enableKeyRotation: true }),
  kubectlProviderOptions: { kubectlLayer: new KubectlV36Layer(strict, 'KubectlLayer') },
});
auto.node.findAll().find((node) => node.cfnResourceType === 'AWS::EKS::Cluster').addPropertyOverride('DeletionProtection', true);
auto.addManifest('Settings', settings);
const hardened = new ec2.CfnLaunchTemplate(strict, 'Template', { launchTemplateData: { metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 } } });
new eksv2.Nodegroup(strict, 'Nodes', { cluster: auto, amiType: eksv2.NodegroupAmiType.AL2023_X86_64_STANDARD, launchTemplateSpec: { id: hardened.ref, version: hardened.attrLatestVersionNumber } });
auto.addServiceAccount('Agent', { name: 'agent', namespace: 'kube-system' });
auto.addManifest('Web', { ...deployment, metadata: { name: 'web', namespace: 'default' } });

app.synth();
