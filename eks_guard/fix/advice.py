"""Why findings of some policies are never edited: what to write is more than one expression, or a decision."""

from __future__ import annotations

DECISION = "what is right depends on a decision of yours"
BEFORE = "it compares with what is deployed: undo the change, or spread it over several deploys"
CONTENT = "it is about what Kubernetes or Helm is given, which only you know"
NEW_STATEMENT = "it takes a statement of its own, whose place only you know"
LIVE = "it cannot be added to a cluster that is deployed"

REASONS = {
    "addon-has-permissions": NEW_STATEMENT,
    "addon-kept": BEFORE,
    "addon-version-step": BEFORE,
    "authentication-mode-step": BEFORE,
    "chart-accepted": CONTENT,
    "chart-values-nested": CONTENT,
    "cluster-change-applied": BEFORE,
    "cluster-kept": BEFORE,
    "cluster-update-single": BEFORE,
    "export-kept": BEFORE,
    "manifest-readable": CONTENT,
    "manifest-valid": CONTENT,
    "name-free": BEFORE,
    "namespace-kept": BEFORE,
    "nodegroup-update-single": BEFORE,
    "nodes-kept": BEFORE,
    "object-kept": BEFORE,
    "object-update-possible": BEFORE,
    "patch-applicable": CONTENT,
    "pod-identity-usable": "who may take a role is a decision of yours",
    "resource-declared-once": "which of the two to keep is a decision of yours",
    "release-declared-once": "which chart keeps the name of the release is a decision of yours",
    "release-moved": BEFORE,
    "resource-type-kept": BEFORE,
    "service-account-role-kept": BEFORE,
    "service-token-kept": BEFORE,
    "update-accepted": BEFORE,
    "version-step": BEFORE,
    "addon-version-fits": "which version to pin, or none, is a decision of yours",
    "api-version-served": "a newer API version may ask for other fields",
    "auto-mode-consistent": "whether Auto Mode is on or off is a decision of yours",
    "cis-secrets-customer-key": LIVE,
    "cluster-version-creatable": "a running cluster goes up one minor at a time, a new one does not",
    "chart-repository-reachable": "where to keep the chart, or how to route, is a decision of yours",
    "framework-may-wait": "aws-cdk-lib has to be raised, which changes more than this",
    "handler-has-egress": "it takes subnets or endpoints of your network",
    "handler-intact": "what changes CDK's handler is somewhere else in the app",
    "handler-reaches-endpoint": "it takes subnets of your network",
    "handler-runtime-supported": "aws-cdk-lib has to be raised, which changes more than this",
    "helm-oci-supported": "aws-cdk-lib has to be raised, which changes more than this",
    "identity-provider-single": "which of the two to remove is a decision of yours",
    "irsa-trust-correct": "the trust of a role is a decision of yours",
    "irsa-trust-narrow": "which service accounts may take a role is a decision of yours",
    "kubectl-evidence-consistent": "the layer's package or its description is wrong, not a line of the app",
    "kubectl-role-assumable": "who may take a role is a decision of yours",
    "namespace-created-first": NEW_STATEMENT,
    "node-imds-hop-limit": "it stands in a launch template, and pods that read the metadata of the node stop working",
    "node-ssh-closed": "which security groups may connect is a decision of yours",
    "nodegroup-version-skew": "which version to pin, or none, is a decision of yours",
    "object-declared-once": "which of the manifests to keep is a decision of yours",
    "pci-secrets-customer-key": LIVE,
    "secrets-customer-key": LIVE,
    "secrets-encrypted": LIVE,
    "service-account-has-provider": NEW_STATEMENT,
    "workload-identity-present": "which service accounts get which role is a decision of yours",
    "cis-workload-identity": "which service accounts get which role is a decision of yours",
}


def advice(policy: str) -> str:
    """Return why findings of a policy are left to the user."""
    return REASONS.get(policy, f"`eks-guard explain {policy}` says what to write; no edit is known for it")
