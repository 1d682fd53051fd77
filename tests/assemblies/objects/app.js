// Kubernetes objects, patches and charts that kubectl, the API server or Helm refuse in one stack, and the same done right in another.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { App, CfnParameter, Stack, aws_eks: eks, aws_s3_assets: assets } = require('aws-cdk-lib');
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

// A chart of the app's own, in a folder beside it.
const chartOf = (scope, name, kubeVersion) => {
  const files = {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\nkubeVersion: '${kubeVersion}'\n`,
    'values.yaml': 'ovens: 2\nflour: rye\n',
    'values.schema.json': JSON.stringify({ type: 'object', properties: { ovens: { type: 'integer', minimum: 1 }, flour: { enum: ['rye', 'wheat'] } } }),
    'crds/mixers.yaml': JSON.stringify({
      ...definition,
      metadata: { name: `mixers.${name}.example.org` },
      spec: { ...definition.spec, group: `${name}.example.org`, names: { plural: 'mixers', kind: 'Mixer' } },
    }),
    'templates/empty.yaml': '',
  };
  for (const [file, text] of Object.entries(files)) {
    const path = join(__dirname, 'charts', name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return new assets.Asset(scope, `Chart-${name}`, { path: join(__dirname, 'charts', name) });
};
const mixer = (group, version, spec) => ({ apiVersion: `${group}.example.org/${version}`, kind: 'Mixer', metadata: { name: 'big', namespace: 'default' }, spec });

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
bad.addHelmChart('Local', { chartAsset: chartOf(bad, 'kitchen', '>=1.29.0'), release: 'kitchen', values: { ovens: 'two', flour: 'oat' } });
bad.addManifest('Mixer', mixer('kitchen', 'v1', { ovens: 1, speed: 3 }));
bad.addManifest('OldMixer', mixer('kitchen', 'v1beta1', { ovens: 1 }));
bad.addManifest('Range', { apiVersion: 'networking.k8s.io/v1beta1', kind: 'ServiceCIDR', metadata: { name: 'more' }, spec: { cidrs: ['10.96.0.0/16'] } });

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
good.addHelmChart('Local', { chartAsset: chartOf(good, 'pantry', '>=1.29.0-0'), release: 'pantry', values: { ovens: 1 } });
good.addManifest('Mixer', mixer('pantry', 'v1', { ovens: 1 }));
good.addManifest('Range', { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'more' }, spec: { cidrs: ['10.96.0.0/16'] } });
good.addManifest('Tunnel', { apiVersion: 'net.example.org/v1', kind: 'Tunnel', metadata: { name: 'far', namespace: 'default' }, spec: { to: 'far' } });
app.synth();
