"""How each mistake of tests/assemblies/mistakes is mended: by the printed lines, or, where these are advice, as it says."""

from __future__ import annotations

PRINTED = {
    ("Wrong", "access-mode-consistent"): ("clusterIn(wrong)", "clusterIn(wrong, { {lines} })"),
    ("Wrong", "api-version-served"): ("budget('policy/v1beta1')", "{ ...budget('policy/v1beta1'), {lines} }"),
    ("Wrong", "helm-timeout-below-lambda"): ("timeout: Duration.minutes(15)", "{lines}"),
    ("Extended", "cluster-version-supported"): ("version: eks.KubernetesVersion.V1_33", "{lines}"),
    ("OldWithKey", "cluster-version-creatable"): ("version: eks.KubernetesVersion.V1_27, secrets", "{lines}, secrets"),
    ("Exposed", "cluster-version-creatable"): ("version: eks.KubernetesVersion.V1_27, endpoint", "{lines}, endpoint"),
    ("Exposed", "endpoint-private"): ("endpointAccess: eks.EndpointAccess.PUBLIC", "{lines}"),
    ("Exposed", "control-plane-logging"): ("clusterLogging: undefined", "{lines}"),
    ("Exposed", "secrets-encrypted"): ("vpcSubnets: undefined });", "vpcSubnets: undefined, {lines} });"),
    ("Exposed", "node-ssh-closed"): ("remoteAccess: { sshKeyName: 'ops' }", "{lines}"),
    ("Exposed", "node-imds-hop-limit"): ("httpTokens: 'optional', httpPutResponseHopLimit: 2", "{lines}"),
    ("Exposed", "workload-identity-present"): ("open.addManifest('Web'", "{lines}\nopen.addManifest('Web'"),
}
"""What stands in the app, and what is written in its place, with the printed lines in it."""
ADVICE = {
    ("Wrong", "addon-version-fits"): ("a property to leave out", ", addonVersion: 'v1.37.0-eksbuild.1'", ""),
    ("Wrong", "auto-mode-consistent"): (
        "an override to remove",
        "raw.addPropertyOverride('Config.computeConfig', { enabled: true });\n",
        "",
    ),
    ("Wrong", "handler-reaches-endpoint"): (
        "what takes the handler out of its network",
        "handler.addPropertyDeletionOverride('VpcConfig');\n",
        "",
    ),
    ("Wrong", "handler-runtime-supported"): (
        "what changes CDK's handler",
        "handler.addPropertyOverride('Runtime', 'python3.7');\n",
        "",
    ),
    ("Wrong", "handler-intact"): (
        "what changes CDK's handler",
        "handler.addPropertyOverride('Architectures', ['arm64']);\nhandler.addPropertyOverride('MemorySize', 128);\nhandler.addPropertyOverride('Timeout', 60);\n",
        "",
    ),
    ("Wrong", "identity-provider-single"): (
        "which of two to keep",
        "new iam.OpenIdConnectProvider(wrong, 'SecondProvider', { url: bad.clusterOpenIdConnectIssuerUrl });\n",
        "",
    ),
    ("Wrong", "irsa-trust-correct"): (
        "who may take a role",
        "role(wrong, 'ArnInKey', bad, { StringEquals: arnKey });\n",
        "",
    ),
    ("Wrong", "irsa-trust-correct", 2): (
        "who may take a role",
        "role(wrong, 'WildcardEquals', bad, { StringEquals: wildcard });\n",
        "",
    ),
    ("Wrong", "irsa-trust-narrow"): (
        "who may take a role",
        "role(wrong, 'Wide', bad, { StringLike: wildcard });\nrole(wrong, 'Anybody', bad, {});\n",
        "",
    ),
    ("Wrong", "namespace-created-first"): (
        "the names of two constructs",
        "bad.addManifest('Namespace', namespace);\nbad.addManifest('Web', deployment);",
        "const first = bad.addManifest('Namespace', namespace);\nbad.addManifest('Web', deployment).node.addDependency(first);",
    ),
    ("Wrong", "namespace-created-first", 2): (
        "the names of two constructs",
        "namespace: 'shop', createNamespace: false, wait: false });\nbad.",
        "namespace: 'shop', createNamespace: false, wait: false }).node.addDependency(first);\nbad.",
    ),
    ("Wrong", "node-ami-supported"): (
        "two groups, each with lines of its own",
        "amiType: eks.NodegroupAmiType.AL2_X86_64,",
        "amiType: eks.NodegroupAmiType.AL2023_X86_64_STANDARD,",
    ),
    ("Wrong", "node-ami-supported", 2): (
        "two groups, each with lines of its own",
        "bad.addAutoScalingGroupCapacity('Instances', { ",
        "bad.addAutoScalingGroupCapacity('Instances', { machineImageType: eks.MachineImageType.BOTTLEROCKET, ",
    ),
    ("Wrong", "nodegroup-version-skew"): ("a property to leave out", ", releaseVersion: '1.37.1-20261101'", ""),
    ("Wrong", "object-declared-once"): ("which of two to keep", "bad.addManifest('SettingsAgain', settings);\n", ""),
    ("Exposed", "kubectl-evidence-consistent"): (
        "a description to put right",
        "exposed.node.findChild('KubectlLayer').node.defaultChild.description = '/opt/kubectl/kubectl 1.27; /opt/helm/helm 4.2';\n",
        "",
    ),
    ("Isolated", "handler-has-egress"): (
        "either of two ways",
        "clusterIn(lonely, {}, vpcIn(lonely, PRIVATE_ISOLATED))",
        "const alone = vpcIn(lonely, PRIVATE_ISOLATED);\nalone.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });\nfor (const name of ['EKS', 'STS', 'LAMBDA']) alone.addInterfaceEndpoint(name, { service: ec2.InterfaceVpcEndpointAwsService[name] });\nclusterIn(lonely, {}, alone)",
    ),
    ("FargateWaiting", "fargate-coredns"): (
        "a cluster to exchange, or a profile to add",
        "clusterIn(waiting, {}).addFargateProfile('Shop', { selectors: [{ namespace: 'shop' }] });",
        "new eks.FargateCluster(waiting, 'Cluster', { coreDnsComputeType: eks.CoreDnsComputeType.FARGATE, version: eks.KubernetesVersion.V1_36, kubectlLayer: new KubectlV36Layer(waiting, 'KubectlLayer'), endpointAccess: eks.EndpointAccess.PRIVATE, clusterLogging: Object.values(eks.ClusterLoggingTypes) });",
    ),
}
"""What is no line that could be written as it is: why, what stands there, and what the advice makes of it."""
AFTERWARDS = {
    "kubectl-version-skew": "the version's fix has the layer",
    "service-account-has-provider": "the same line",
}
LEFT = {"kubectl-role-assumable": "a handler of another stack: which one may take the role is a decision of the owner"}
"""What this app cannot be given by lines alone."""
