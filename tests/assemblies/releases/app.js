// One app for every CDK release: the same clusters, written as that release wants them.
const release = process.env.RELEASE;
const [major, minor] = release.split('.').map(Number);
const v1 = major === 1;
const lib = require(v1 ? 'monocdk' : 'aws-cdk-lib');
const { App, Stack, NestedStack, aws_ec2: ec2, aws_eks: eks } = lib;
const layerOf = process.env.LAYER; // such as 24; releases before 2.20 have no layer packages

const network = (scope) =>
  ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
const layerIn = (scope) => {
  const { [`KubectlV${layerOf}Layer`]: KubectlLayer } = require(`@aws-cdk/lambda-layer-kubectl-v${layerOf}`);
  return new KubectlLayer(scope, 'KubectlLayer');
};
const cluster = (scope, vpc, kubectlLayer) =>
  new eks.Cluster(scope, 'Cluster', {
    version: eks.KubernetesVersion.of(process.env.CLUSTER),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
    defaultCapacity: 0,
    kubectlLayer,
  });
const workloads = (target) => {
  target.addServiceAccount('Agent', { name: 'agent', namespace: 'kube-system' });
  target.addHelmChart('Dashboard', { chart: 'dashboard', repository: 'https://charts.example.com', version: '1.0.0' });
};

const app = new App();
const env = { account: '111122223333', region: 'eu-central-1' };

// No layer: the built-in kubectl 1.20 up to 2.178, no kubectl at all after that.
const bare = new Stack(app, 'Bare', { env });
workloads(cluster(bare, network(bare)));

if (layerOf) {
  // The layer comes from another stack.
  const layers = new Stack(app, 'Layers', { env });
  const shared = layerIn(layers);
  const across = new Stack(app, 'Across', { env });
  workloads(cluster(across, network(across), shared));

  // Everything in a nested stack of the user's.
  const outer = new Stack(app, 'Outer', { env });
  const inner = new NestedStack(outer, 'Inner');
  workloads(cluster(inner, network(inner), layerIn(inner)));

  // An imported cluster, driven with a layer of its own; nothing uses the kubectl of the stack above it.
  const guest = new Stack(app, 'Guest', { env });
  eks.Cluster.fromClusterAttributes(guest, 'Imported', {
    clusterName: 'elsewhere',
    kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl',
    kubectlLayer: layerIn(guest),
  }).addManifest('Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
}

if (!v1 && lib.aws_eks_v2) {
  // Two clusters of aws-eks-v2 in one template, with different kubectls.
  const two = new Stack(app, 'Two', { env });
  const vpc = network(two);
  for (const [id, kubectlLayer] of [['Blue', layerIn(two)], ['Green', undefined]]) {
    new lib.aws_eks_v2.Cluster(two, id, {
      version: lib.aws_eks_v2.KubernetesVersion.of(process.env.CLUSTER),
      vpc,
      vpcSubnets: [{ subnets: vpc.privateSubnets }],
      defaultCapacityType: lib.aws_eks_v2.DefaultCapacityType.NODEGROUP,
      defaultCapacity: 0,
      ...(kubectlLayer ? { kubectlProviderOptions: { kubectlLayer } } : {}),
    });
  }
}
app.synth();
