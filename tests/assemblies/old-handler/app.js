// Charts from registries on the last release whose handler names a registry to Helm twice, with a layer that carries Helm 4, and one with Helm 3.
const { App, Stack, aws_ec2: ec2, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV35Layer } = require('@aws-cdk/lambda-layer-kubectl-v35');
const { KubectlV33Layer } = require('@aws-cdk/lambda-layer-kubectl-v33');

const env = { account: '111122223333', region: 'eu-central-1' };
const app = new App({ context: { 'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b'] } });
for (const [name, Layer] of Object.entries({ Helm4: KubectlV35Layer, Helm3: KubectlV33Layer })) {
  const stack = new Stack(app, name, { env });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_34,
    kubectlLayer: new Layer(stack, 'KubectlLayer'),
    defaultCapacity: 0,
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
  });
  cluster.addHelmChart('Karpenter', { chart: 'karpenter', repository: 'oci://public.ecr.aws/karpenter/karpenter', version: '1.8.0' });
}
app.synth();
