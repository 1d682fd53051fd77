// Who may do what: a cluster that refuses its own kubectl, declares things twice and starves its pods of credentials in
// one stack, and the same done right in another; a provider that cannot answer in a third.
const { App, Stack, aws_eks: eks, aws_iam: iam, aws_lambda: lambda } = require('aws-cdk-lib');
const { KubectlV36Layer } = require('@aws-cdk/lambda-layer-kubectl-v36');

const env = { account: '111122223333', region: 'eu-central-1' };
const app = new App({ context: { 'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b'] } });
const configMap = (name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { flour: 'rye' } });

// A cluster without CDK's construct for it, wrapped to apply manifests with a role of its own.
const bare = (name, right) => {
  const stack = new Stack(app, name, { env });
  const service = new iam.Role(stack, 'Service', { assumedBy: new iam.ServicePrincipal('eks.amazonaws.com') });
  const cluster = new eks.CfnCluster(stack, 'Bakery', {
    version: '1.36',
    roleArn: service.roleArn,
    resourcesVpcConfig: { subnetIds: ['subnet-0aa11bb22cc33dd44', 'subnet-0ee55ff66aa77bb88'], endpointPublicAccess: true, endpointPrivateAccess: true },
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
  });
  const admin = new iam.Role(stack, 'Baker', { assumedBy: new iam.AccountRootPrincipal() });
  const imported = eks.Cluster.fromClusterAttributes(stack, 'Imported', {
    clusterName: cluster.ref,
    kubectlRoleArn: admin.roleArn,
    kubectlLayer: new KubectlV36Layer(stack, 'KubectlLayer'),
  });
  const manifest = imported.addManifest('Bread', configMap('bread'));
  const handler = imported.stack.node.findAll().find((found) => found instanceof lambda.Function && found.node.id === 'Handler');
  handler.role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [admin.roleArn] }));

  const pods = new iam.ServicePrincipal('pods.eks.amazonaws.com');
  const oven = new iam.Role(stack, 'Oven', { assumedBy: right ? new iam.SessionTagsPrincipal(pods) : pods });
  new eks.CfnPodIdentityAssociation(stack, 'OvenPods', { clusterName: cluster.ref, namespace: 'default', serviceAccount: 'oven', roleArn: oven.roleArn });
  const delivers = new iam.ServicePrincipal('capabilities.eks.amazonaws.com');
  const delivery = new iam.Role(stack, 'Delivery', { assumedBy: right ? new iam.SessionTagsPrincipal(delivers) : pods });
  new eks.CfnCapability(stack, 'Ack', { clusterName: cluster.ref, capabilityName: 'ack', type: 'ACK', deletePropagationPolicy: 'RETAIN', roleArn: delivery.roleArn });
  new eks.CfnAddon(stack, 'Network', { clusterName: cluster.ref, addonName: 'vpc-cni' });
  if (!right) {
    new eks.CfnAddon(stack, 'NetworkAgain', { clusterName: cluster.ref, addonName: 'vpc-cni' });
    new eks.CfnAccessEntry(stack, 'Masters', { clusterName: cluster.ref, principalArn: 'arn:aws:iam::111122223333:role/masters', kubernetesGroups: ['system:masters'] });
    return;
  }
  new eks.CfnAddon(stack, 'PodIdentityAgent', { clusterName: cluster.ref, addonName: 'eks-pod-identity-agent' });
  const entry = new eks.CfnAccessEntry(stack, 'BakerEntry', {
    clusterName: cluster.ref,
    principalArn: admin.roleArn,
    accessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', accessScope: { type: 'cluster' } }],
  });
  manifest.node.addDependency(entry);
};
bare('Refused', false);
bare('Admitted', true);

// A cluster whose provider another stack uses: by its handler, which never answers CloudFormation, or as it should.
const owner = new Stack(app, 'Owner', { env });
const owned = new eks.Cluster(owner, 'Cluster', {
  version: eks.KubernetesVersion.V1_36,
  kubectlLayer: new KubectlV36Layer(owner, 'KubectlLayer'),
  defaultCapacity: 0,
  endpointAccess: eks.EndpointAccess.PRIVATE,
});
// EKS never finds a role with a path in aws-auth.
owned.awsAuth.addMastersRole(new iam.Role(owner, 'Bakers', { path: '/team/', assumedBy: new iam.AccountRootPrincipal() }));
const provider = eks.KubectlProvider.getOrCreate(owner, owned);
for (const [name, functionArn] of [['Mute', provider.node.findChild('Handler').functionArn], ['Answering', provider.serviceToken]]) {
  const stack = new Stack(app, name, { env });
  eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: owned.clusterName,
    kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Provider', {
      functionArn,
      kubectlRoleArn: owned.kubectlRole.roleArn,
      handlerRole: provider.handlerRole,
    }),
  }).addManifest('Bread', configMap(name.toLowerCase()));
}
app.synth();
