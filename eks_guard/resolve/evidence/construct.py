"""The construct that made the layer, as tree.json names it: `@aws-cdk/lambda-layer-kubectl-v28.KubectlV28Layer`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.assembly.metadata import construct_path
from eks_guard.model.cluster import Evidence
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from eks_guard.resolve.evidence.layer import LayerSource

NAME = "construct"
_KUBECTL_LAYER = re.compile(r"lambda-layer-kubectl-v(\d+)\.KubectlV\d+Layer$")
_BUILT_IN = "aws-cdk-lib.lambda_layer_kubectl.KubectlLayer"
_BUILT_IN_KUBECTL = Version(1, 20, 0)
_AWS_CLI_LAYER = re.compile(r"lambda[-_]layer[-_]awscli\.AwsCliLayer$")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the construct is one of the published layers."""
    path = construct_path(layer.resource) if layer.resource else None
    if path is None:
        return None
    info = layer.references.assembly.construct_info(path)
    fqn = str(info.get("fqn", ""))
    detail = f"{fqn} {info.get('version', '')}".strip()
    match = _KUBECTL_LAYER.search(fqn)
    if match:
        return Evidence(NAME, Version(1, int(match[1])), None, detail, layer.place)
    if fqn == _BUILT_IN:  # every aws-cdk-lib up to 2.178 that has it carries this one
        return Evidence(NAME, _BUILT_IN_KUBECTL, None, detail, layer.place)
    if _AWS_CLI_LAYER.search(fqn):
        return Evidence(NAME, None, None, detail, layer.place)
    return None
