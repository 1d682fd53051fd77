"""The construct that made the layer, as tree.json names it: `@aws-cdk/lambda-layer-kubectl-v28.KubectlV28Layer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import construct_path
from eks_guard.data.rows import PublishedLayer
from eks_guard.matching import regex
from eks_guard.model.kubectl import Evidence
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "construct"
_KUBECTL_LAYER = regex(r"(?P<package>(?:@aws-cdk/)?lambda-layer-kubectl-v(?P<minor>\d+))\.KubectlV\d+Layer$")
_BUILT_IN = "aws-cdk-lib.lambda_layer_kubectl.KubectlLayer"
_AWS_CLI_LAYER = regex(r"lambda[-_]layer[-_]awscli\.AwsCliLayer$")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the construct is one of the published layers."""
    path = construct_path(layer.resource) if layer.resource else None
    if path is None:
        return None
    info = layer.assembly.construct_info(path)
    fqn, version = str(info.get("fqn", "")), str(info.get("version", ""))
    detail = f"{fqn} {version}".strip()
    if is_aws_cli_layer(fqn):
        return Evidence(NAME, None, None, detail, layer.place)
    published = published_by(layer.tables, fqn, version)
    return Evidence(NAME, published.kubectl, published.helm, detail, layer.place) if published else None


def is_aws_cli_layer(fqn: str) -> bool:
    """Whether a class is CDK's layer for the AWS CLI."""
    return _AWS_CLI_LAYER.search(fqn) is not None


def published_by(tables: Tables, fqn: str, version: str) -> PublishedLayer | None:
    """What a class of a published package holds: exact where that release is known, else the minor in its name."""
    if fqn == _BUILT_IN:  # every aws-cdk-lib up to 2.178 that has it carries this kubectl
        return PublishedLayer(Version(1, 20, 0), None, fqn)
    match = _KUBECTL_LAYER.search(fqn)
    if match is None:
        return None
    exact = tables.layer_releases.get((match["package"], version))
    return exact or PublishedLayer(Version(1, int(match["minor"])), None, fqn)
