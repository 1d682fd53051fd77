"""Whether a layer carries the AWS CLI, by which the handler enters a cluster: `aws eks update-kubeconfig`.

Up to aws-cdk-lib 2.54 a kubectl layer of one's own had to carry it, too; since then CDK adds a layer for it:
https://github.com/aws/aws-cdk/pull/22559
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.assets import AssetLimitError, UnreadableAssetError, find_asset
from eks_guard.assembly.constructs import construct_path
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.kubectl.evidence.construct import is_aws_cli_layer, published_by

if TYPE_CHECKING:
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

MEMBERS = ("awscli/aws", "bin/aws")
"""Where Lambda finds the AWS CLI below /opt: CDK's handler puts /opt/awscli first, /opt/bin is in Lambda's own PATH."""


def carries_aws_cli(layer: LayerSource) -> Value[bool]:
    """What the description, the published hash, the asset and the construct say; the first that speaks decides."""
    description = layer.property("Description")
    if isinstance(description, str) and "awscli" in description:
        return Known(value=True, place=layer.place)
    if layer.asset_hash in layer.tables.published_layers:
        return Known(value=False, place=layer.place)
    for found in (_in_asset(layer), _by_construct(layer)):
        if found is not None:
            return Known(found, layer.place)
    return Unknown("nothing in the assembly shows whether the layer carries the AWS CLI", layer.place)


def _in_asset(layer: LayerSource) -> bool | None:
    digest, resource = layer.asset_hash, layer.resource
    asset = find_asset(layer.assembly.root, resource, digest) if digest and resource else None
    try:
        return asset.member(*MEMBERS) is not None if asset else None
    except AssetLimitError as error:
        layer.assembly.add_problem(str(error))
        return None
    except UnreadableAssetError:
        return None


def _by_construct(layer: LayerSource) -> bool | None:
    path = construct_path(layer.resource) if layer.resource else None
    info = layer.assembly.construct_info(path) if path else {}
    fqn = str(info.get("fqn", ""))
    if is_aws_cli_layer(fqn):
        return True
    return False if published_by(layer.tables, fqn, str(info.get("version", ""))) else None
