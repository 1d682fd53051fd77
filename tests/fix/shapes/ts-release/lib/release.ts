import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { KubernetesVersion } from 'aws-cdk-lib/aws-eks';
import { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface Release {
  readonly kubernetes: KubernetesVersion;
  readonly kubectl: (scope: Construct) => ILayerVersion;
}

export const CURRENT: Release = {
  kubernetes: KubernetesVersion.V1_36,
  kubectl: (scope) => new KubectlV24Layer(scope, 'Kubectl') as unknown as ILayerVersion,
};
