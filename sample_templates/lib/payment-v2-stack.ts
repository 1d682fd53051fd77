import { Stack, StackProps, aws_eks_v2 as eks, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface PaymentV2Props extends StackProps {
  readonly version: eks.KubernetesVersion;
  readonly kubectlLayer: (scope: Construct) => lambda.ILayerVersion;
}

/** The payment cluster through aws-eks-v2: a native resource, and the kubectl handler in the same template. */
export class PaymentV2Stack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentV2Props) {
    super(scope, id, props);

    const cluster = new eks.Cluster(this, 'PaymentEksCluster', {
      clusterName: 'payment',
      version: props.version,
      kubectlProviderOptions: { kubectlLayer: props.kubectlLayer(this) },
      endpointAccess: eks.EndpointAccess.PRIVATE,
      defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
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
