"""Every built-in policy on real apps: one in which it fails for the right reason, and one in which it passes."""

from __future__ import annotations

import pytest
from conftest import ASSEMBLIES, SAMPLES

from eks_guard.policy.packs import builtin_ids, builtin_packs, load_pack

APP = ASSEMBLIES / "mistakes" / "cdk.out"
OLD = ASSEMBLIES / "old-handler" / "cdk.out"
ACCESS = ASSEMBLIES / "access" / "cdk.out"
NODES = ASSEMBLIES / "nodes" / "cdk.out"
ADDONS = ASSEMBLIES / "addons"
NETWORK = ASSEMBLIES / "network" / "cdk.out"
REFUSALS = ASSEMBLIES / "refusals" / "cdk.out"
OBJECTS = ASSEMBLIES / "objects" / "cdk.out"
BUILT_IN_KUBECTL = SAMPLES / "payment-no-layer-2.150" / "cdk.out"
UPDATES = "change-safety"
"""The pack about updates, for which tests/change has two assemblies each."""
EVERY_PACK = [word for pack in builtin_packs() if pack != UPDATES for word in ("--pack", pack)]
IDS = sorted(set(builtin_ids()) - {policy.id for policy in load_pack(UPDATES)})

FAILS = {
    "access-entry-accepted": (
        ACCESS,
        "Refused",
        ['"The kubernetes group name system:masters is invalid, it cannot start with system:"'],
    ),
    "access-mode-consistent": (
        APP,
        "Wrong",
        ["the app creates an access entry, but the authentication mode is CONFIG_MAP"],
    ),
    "addon-version-fits": (APP, "Wrong", ['"Addon version specified is not supported"']),
    "api-version-served": (APP, "Wrong", ['no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"']),
    "auto-mode-consistent": (APP, "Wrong", ["compute on, block storage not set, load balancing not set"]),
    "cluster-version-creatable": (APP, "Exposed", ['"unsupported Kubernetes version 1.27"']),
    "cluster-created-first": (
        NODES,
        "Early",
        ["Early/Nodes names Early/Cluster", '"No cluster found for name: early"'],
    ),
    "fargate-coredns": (APP, "FargateWaiting", ["no profile selects its pods in kube-system"]),
    "handler-has-egress": (APP, "Isolated", ["cannot reach eks, lambda, s3, sts", '"Connect timeout on endpoint URL"']),
    "handler-intact": (APP, "Wrong", ["runs on arm64", "has 128 MiB of memory", "has 60 seconds to run"]),
    "handler-reaches-endpoint": (APP, "Wrong", ["runs outside the VPC, and the public endpoint is off"]),
    "handler-runtime-supported": (APP, "Wrong", ["The runtime parameter of python3.7 is no longer supported"]),
    "helm-oci-supported": (OLD, "Helm4", ["carries Helm 4.1.4", '"invalid reference"']),
    "helm-timeout-below-lambda": (APP, "Wrong", ["waits up to 900 seconds", "is not atomic"]),
    "identity-provider-single": (APP, "Wrong", ["the app creates 2 OIDC providers"]),
    "irsa-trust-correct": (APP, "Wrong", ["holds the ARN of the provider", "a wildcard needs StringLike"]),
    "irsa-trust-narrow": (
        APP,
        "Wrong",
        ["every service account of the cluster", "all that match system:serviceaccount:shop:*"],
    ),
    "kubectl-evidence-consistent": (APP, "Exposed", ["Exposed/KubectlLayer: the evidence disagrees"]),
    "kubectl-layer-present": (
        SAMPLES / "payment-no-layer" / "cdk.out",
        "*",
        ["\"No such file or directory: 'kubectl'\""],
    ),
    "kubectl-prune-compatible": (BUILT_IN_KUBECTL, "*", ["error retrieving RESTMappings to prune"]),
    "kubectl-role-assumable": (APP, "Owner", ["(AccessDenied) when calling the AssumeRole operation"]),
    "kubectl-version-skew": (APP, "Exposed", ["carries kubectl 1.36.3, the control plane runs 1.27"]),
    "launch-template-fits": (
        NODES,
        "Launch",
        ['"Disk size must be specified within the launch template."', '"Ec2LaunchTemplateInvalidConfiguration:'],
    ),
    "manifest-readable": (
        OBJECTS,
        "Refused",
        ["spread the list", "no objects passed to create", "cannot use generate name"],
    ),
    "manifest-valid": (
        OBJECTS,
        "Refused",
        [
            "spec.ports: required",
            "containers[0].enviroment: unknown field",
            "data[sourdough]: is the bool true",
            "spec.chimney",
        ],
    ),
    "pod-windows-host-process": (OBJECTS, "Refused", ["windowsOptions.hostProcess"]),
    "pod-host-namespaces": (OBJECTS, "Refused", ["hostNetwork: is true"]),
    "pod-privileged": (OBJECTS, "Refused", ["privileged: is true"]),
    "pod-added-capabilities": (OBJECTS, "Refused", ["capabilities.add[0]: is SYS_ADMIN"]),
    "pod-host-path-volumes": (OBJECTS, "Refused", ["a folder of the node"]),
    "pod-host-ports": (OBJECTS, "Refused", ["hostPort: is 8080"]),
    "pod-probe-hosts": (OBJECTS, "Refused", ["livenessProbe.httpGet.host"]),
    "pod-apparmor": (OBJECTS, "Refused", ["is Unconfined"]),
    "pod-selinux": (OBJECTS, "Refused", ["seLinuxOptions.user"]),
    "pod-proc-mount": (OBJECTS, "Refused", ["is Unmasked"]),
    "pod-seccomp-on": (OBJECTS, "Refused", ["is Unconfined"]),
    "pod-sysctls": (OBJECTS, "Refused", ["kernel.msgmax"]),
    "pod-volume-kinds": (OBJECTS, "Refused", ["is a hostPath volume"]),
    "pod-privilege-escalation": (OBJECTS, "Refused", ["must be set to false"]),
    "pod-runs-as-non-root": (OBJECTS, "Refused", ["must be set to true"]),
    "pod-user-not-root": (OBJECTS, "Refused", ["must not be 0"]),
    "pod-seccomp-profile": (OBJECTS, "Refused", ["is Unconfined"]),
    "pod-dropped-capabilities": (OBJECTS, "Refused", ["must have ALL"]),
    "pod-security-enforced": (OBJECTS, "Refused", ["namespace strict enforces restricted"]),
    "api-version-lasts": (OBJECTS, "Refused", ["1.37 is to stop serving it", "served from 1.33 on"]),
    "chart-accepted": (OBJECTS, "Refused", ['release name "Rolls_And_Bread" must consist', "values.ovens"]),
    "aws-auth-roles-match": (ACCESS, "Owner", ["whose ARN has a path", "You must be logged in to the server"]),
    "cluster-spans-zones": (NETWORK, "OneZone", ["Subnets specified must be in at least two different AZs"]),
    "fargate-subnets-private": (NETWORK, "Pods", ["provided in Fargate Profile is not a private subnet"]),
    "name-accepted": (
        REFUSALS,
        "Names",
        [
            "the name of the cluster holds '.'",
            '"nodeGroupName can\'t be longer than 63 characters"',
            "\"The fargate profile name starts with the reserved prefix: 'eks-'.\"",
        ],
    ),
    "node-labels-accepted": (
        REFUSALS,
        "Labels",
        [
            "unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels",
            "the label shop is 'bread/rolls'",
            '"Invalid taint effect: NoSchedule, must be one of these [NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE]"',
        ],
    ),
    "managed-policy-exists": (
        REFUSALS,
        "Policies",
        [
            '"Policy arn:aws:iam::aws:policy/AmazonEKSCNIPolicy does not exist or is not attachable"',
            "names the policy service-role/AmazonEKSClusterPolicy, which AWS has as AmazonEKSClusterPolicy only",
            "names the policy AmazonEBSCSIDriverPolicy, which AWS has as service-role/AmazonEBSCSIDriverPolicy only",
            '"Cannot attach a Service Role Policy to a Customer Role"',
            '"ARN AmazonEC2ContainerRegistryReadOnly is not valid"',
            "AmazonSSMManagedInstanceCore, which is not of the partition aws, where the role is",
            '"Scope ARN: arn:aws:iam::aws:policy/job-function/PowerUserAccess does not exist or is not attachable"',
        ],
    ),
    "nodegroup-sizes-ordered": (NODES, "Sizes", ["minSize can't be greater than desiredSize"]),
    "nodegroup-subnets-addressed": (NETWORK, "Bare", ["does not automatically assign public IP addresses"]),
    "chart-repository-reachable": (
        NETWORK,
        "Offline",
        [
            "from https://kubernetes-sigs.github.io/metrics-server/ but cannot reach internet",
            "from oci://public.ecr.aws",
        ],
    ),
    "chart-values-nested": (OBJECTS, "Refused", ["the top-level keys image.tag"]),
    "release-declared-once": (OBJECTS, "Refused", ["is also installed by Refused/Cluster/chart-"]),
    "patch-applicable": (OBJECTS, "Refused", ["must be a list of operations", "does not support strategic patches"]),
    "namespace-created-first": (
        APP,
        "Wrong",
        ["Deployment 'web' is applied to namespace shop", "chart-Early is installed into namespace shop"],
    ),
    "node-ami-supported": (
        APP,
        "Wrong",
        ["AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier", "Unable to fetch parameters"],
    ),
    "addon-has-permissions": (ADDONS, "Powerless", ["without the permissions to call AWS", "volumes stay Pending"]),
    "framework-may-wait": (ASSEMBLIES / "releases" / "2.150.0" / "cdk.out", "Bare", ["lambda:GetFunction"]),
    "endpoint-accepted": (NODES, "Refused", ["10.20.0.0/16 (private), 198.51.100.0/24 (for documentation)"]),
    "node-role-admitted": (NODES, "Stranger", ["no access entry for nodes names the role of Stranger/Nodes/ASG"]),
    "role-trusts-service": (
        NODES,
        "*",
        [
            "Following required service principals [ec2.amazonaws.com] were not found",
            "Please add the eks-fargate-pods.amazonaws.com Service Principal",
            "Following required service principals [ec2.amazonaws.com.cn] were not found",
        ],
    ),
    "nodes-have-network": (NODES, "Networkless", ['"cni plugin not initialized"']),
    "node-bootstrap-fits-image": (NODES, "Bootstrap", ["the user data calls /etc/eks/bootstrap.sh"]),
    "nodegroup-version-skew": (
        APP,
        "Wrong",
        ["release version puts the nodes on 1.37, but the control plane runs 1.36"],
    ),
    "object-declared-once": (
        APP,
        "Wrong",
        ["v1 ConfigMap 'settings' is also declared by Wrong/Cluster/manifest-SettingsAgain"],
    ),
    "pod-identity-usable": (
        ACCESS,
        "Refused",
        ["call sts:TagSession", "Refused/Bakery has no Pod Identity agent"],
    ),
    "kubectl-role-has-access": (
        ACCESS,
        "Refused",
        ["kubectl uses the kubectl role Baker", "You must be logged in"],
    ),
    "provider-serves-resource": (ACCESS, "Mute", ["instead of the provider framework", "did not receive a response"]),
    "resource-declared-once": (
        ACCESS,
        "Refused",
        ["add-on vpc-cni is declared by Refused/Network and", '"Addon already'],
    ),
    "service-account-has-provider": (APP, "Exposed", ["InvalidIdentityToken: No OpenIDConnect provider found"]),
    "cluster-version-supported": (APP, "Extended", ["Kubernetes 1.33 is in extended support"]),
    "control-plane-logging": (APP, "Exposed", ["control-plane logs disabled: api, audit, authenticator"]),
    "endpoint-private": (APP, "Exposed", ["is open to the whole internet"]),
    "node-imds-hop-limit": (APP, "Exposed", ["HttpTokens is optional", "HttpPutResponseHopLimit is 2"]),
    "node-ssh-closed": (APP, "Exposed", ["EKS opens port 22 of every node to 0.0.0.0/0"]),
    "secrets-encrypted": (APP, "Exposed", ["are not encrypted with a customer-managed key"]),
    "workload-identity-present": (APP, "Exposed", ["neither an OIDC provider nor Pod Identity"]),
    "secrets-customer-key": (APP, "Right", ["CDK cannot add one to a live cluster"]),
    "deletion-protected": (APP, "Right", ["deletion protection is off"]),
    "cis-control-plane-logging": (
        APP,
        "Exposed",
        ["control-plane logs disabled: api, audit, authenticator, controllerManager, scheduler"],
    ),
    "cis-endpoint-private": (APP, "Exposed", ["the public endpoint is on", "the private endpoint is off"]),
    "cis-secrets-customer-key": (APP, "Right", ["are not encrypted with a customer-managed key"]),
    "cis-workload-identity": (APP, "Exposed", ["neither an OIDC provider nor Pod Identity"]),
    "pci-control-plane-logging": (
        APP,
        "Exposed",
        ["control-plane logs disabled: api, audit, authenticator, controllerManager, scheduler"],
    ),
    "pci-endpoint-private": (APP, "Exposed", ["the public endpoint is on", "the private endpoint is off"]),
    "pci-secrets-customer-key": (APP, "Right", ["are not encrypted with a customer-managed key"]),
    "hub-endpoint-private": (APP, "Exposed", ["the public endpoint is on"]),
    "hub-version-supported": (APP, "Extended", ["Kubernetes 1.33 is in extended support"]),
    "hub-audit-logging": (APP, "Exposed", ["control-plane logs disabled: api, audit"]),
    "wa-access-entries": (APP, "Exposed", ["the authentication mode is CONFIG_MAP"]),
}
PASSES = {
    "pod-windows-host-process": (OBJECTS, "Taken"),
    "pod-host-namespaces": (OBJECTS, "Taken"),
    "pod-privileged": (OBJECTS, "Taken"),
    "pod-added-capabilities": (OBJECTS, "Taken"),
    "pod-host-path-volumes": (OBJECTS, "Taken"),
    "pod-host-ports": (OBJECTS, "Taken"),
    "pod-probe-hosts": (OBJECTS, "Taken"),
    "pod-apparmor": (OBJECTS, "Taken"),
    "pod-selinux": (OBJECTS, "Taken"),
    "pod-proc-mount": (OBJECTS, "Taken"),
    "pod-seccomp-on": (OBJECTS, "Taken"),
    "pod-sysctls": (OBJECTS, "Taken"),
    "pod-volume-kinds": (OBJECTS, "Taken"),
    "pod-privilege-escalation": (OBJECTS, "Taken"),
    "pod-runs-as-non-root": (OBJECTS, "Taken"),
    "pod-user-not-root": (OBJECTS, "Taken"),
    "pod-seccomp-profile": (OBJECTS, "Taken"),
    "pod-dropped-capabilities": (OBJECTS, "Taken"),
    "pod-security-enforced": (OBJECTS, "Taken"),
    "api-version-lasts": (OBJECTS, "Taken"),
    "chart-accepted": (OBJECTS, "Taken"),
    "aws-auth-roles-match": (APP, "Right"),
    "cluster-spans-zones": (APP, "Right"),
    "fargate-subnets-private": (NETWORK, "Admitted"),
    "name-accepted": (REFUSALS, "Good"),
    "managed-policy-exists": (REFUSALS, "Good"),
    "node-labels-accepted": (REFUSALS, "Good"),
    "nodegroup-sizes-ordered": (NODES, "Good"),
    "nodegroup-subnets-addressed": (NODES, "Good"),
    "chart-repository-reachable": (APP, "Right"),
    "chart-values-nested": (OBJECTS, "Taken"),
    "release-declared-once": (OBJECTS, "Taken"),
    "patch-applicable": (OBJECTS, "Taken"),
    "pod-identity-usable": (ACCESS, "Admitted"),
    "kubectl-role-has-access": (ACCESS, "Admitted"),
    "provider-serves-resource": (ACCESS, "Answering"),
    "resource-declared-once": (ACCESS, "Admitted"),
    "access-entry-accepted": (ACCESS, "Admitted"),
    "launch-template-fits": (NODES, "Good"),
    "node-bootstrap-fits-image": (NODES, "Good"),
    "addon-has-permissions": (ADDONS, "Allowed"),
    "endpoint-accepted": (NODES, "Good"),
    "cluster-created-first": (NODES, "Good"),
    "nodes-have-network": (NODES, "OwnAddons"),
    "role-trusts-service": (NODES, "Good"),
    "node-role-admitted": (NODES, "Good"),
    "manifest-readable": (OBJECTS, "Taken"),
    "manifest-valid": (OBJECTS, "Taken"),
    "fargate-coredns": (APP, "FargateMoved"),
    "handler-has-egress": (APP, "Endpoints"),
    "helm-oci-supported": (OLD, "Helm3"),
    "irsa-trust-correct": (APP, "Right"),
    "irsa-trust-narrow": (APP, "Right"),
    "identity-provider-single": (APP, "Right"),
    "api-version-served": (APP, "Right"),
    "namespace-created-first": (APP, "Right"),
    "object-declared-once": (APP, "Right"),
    "access-mode-consistent": (APP, "Right"),
    "addon-version-fits": (APP, "Right"),
    "helm-timeout-below-lambda": (APP, "Right"),
    "node-ami-supported": (APP, "Right"),
    "nodegroup-version-skew": (APP, "Right"),
    "node-ssh-closed": (APP, "Right"),
    "service-account-has-provider": (APP, "Right"),
    "kubectl-role-assumable": (APP, "Right"),
    "secrets-encrypted": (APP, "OldWithKey"),
}
"""Where a policy passes; one that is not listed passes in Strict."""


