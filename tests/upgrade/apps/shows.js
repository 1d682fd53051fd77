// Two clusters on 1.24: one with all that later minors take notice of, one with what is like it and of no matter.
// To record it again: node shows.js in a folder with aws-cdk-lib, then tar its templates and manifest.
const { App, Stack, Fn, aws_ec2: ec2, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV24Layer } = require('@aws-cdk/lambda-layer-kubectl-v24');

const app = new App();
const named = (apiVersion, kind, rest, metadata = {}) => ({ apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace: 'shop', ...metadata }, ...rest });
const pod = (name, securityContext, container) =>
  named('v1', 'Pod', { spec: { ...securityContext, containers: [{ name: 'c', image: 'i', ...container }] } }, { name });

for (const [id, shows] of [['Shows', true], ['Hides', false]]) {
  const stack = new Stack(app, id, { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.of('1.24'),
    kubectlLayer: new KubectlV24Layer(stack, 'Kubectl'),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
    defaultCapacity: 0,
  });
  const objects = {
    Auth: named('v1', 'ConfigMap', { data: { mapRoles: shows ? '{{SessionName}}' : '- rolearn: r' } }, { name: 'aws-auth', namespace: 'kube-system' }),
    Token: named('v1', 'Secret', { type: shows ? 'kubernetes.io/service-account-token' : 'Opaque' }),
    Claim: named('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...(shows ? {} : { storageClassName: 'gp3' }) } }),
    Account: named('v1', 'ServiceAccount', {}, { annotations: { [shows ? 'kubernetes.io/enforce-mountable-secrets' : 'example.com/mountable']: 'true' } }),
    Armored: pod('armored', {}, { securityContext: shows ? { appArmorProfile: { type: 'RuntimeDefault' } } : { runAsNonRoot: true } }),
    Labelled: pod('labelled', { securityContext: shows ? { seLinuxOptions: { level: 's0' } } : { fsGroup: 1 } }),
  };
  for (const [name, object] of Object.entries(objects)) cluster.addManifest(name, object);
  const userData = shows
    ? ['#!/bin/bash', 'grubby --args="systemd.unified_cgroup_hierarchy=0"', '/etc/eks/bootstrap.sh c --kubelet-extra-args "--cgroup-driver=systemd --event-qps=0"']
    : ['#!/bin/bash', '# systemd.unified_cgroup_hierarchy=0 is gone', '/etc/eks/bootstrap.sh c --kubelet-extra-args "--event-qps=50"'];
  const template = new ec2.CfnLaunchTemplate(stack, 'Start', { launchTemplateData: { userData: Fn.base64(userData.join('\n')) } });
  const group = (name, rest) => new eks.CfnNodegroup(stack, name, { clusterName: cluster.clusterName, nodeRole: 'arn:aws:iam::111122223333:role/n', subnets: ['subnet-1'], ...rest });
  group('Started', { amiType: 'AL2_x86_64', launchTemplate: { id: template.ref, version: '1' } });
  group('Plain', { ...(shows ? {} : { amiType: 'AL2_x86_64' }), instanceTypes: [shows ? 'p2.xlarge' : 'p3.2xlarge'] });
}
app.synth();
