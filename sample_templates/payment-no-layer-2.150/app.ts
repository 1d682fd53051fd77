import { App, Stack, StackProps, aws_eks as eks } from 'aws-cdk-lib';
import { Construct } from 'constructs';

class PaymentStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // Up to aws-cdk-lib 2.178, a cluster without kubectlLayer gets the built-in kubectl 1.20.
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
