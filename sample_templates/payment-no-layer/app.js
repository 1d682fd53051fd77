// Plain JavaScript: nothing says that kubectlLayer is missing, since aws-cdk-lib 2.179 not even a warning.
const { App, Stack, aws_eks: eks } = require('aws-cdk-lib');

class PaymentStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const cluster = new eks.Cluster(this, 'PaymentEksCluster', {
      clusterName: 'payment',
      version: eks.KubernetesVersion.V1_28,
      endpointAccess: eks.EndpointAccess.PRIVATE,
      defaultCapacity: 0,
      clusterLogging: Object.values(eks.ClusterLoggingTypes),
    });

    cluster.addServiceAccount('Autoscaler', { name: 'cluster-autoscaler', namespace: 'kube-system' });
    cluster.addServiceAccount('Payment', { name: 'payment-processor', namespace: 'default' });
  }
}

const app = new App();
new PaymentStack(app, 'Payment');
app.synth();
