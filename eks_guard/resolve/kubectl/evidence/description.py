"""The description that the layer's author wrote: right in the minor wherever checked, not always in the patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.kubectl import Evidence
from eks_guard.model.value import Place
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "description"
AWS_CLI = "/opt/awscli/aws"
_KUBECTL = regex(r"\bkubectl[ :@=]+v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\b")
_HELM = regex(r"\bhelm[ :@=]+v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\b")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the description names a version of kubectl, or is the one of CDK's AWS CLI layer."""
    text = layer.property("Description")
    if not isinstance(text, str):
        return None
    place = Place(layer.place.template, f"{layer.place.pointer}/Properties/Description")
    if text.strip() == AWS_CLI:
        return Evidence(NAME, None, None, f'says "{text}"', place)
    kubectl, helm = _KUBECTL.search(text), _HELM.search(text)
    if not kubectl:
        return None
    return Evidence(NAME, Version.parse(kubectl[1]), Version.parse(helm[1]) if helm else None, f'says "{text}"', place)
