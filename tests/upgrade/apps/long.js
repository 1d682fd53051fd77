// Two clusters on 1.22: one with what the steps to 1.37 stumble over, one with what is like it and of no matter.
// To record it again: node long.js in a folder with aws-cdk-lib, then tar its templates and manifest.
const { App, CfnParameter, Stack, Fn, aws_ec2: ec2, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV24Layer } = require('@aws-cdk/lambda-layer-kubectl-v24');

const app = new App();
const named = (apiVersion, kind, rest, metadata = {}) => ({ apiVersion, kind, metadata: { name: kind.toLowerCase(), ...metadata }, ...rest });
const pod = (name, volumes, annotations = {}) =>
  named('v1', 'Pod', { spec: { containers: [{ name: 'c', image: 'i' }], volumes } }, { name, namespace: 'shop', annotations });
const service = (name, rest) => named('v1', 'Service', { spec: { ports: [{ port: 80 }], ...rest } }, { name, namespace: 'shop' });

for (const [id, shows] of [['Shows', true], ['Hides', false]]) {
  const stack = new Stack(app, id, { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.of('1.22'),
    kubectlLayer: new KubectlV24Layer(stack, 'Kubectl'),
    vpc,
    vpcSubnets: [{ subnets: vpc.privateSubnets }],
    defaultCapacity: 0,
  });
  const objects = {
    Disk: named('storage.k8s.io/v1', 'StorageClass', { provisioner: shows ? 'kubernetes.io/aws-ebs' : 'ebs.csi.aws.com' }),
    Builder: pod('builder', [{ name: 'v', hostPath: { path: shows ? '/var/run/docker.sock' : '/var/log' } }]),
    Tight: named('rbac.authorization.k8s.io/v1', 'ClusterRole', { rules: [{ apiGroups: [shows ? 'policy' : ''], resources: [shows ? 'podsecuritypolicies' : 'pods'], verbs: ['use'] }] }),
    Filtered: pod('filtered', [], { [shows ? 'seccomp.security.alpha.kubernetes.io/pod' : 'example.com/seccomp']: 'runtime/default' }),
    Armored: pod('armored', [], { [shows ? 'container.apparmor.security.beta.kubernetes.io/c' : 'example.com/apparmor']: 'runtime/default' }),
    Open: named('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: shows ? 'system:anonymous' : 'me' }],
    }),
    Backends: shows ? named('v1', 'Endpoints', { subsets: [] }, { namespace: 'shop' }) : named('v1', 'ConfigMap', { data: {} }, { namespace: 'shop' }),
    Cloned: pod('cloned', [{ name: 'v', ...(shows ? { gitRepo: { repository: 'https://example.com/r' } } : { emptyDir: {} }) }]),
    Narrow: service('narrow', { loadBalancerSourceRanges: [shows ? '10.0.0.1/24' : '10.0.0.0/24'] }),
    Reached: service('reached', shows ? { externalIPs: ['10.0.0.7'] } : {}),
    Claimed: shows
      ? named('resource.k8s.io/v1beta1', 'ResourceClaim', { spec: {} }, { namespace: 'shop' })
      : named('v1', 'ConfigMap', { data: {} }, { name: 'claimed', namespace: 'shop' }),
    Scaled: named(shows ? 'autoscaling/v2beta2' : 'autoscaling/v1', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' } } }, { namespace: 'shop' }),
  };
  for (const [name, object] of Object.entries(objects)) cluster.addManifest(name, object);
  const chart = (name, repository, version) => cluster.addHelmChart(name, { chart: name, repository, version, release: name });
  chart('aws-load-balancer-controller', 'https://aws.github.io/eks-charts', shows ? '1.4.6' : '1.13.4');
  if (shows) {
    chart('ingress-nginx', 'https://kubernetes.github.io/ingress-nginx', '4.15.1');
    cluster.addManifest('Decided', named('v1', 'ConfigMap', { data: {} }, { name: new CfnParameter(stack, 'Name').valueAsString }));
    new eks.CfnAddon(stack, 'Network', { clusterName: cluster.clusterName, addonName: 'vpc-cni', addonVersion: 'v1.11.4-eksbuild.1' });
    new eks.CfnAddon(stack, 'Proxy', { clusterName: cluster.clusterName, addonName: 'kube-proxy', addonVersion: 'v1.22.17-eksbuild.2', configurationValues: '{"mode": "ipvs"}' });
  }
  const started = (name, userData, imageId) => new ec2.CfnLaunchTemplate(stack, name, { launchTemplateData: { imageId, userData: Fn.base64(userData) } }).ref;
  const group = (name, rest) => new eks.CfnNodegroup(stack, name, { clusterName: cluster.clusterName, nodeRole: 'arn:aws:iam::111122223333:role/n', subnets: ['subnet-1'], ...rest });
  const flags = shows ? '--pod-infra-container-image=x' : '--v=2';
  group('Flagged', { amiType: 'AL2_x86_64', launchTemplate: { id: started('Flags', `/etc/eks/bootstrap.sh c --kubelet-extra-args '${flags}'`), version: '1' } });
  if (shows) {
    group('Own', { launchTemplate: { id: started('Image', '#!/bin/bash', 'ami-1'), version: '1' } });
    group('Behind', { amiType: 'AL2_x86_64', version: '1.20' });
  }
}
app.synth();
