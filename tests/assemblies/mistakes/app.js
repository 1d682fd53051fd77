// Every mistake that a policy looks for in one stack, and the same things done right in another.
const cdk = require('aws-cdk-lib');
const { App, Stack, CfnJson, aws_ec2: ec2, aws_eks: eks, aws_iam: iam } = cdk;
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

const clusterIn = (stack, props) => {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
  return new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    kubectlLayer: new KubectlV36Layer(stack, 'KubectlLayer'),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
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

const app = new App();

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
const raw = wrong.node.findAll().find((node) => node.node.path === 'Wrong/Cluster/Resource/Resource/Default');
raw.addPropertyOverride('Config.computeConfig', { enabled: true });
const handler = wrong.node.findAll().find((node) => node.node.path.endsWith('KubectlProvider/Handler')).node.defaultChild;
handler.addPropertyDeletionOverride('VpcConfig');
handler.addPropertyOverride('Runtime', 'python3.7');
handler.addPropertyOverride('Architectures', ['arm64']);

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
good.addNodegroupCapacity('Nodes', { amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD });
accessEntry(right, good);

// A second stack imports the cluster of the first, with a handler that the cluster's role does not trust.
const owner = clusterIn(new Stack(app, 'Owner', { env }));
const guest = new Stack(app, 'Guest', { env });
eks.Cluster.fromClusterAttributes(guest, 'Again', {
  clusterName: owner.clusterName,
  kubectlRoleArn: owner.kubectlRole.roleArn,
  kubectlLayer: new KubectlV36Layer(guest, 'KubectlLayer'),
  vpc: owner.vpc,
  kubectlPrivateSubnetIds: ['subnet-1', 'subnet-2'],
  kubectlSecurityGroupId: 'sg-1',
}).addManifest('Settings', settings);

app.synth();
