"""Why findings of some policies are never edited: what to write is more than one expression, or a decision."""

from __future__ import annotations

BEFORE = "it compares with what is deployed: undo the change, or spread it over several deploys"
CONTENT = "it is about what you give Kubernetes or Helm, which only you can decide"
NEW_STATEMENT = "it needs a separate statement, and only you know where it belongs"
LIVE = "it cannot be added to a cluster that is deployed"

REASONS = {
    "access-entry-accepted": "which access to give instead is your decision",
    "addon-has-permissions": NEW_STATEMENT,
    "addon-kept": BEFORE,
    "addon-version-step": BEFORE,
    "authentication-mode-step": BEFORE,
    "aws-auth-roles-match": "whether the role loses its path or gets an access entry is your decision",
    "chart-accepted": CONTENT,
    "chart-values-nested": CONTENT,
    "cluster-change-applied": BEFORE,
    "cluster-created-first": NEW_STATEMENT,
    "cluster-kept": BEFORE,
    "cluster-update-single": BEFORE,
    "cluster-spans-zones": "with another number of zones CDK divides the VPC anew, which moves what is deployed in it",
    "export-kept": BEFORE,
    "fargate-subnets-private": "which subnets the pods use is your decision",
    "manifest-readable": CONTENT,
    "manifest-valid": CONTENT,
    "name-accepted": "which name to give instead is your decision",
    "managed-policy-exists": "the template does not tell how your code writes the name",
    "name-free": BEFORE,
    "namespace-kept": BEFORE,
    "node-labels-accepted": "which labels and taints to give instead is your decision",
    "nodegroup-sizes-ordered": "how many nodes you want is your decision",
    "nodegroup-subnets-addressed": "which subnets the nodes use is your decision",
    "nodegroup-update-single": BEFORE,
    "nodes-kept": BEFORE,
    "object-kept": BEFORE,
    "object-update-possible": BEFORE,
    "patch-applicable": CONTENT,
    "pod-identity-usable": "who may assume a role is your decision",
    "resource-declared-once": "which of the two to keep is your decision",
    "release-declared-once": "which chart keeps the release name is your decision",
    "release-moved": BEFORE,
    "resource-type-kept": BEFORE,
    "role-trusts-service": NEW_STATEMENT,
    "service-account-role-kept": BEFORE,
    "service-token-kept": BEFORE,
    "update-accepted": BEFORE,
    "version-step": BEFORE,
    "addon-version-fits": "which version to pin, if any, is your decision",
    "api-version-served": "a newer API version may require other fields",
    "auto-mode-consistent": "whether Auto Mode is on or off is your decision",
    "cis-secrets-customer-key": LIVE,
    "cluster-version-creatable": "a running cluster is upgraded one minor at a time, a new one is not",
    "chart-repository-reachable": "where to keep the chart, or how to route to it, is your decision",
    "framework-may-wait": "it needs a newer aws-cdk-lib, which changes more than this",
    "handler-has-egress": "it needs subnets or endpoints in your network",
    "handler-intact": "CDK's handler is changed elsewhere in the app",
    "handler-reaches-endpoint": "it needs subnets in your network",
    "handler-runtime-supported": "it needs a newer aws-cdk-lib, which changes more than this",
    "helm-oci-supported": "it needs a newer aws-cdk-lib, which changes more than this",
    "identity-provider-single": "which of the two to remove is your decision",
    "irsa-trust-correct": "whom a role trusts is your decision",
    "irsa-trust-narrow": "which service accounts may assume a role is your decision",
    "kubectl-evidence-consistent": "the layer's package or its description is wrong, not a line of the app",
    "kubectl-role-assumable": "who may assume a role is your decision",
    "namespace-created-first": NEW_STATEMENT,
    "node-imds-hop-limit": "it is set in a launch template, and pods that read the node's metadata stop working",
    "node-ssh-closed": "which security groups may connect is your decision",
    "nodegroup-version-skew": "which version to pin, if any, is your decision",
    "object-declared-once": "which of the manifests to keep is your decision",
    "pci-secrets-customer-key": LIVE,
    "secrets-customer-key": LIVE,
    "secrets-encrypted": LIVE,
    "service-account-has-provider": NEW_STATEMENT,
    "workload-identity-present": "which service accounts get which role is your decision",
    "cis-workload-identity": "which service accounts get which role is your decision",
}


def advice(policy: str) -> str:
    """Return why findings of a policy are left to the user."""
    return REASONS.get(policy, f"`eks-guard explain {policy}` shows what to write; no automatic edit exists for it")