@pytest.fixture(scope="module")
def findings():
    """The findings of an app by policy, passed ones too, each app judged once."""
    return {}


@pytest.fixture
def judged(check, findings):
    def call(app, stack):
        if (app, stack) not in findings:
            result = check(app, "--stack", stack, "--show-passed", *EVERY_PACK)
            findings[app, stack] = result.json["findings"]
        return findings[app, stack]

    return call


def of(findings, policy, outcome):
    return [finding for finding in findings if (finding["policy"], finding["outcome"]) == (policy, outcome)]


def test_every_policy_fails_in_an_app_here():
    assert set(FAILS) == set(IDS)


@pytest.mark.parametrize("policy", FAILS)
def test_a_mistake_is_named_in_words_to_search_for(judged, policy):
    app, stack, words = FAILS[policy]
    found = of(judged(app, stack), policy, "fail")
    assert found
    reasons = "\n".join(reason for finding in found for reason in finding["because"])
    for text in words:
        assert text in reasons
    assert "$." not in reasons


@pytest.mark.parametrize("policy", FAILS)
def test_a_mistake_points_at_the_line_that_decides(judged, policy):
    app, stack, _ = FAILS[policy]
    for finding in of(judged(app, stack), policy, "fail"):
        location = finding["location"]
        line = (app / location["template"]).read_text(encoding="utf-8").splitlines()[location["line"] - 1]
        assert location["logical_id"] in location["pointer"]
        assert line[location["column"] - 1] in '"{'
        assert finding["trace"]
        assert finding["remediation"]


