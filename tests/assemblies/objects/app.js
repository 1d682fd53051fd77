// Kubernetes objects, patches and charts that kubectl, the API server or Helm refuse in one stack, and the same done right in another.
const { App, CfnParameter, Stack, aws_eks: eks } = require('aws-cdk-lib');
const { KubectlV36Layer } = require('@aws-cdk/lambda-layer-kubectl-v36');

const env = { account: '111122223333', region: 'eu-central-1' };
const app = new App({ context: { 'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b'] } });

const clusterIn = (name) => {
  const stack = new Stack(app, name, { env });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_36,
    kubectlLayer: new KubectlV36Layer(stack, 'KubectlLayer'),
    defaultCapacity: 0,
    endpointAccess: eks.EndpointAccess.PRIVATE,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
  });
  return [stack, cluster];
};
const namespace = (name, labels) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
const service = (name, spec) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec });
const config = (name, data) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data });
const deployment = (name, space, spec, replicas) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: space },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec } },
});
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'bakeries.bread.example.org' },
  spec: {
    group: 'bread.example.org',
    scope: 'Namespaced',
    names: { plural: 'bakeries', kind: 'Bakery' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { ovens: { type: 'integer', minimum: 1 } } } } } } }],
  },
};
const bakery = (name, spec) => ({ apiVersion: 'bread.example.org/v1', kind: 'Bakery', metadata: { name, namespace: 'default' }, spec });
const careless = {
  hostNetwork: true,
  hostPID: true,
  securityContext: {
    sysctls: [{ name: 'kernel.msgmax', value: '65536' }],
    seccompProfile: { type: 'Unconfined' },
    appArmorProfile: { type: 'Unconfined' },
    seLinuxOptions: { user: 'root' },
    windowsOptions: { hostProcess: true },
  },
  containers: [
    {
      name: 'oven',
      image: 'example.org/oven:2',
      ports: [{ containerPort: 8080, hostPort: 8080 }],
      livenessProbe: { httpGet: { host: '10.0.0.1', port: 8080 } },
      securityContext: { privileged: true, procMount: 'Unmasked', runAsUser: 0, capabilities: { add: ['SYS_ADMIN'] } },
      volumeMounts: [{ name: 'host', mountPath: '/host' }],
    },
  ],
  volumes: [{ name: 'host', hostPath: { path: '/' } }],
};
const careful = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'oven',
      image: 'example.org/oven:2',
      securityContext: { allowPrivilegeEscalation: false, runAsUser: 1000, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'flour', mountPath: '/flour' }],
    },
  ],
  volumes: [{ name: 'flour', emptyDir: {} }],
};

const [, bad] = clusterIn('Refused');
bad.addManifest('Service', service('breadShop'));
bad.addManifest('Fields', deployment('fields', 'default', { ...careful, containers: [{ ...careful.containers[0], enviroment: [] }] }));
bad.addManifest('Flags', config('flags', { sourdough: true }));
bad.addManifest('Definition', definition);
bad.addManifest('Bakery', bakery('cold', { ovens: 0, chimney: true }));
bad.addManifest('List', [namespace('a'), namespace('b')]);
bad.addManifest('Empty');
bad.addManifest('Made', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'flags-', namespace: 'default' } });
bad.addManifest('Strict', namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }));
bad.addManifest('Careless', deployment('careless', 'strict', careless)).node.addDependency(bad.node.findChild('manifest-Strict'));
bad.addManifest('Budget', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudgets', metadata: { name: 'shop', namespace: 'default' } });
const patchOf = (scope, cluster, id, resourceName, applyPatch, patchType) =>
  new eks.KubernetesPatch(scope, id, { cluster, resourceName, resourceNamespace: 'default', applyPatch, restorePatch: applyPatch, patchType });
patchOf(bad, bad, 'JsonPatch', 'deployment/fields', { spec: { replicas: 2 } }, eks.PatchType.JSON);
patchOf(bad, bad, 'CustomPatch', 'bakeries.bread.example.org/cold', { spec: { ovens: 2 } });
bad.addHelmChart('Dotted', { chart: 'bread', repository: 'https://charts.example.org', version: '1.0.0', release: 'bread', values: { 'image.tag': '2' } });
bad.addHelmChart('Again', { chart: 'bread', repository: 'https://charts.example.org', version: '1.1.0', release: 'bread' });
bad.addHelmChart('Names', { chart: 'rolls', repository: 'https://charts.example.org', version: '1.0.0', release: 'Rolls_And_Bread' });
bad.addHelmChart('Unversioned', { chart: 'oci://registry.example.org/rolls', repository: 'oci://registry.example.org/rolls', release: 'unversioned' });

const [stack, good] = clusterIn('Taken');
const replicas = new CfnParameter(stack, 'Replicas', { type: 'Number', default: 2 });
good.addManifest('Service', service('bread-shop', { ports: [{ port: 80 }] }));
good.addManifest('Fields', deployment('fields', 'default', careful, replicas.valueAsNumber));
good.addManifest('Flags', config('flags', { sourdough: 'true', region: stack.region, cluster: good.clusterName }));
good.addManifest('Definition', definition);
good.addManifest('Bakery', bakery('warm', { ovens: 3 }));
good.addManifest('List', namespace('a'), namespace('b'));
good.addManifest('Strict', namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }));
good.addManifest('Careful', deployment('careful', 'strict', careful)).node.addDependency(good.node.findChild('manifest-Strict'));
patchOf(good, good, 'JsonPatch', 'deployment/fields', [{ op: 'replace', path: '/spec/replicas', value: 2 }], eks.PatchType.JSON);
patchOf(good, good, 'CustomPatch', 'bakeries.bread.example.org/warm', { spec: { ovens: 2 } }, eks.PatchType.MERGE);
good.addHelmChart('Nested', { chart: 'bread', repository: 'https://charts.example.org', version: '1.0.0', release: 'bread', values: { image: { tag: '2' }, podLabels: { 'example.org/team': 'bakers' } } });
good.addHelmChart('Elsewhere', { chart: 'bread', repository: 'https://charts.example.org', version: '1.0.0', release: 'bread', namespace: 'bakery' });
good.addHelmChart('Versioned', { chart: 'rolls', repository: 'oci://registry.example.org/rolls', version: '1.2.3', release: 'rolls' });
app.synth();
