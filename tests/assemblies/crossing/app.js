// What crosses stacks, stages and regions, once for each way in which CDK writes such references.
const cdk = require('aws-cdk-lib');
const { App, Stack, Stage, aws_ec2: ec2, aws_eks: eks, aws_eks_v2: v2, aws_lambda: lambda, aws_ssm: ssm } = cdk;
const { KubectlV24Layer } = require('@aws-cdk/lambda-layer-kubectl-v24');
const { KubectlV28Layer } = require('@aws-cdk/lambda-layer-kubectl-v28');

const env = { account: '111122223333', region: 'eu-central-1' };
const network = (scope, id = 'Vpc') =>
  ec2.Vpc.fromVpcAttributes(scope, id, {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
const cluster = (scope, kubectlLayer) => {
  const vpc = network(scope);
  return new eks.Cluster(scope, 'Cluster', {
    version: eks.KubernetesVersion.of('1.28'),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
    defaultCapacity: 0,
    kubectlLayer,
  });
};

for (const mode of ['weak', 'strong']) {
  const app = new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': mode }, outdir: mode });

  // Two stages with equal stack names: the layer in one stack, the cluster in another, a manifest in a third.
  for (const [name, Layer] of [['Dev', KubectlV24Layer], ['Prod', KubectlV28Layer]]) {
    const stage = new Stage(app, name, { env });
    const layer = new Layer(new Stack(stage, 'Layers'), 'Layer');
    const target = cluster(new Stack(stage, 'App'), layer);
    new eks.KubernetesManifest(new Stack(stage, 'Work'), 'Settings', { cluster: target, manifest: [settings] });
  }

  // The layer comes from another region.
  const far = new Stack(app, 'FarLayers', { env: { ...env, region: 'us-east-1' }, crossRegionReferences: true });
  const farLayer = new KubectlV24Layer(far, 'Layer');
  cluster(new Stack(app, 'Near', { env, crossRegionReferences: true }), farLayer).addManifest('Settings', settings);

  // aws-eks and aws-eks-v2 side by side, with different kubectls.
  const side = new Stack(app, 'Side', { env });
  cluster(side, new KubectlV28Layer(side, 'One')).addManifest('Settings', settings);
  const vpc = network(side, 'Vpc2');
  new v2.Cluster(side, 'Second', {
    version: v2.KubernetesVersion.of('1.28'),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
    defaultCapacityType: v2.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    kubectlProviderOptions: { kubectlLayer: new KubectlV24Layer(side, 'Two') },
  }).addManifest('Settings', settings);

  // A layer that an SSM parameter names, and layers that an escape hatch replaces.
  const parameter = new Stack(app, 'Parameter', { env });
  const arn = ssm.StringParameter.valueForStringParameter(parameter, '/layers/kubectl-1.28');
  cluster(parameter, lambda.LayerVersion.fromLayerVersionArn(parameter, 'Layer', arn)).addManifest('Settings', settings);
  const hatch = new Stack(app, 'Hatch', { env });
  cluster(hatch, new KubectlV28Layer(hatch, 'Layer')).addManifest('Settings', settings);
  const handler = hatch.node.findAll().find((node) => node.node.path.endsWith('KubectlProvider/Handler'));
  handler.node.defaultChild.addPropertyOverride('Layers', ['arn:aws:lambda:eu-central-1:111122223333:layer:mine:1']);

  // Two imported clusters in one stack, one of them without a layer.
  const guests = new Stack(app, 'Guests', { env });
  for (const [name, kubectlLayer] of [['one', new KubectlV28Layer(guests, 'Layer')], ['two', undefined]]) {
    const kubectlRoleArn = 'arn:aws:iam::111122223333:role/kubectl';
    eks.Cluster.fromClusterAttributes(guests, name, { clusterName: name, kubectlRoleArn, kubectlLayer }).addManifest('Settings', settings);
  }

  // Fargate.
  const fargate = new Stack(app, 'Fargate', { env });
  const subnets = network(fargate);
  new eks.FargateCluster(fargate, 'Cluster', {
    version: eks.KubernetesVersion.of('1.28'),
    vpc: subnets,
    vpcSubnets: [{ subnets: subnets.privateSubnets }],
    kubectlLayer: new KubectlV28Layer(fargate, 'Layer'),
  });
  app.synth();
}
