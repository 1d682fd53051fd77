import { KubernetesVersion } from 'aws-cdk-lib/aws-eks';

export const SHOP = { version: KubernetesVersion.V1_36, size: 3 } as const;
