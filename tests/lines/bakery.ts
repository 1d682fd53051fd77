// What the scenes share: an app, and what a cluster is made with where nothing is wrong.
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import { KubectlV36Layer } from '@aws-cdk/lambda-layer-kubectl-v36';
import { Construct } from 'constructs';

const zones = { 'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b'] };
export const app = new cdk.App({ analyticsReporting: false, context: zones });

export const base = (scope: Construct) => ({
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: new KubectlV36Layer(scope, 'Layer'),
  defaultCapacity: 0,
  endpointAccess: eks.EndpointAccess.PRIVATE,
});

export const pod = (name: string, spec: any, container: any = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { ...spec, containers: [{ name: 'web', image: 'nginx', ...container }] },
});

export const isolated = (scope: Construct) => {
  const vpc = new ec2.Vpc(scope, 'Vpc', {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'cut', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  vpc.addInterfaceEndpoint('Eks', { service: ec2.InterfaceVpcEndpointAwsService.EKS });
  vpc.addInterfaceEndpoint('Sts', { service: ec2.InterfaceVpcEndpointAwsService.STS });
  vpc.addInterfaceEndpoint('Lambda', { service: ec2.InterfaceVpcEndpointAwsService.LAMBDA });
  return vpc;
};
