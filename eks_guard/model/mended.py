"""The policies whose findings `eks-guard fix` may mend; known without the libraries that it needs."""

from __future__ import annotations

MENDED_POLICIES = frozenset(
    {
        "access-mode-consistent",
        "cis-control-plane-logging",
        "cis-endpoint-private",
        "cluster-version-supported",
        "control-plane-logging",
        "deletion-protected",
        "endpoint-private",
        "helm-timeout-below-lambda",
        "kubectl-layer-present",
        "kubectl-prune-compatible",
        "kubectl-version-skew",
        "node-ami-supported",
        "pci-control-plane-logging",
        "pci-endpoint-private",
    }
)
