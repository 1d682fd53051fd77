// An app as the environment variable APP describes it, with the plugin for JavaScript. app.py is its twin.
const { App, CfnParameter, Stack, Stage, Validations, aws_eks: eks } = require('aws-cdk-lib');
const { EksGuard } = require('@eks-guard/cdk-plugin');

const { stacks = {}, options = {}, acknowledge = {}, stage, beta } = JSON.parse(process.env.APP);
const plugin = new EksGuard(options);
const app = new App(beta ? { policyValidationBeta1: [plugin] } : {});
const scopes = { app };

for (const [path, { version, layer }] of Object.entries(stacks)) {
  const [id, ...stages] = path.split('/').reverse();
  const scope = stages.reverse().reduce((above, name) => (scopes[name] ??= new Stage(above, name)), app);
  const stack = (scopes[path] = new Stack(scope, id));
  if (!version) continue;
  const kubectl = layer && require(`@aws-cdk/lambda-layer-kubectl-v${layer}`)[`KubectlV${layer}Layer`];
  const cluster = (scopes[`${path}/Cluster`] = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.of(version === 'asked' ? new CfnParameter(stack, 'Version').valueAsString : version),
    kubectlLayer: kubectl && new kubectl(stack, 'KubectlLayer'),
    endpointAccess: eks.EndpointAccess.PRIVATE,
    defaultCapacity: 0,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
  }));
  cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'payment' } });
}
for (const [scope, policies] of Object.entries(acknowledge)) {
  for (const policy of policies) {
    Validations.of(scopes[scope]).acknowledge({ id: `eks-guard::${policy}`, reason: 'we know' });
  }
}
if (!beta) Validations.of(scopes[stage ?? 'app']).addPlugins(plugin);
app.synth();
