// A real app with a cluster that has its own kubectl, or the one of twelve minors ago.
const { KubectlV24Layer } = require('@aws-cdk/lambda-layer-kubectl-v24');
const { KubectlV36Layer } = require('@aws-cdk/lambda-layer-kubectl-v36');
const { App, Stack, aws_eks: eks } = require('aws-cdk-lib');

exports.shop = (Layer) => {
  const app = new App();
  const stack = new Stack(app, 'Shop');
  new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    kubectlLayer: new Layer(stack, 'Kubectl'),
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    defaultCapacity: 0,
  }).addServiceAccount('Till', { name: 'till', namespace: 'default' });
  return { app, stack };
};
exports.good = () => exports.shop(KubectlV36Layer);
exports.bad = () => exports.shop(KubectlV24Layer);