@pytest.mark.parametrize("policy", IDS)
def test_done_right_a_policy_passes(judged, policy):
    app, stack = PASSES.get(policy, (APP, "Strict"))
    found = judged(app, stack)
    assert of(found, policy, "pass")
    assert not of(found, policy, "fail")
    assert not of(found, policy, "unknown")


@pytest.mark.parametrize("stack", ["Right", "Strict", "Endpoints", "FargateMoved"])
def test_done_right_nothing_is_found(check, stack):
    result = check(APP, "--stack", stack)
    assert result.json["findings"] == []
    assert result.code == 0


def test_the_strictest_packs_can_be_met(judged):
    pods = {policy.id for policy in load_pack("workload-hardening")}  # Strict runs a pod that is not hardened
    strict = [finding for finding in judged(APP, "Strict") if finding["policy"] not in pods]
    taken = [finding for finding in judged(OBJECTS, "Taken") if finding["policy"] in pods]
    assert {finding["outcome"] for finding in (*strict, *taken)} == {"pass", "not-applicable"}


def test_of_each_mistake_nothing_else_is_found(check):
    wrong = {policy for policy, (_, stack, _) in FAILS.items() if stack == "Wrong"}
    assert {finding["policy"] for finding in check(APP, "--stack", "Wrong").json["findings"]} == wrong
    assert check(APP, "--stack", "Isolated").outcomes() == ["handler-has-egress"]
    assert check(APP, "--stack", "FargateWaiting").outcomes() == ["fargate-coredns"]
    assert check(APP, "--stack", "Owner").outcomes() == ["kubectl-role-assumable"]


