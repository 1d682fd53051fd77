import { Stack, StackProps, aws_eks as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface PaymentProps extends StackProps {
  readonly version: eks.KubernetesVersion;
  readonly kubectlLayer: (scope: Construct) => lambda.ILayerVersion;
}

/** A private cluster for payments with two service accounts, as many teams have it. */
export class PaymentStack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentProps) {
    super(scope, id, props);

    const cluster = new eks.Cluster(this, 'PaymentEksCluster', {
      clusterName: 'payment',
      version: props.version,
      kubectlLayer: props.kubectlLayer(this),
      endpointAccess: eks.EndpointAccess.PRIVATE,
      defaultCapacity: 0,
      clusterLogging: [
        eks.ClusterLoggingTypes.API,
        eks.ClusterLoggingTypes.AUDIT,
        eks.ClusterLoggingTypes.AUTHENTICATOR,
        eks.ClusterLoggingTypes.CONTROLLER_MANAGER,
        eks.ClusterLoggingTypes.SCHEDULER,
      ],
    });

    cluster.addServiceAccount('Autoscaler', { name: 'cluster-autoscaler', namespace: 'kube-system' });
    cluster.addServiceAccount('Payment', { name: 'payment-processor', namespace: 'default' });
  }
}
