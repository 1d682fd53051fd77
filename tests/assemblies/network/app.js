// What a handler in a VPC reaches: charts from where no route leads, clusters behind security groups, subnets of one zone, public ones for Fargate, ones without addresses for nodes.
const { App, Stack } = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const eks = require('aws-cdk-lib/aws-eks-v2');
const { KubectlV36Layer } = require('@aws-cdk/lambda-layer-kubectl-v36');

const env = { account: '123456789012', region: 'eu-central-1' };
const zones = { [`availability-zones:account=${env.account}:region=${env.region}`]: ['eu-central-1a', 'eu-central-1b'] };
const app = new App({ analyticsReporting: false, context: zones });
const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;

function stackWith(name, ...kinds) {
  return stackOf(name, kinds, {});
}

function stackOf(name, kinds, settings) {
  const stack = new Stack(app, name, { env });
  const subnetConfiguration = kinds.map((subnetType) => ({ name: subnetType.toLowerCase().replace(/\W/g, ''), subnetType, ...(subnetType === PUBLIC ? settings : {}) }));
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false, natGateways: kinds.includes(PRIVATE_WITH_EGRESS) ? 1 : 0, subnetConfiguration });
  return { stack, vpc };
}

function clusterIn({ stack, vpc }, subnetType, securityGroup) {
  return new eks.Cluster(stack, 'Bakery', {
    version: eks.KubernetesVersion.V1_36,
    vpc,
    vpcSubnets: [{ subnetType }],
    endpointAccess: eks.EndpointAccess.PRIVATE,
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    kubectlProviderOptions: {
      kubectlLayer: new KubectlV36Layer(stack, 'KubectlLayer'),
      privateSubnets: vpc.selectSubnets({ subnetType }).subnets,
      securityGroups: securityGroup && [securityGroup],
    },
  });
}

const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' }, data: { oven: 'hot' } };

// No route out of the VPC: AWS answers through endpoints, the internet does not.
const cut = stackWith('Offline', PRIVATE_ISOLATED);
cut.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
for (const name of ['EKS', 'STS', 'LAMBDA', 'ECR', 'ECR_DOCKER']) {
  cut.vpc.addInterfaceEndpoint(name, { service: ec2.InterfaceVpcEndpointAwsService[name] });
}
const offline = clusterIn(cut, PRIVATE_ISOLATED);
const version = '1.2.3';
offline.addHelmChart('Public', { release: 'public', chart: 'metrics-server', version, repository: 'https://kubernetes-sigs.github.io/metrics-server/' });
offline.addHelmChart('Gallery', { release: 'gallery', chart: 'karpenter', version, repository: 'oci://public.ecr.aws/karpenter/karpenter' });
offline.addHelmChart('Own', { release: 'own', chart: 'rolls', version, repository: 'oci://123456789012.dkr.ecr.eu-central-1.amazonaws.com/rolls' });

// A security group for the handler: one that lets nothing out, and one that the cluster lets in.
const closed = stackWith('Closed', PUBLIC, PRIVATE_WITH_EGRESS);
const mute = new ec2.SecurityGroup(closed.stack, 'Mute', { vpc: closed.vpc, allowAllOutbound: false });
clusterIn(closed, PRIVATE_WITH_EGRESS, mute).addManifest('Settings', settings);

const admitted = stackWith('Admitted', PUBLIC, PRIVATE_WITH_EGRESS);
const guest = new ec2.SecurityGroup(admitted.stack, 'Guest', { vpc: admitted.vpc, allowAllOutbound: false });
guest.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
const host = clusterIn(admitted, PRIVATE_WITH_EGRESS, guest);
host.connections.allowFrom(guest, ec2.Port.tcp(443));
host.addManifest('Settings', settings);
host.addFargateProfile('Back', { vpc: admitted.vpc, selectors: [{ namespace: 'back' }] });

// A VPC of one zone: its public and its private subnet are both there.
const lone = new Stack(app, 'OneZone', { env });
const small = new ec2.Vpc(lone, 'Vpc', { maxAzs: 1, restrictDefaultSecurityGroup: false });
new eks.Cluster(lone, 'Bakery', { version: eks.KubernetesVersion.V1_36, vpc: small, endpointAccess: eks.EndpointAccess.PRIVATE, defaultCapacityType: eks.DefaultCapacityType.NODEGROUP, defaultCapacity: 0 });

// Fargate gives pods no public address, and EKS takes no public subnet for them.
const shop = stackWith('Pods', PUBLIC, PRIVATE_WITH_EGRESS);
clusterIn(shop, PRIVATE_WITH_EGRESS).addFargateProfile('Front', { vpc: shop.vpc, selectors: [{ namespace: 'front' }], subnetSelection: { subnetType: PUBLIC } });

// EKS takes no public subnet for managed nodes that assigns no public addresses.
const bare = stackOf('Bare', [PUBLIC, PRIVATE_WITH_EGRESS], { mapPublicIpOnLaunch: false });
const nodes = clusterIn(bare, PRIVATE_WITH_EGRESS);
nodes.addNodegroupCapacity('Outside', { subnets: { subnetType: PUBLIC } });
nodes.addNodegroupCapacity('Inside', { subnets: { subnetType: PRIVATE_WITH_EGRESS } });