def test_rules_of_a_template_keep_apart_what_no_deployment_has_together(judged):
    """A node group that no deployment makes is not judged, nor an image beside a version that a rule refuses it."""
    found = {
        one["subject"]["id"]: one["outcome"] for one in judged(NODES, "Ruled") if one["policy"] == "node-ami-supported"
    }
    assert found == {"Ruled/Chosen": "pass"}


def test_security_groups_decide_what_the_handler_reaches(judged):
    closed, admitted = judged(NETWORK, "Closed"), judged(NETWORK, "Admitted")
    for policy in ("handler-has-egress", "handler-reaches-endpoint"):
        assert "allows outbound traffic on port 443" in of(closed, policy, "fail")[0]["because"][0]
        assert of(admitted, policy, "pass")


def test_private_ecr_with_its_endpoints_is_reached(judged):
    passed = of(judged(NETWORK, "Offline"), "chart-repository-reachable", "pass")
    assert [finding["subject"]["id"] for finding in passed] == ["Offline/Bakery/chart-Own"]


def test_a_capability_needs_a_role_that_its_service_may_take(judged):
    refused, admitted = judged(ACCESS, "Refused"), judged(ACCESS, "Admitted")
    reasons = {
        one["subject"]["id"]: one["because"] for one in refused if one["policy"] == "role-trusts-service" if one["fix"]
    }
    assert "does not name capabilities.eks.amazonaws.com" in reasons["Refused/Ack"][0]
    assert "Admitted/Ack" in {found["subject"]["id"] for found in of(admitted, "role-trusts-service", "pass")}
