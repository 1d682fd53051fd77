export { Cluster as EksCluster, KubernetesVersion } from 'aws-cdk-lib/aws-eks';
export { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
