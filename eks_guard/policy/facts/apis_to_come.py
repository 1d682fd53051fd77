"""API versions of Kubernetes' own that EKS does not serve yet: those of a later minor, and alpha ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.table import is_own_group
from eks_guard.matching import regex
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.control_plane import minors_of, running
from eks_guard.policy.facts.manifest import about, named
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.kubernetes.table import Schemas
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import ManifestObject
    from eks_guard.policy.facts.fact import Context
    from eks_guard.policy.facts.manifest import Asked

_ALPHA = regex(r"(?:[^/]+/)?v\d+alpha\d+")
NO_ALPHA = "EKS serves no alpha API"
"""https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, under the frequently asked questions"""
OF_ALPHA = "Write an API version that is not alpha, or bring the CustomResourceDefinition that the object belongs to."
RAISE = "Raise the version of the cluster first, or write an API version that it serves."


def not_served_yet(asked: Asked, item: ManifestObject, schemas: Schemas, context: Context) -> Observation | None:
    """An object in an API version that comes later, or is alpha; None where neither is so.

    `schemas` hold each API version of each minor, whether EKS switches it on or not; so a beta one is not judged by
    that, only by the minor in which it comes.
    """
    fails = f'the deploy will fail with "no matches for kind "{item.kind}" in version "{item.api_version}""'
    if is_own_group(item.api_version) and _ALPHA.fullmatch(item.api_version):
        never: Value[bool] = Known(value=False, place=asked.manifest.at.place)
        return replace(about(asked.manifest, item, never, f"{named(item)}: {NO_ALPHA}: {fails}"), remedy=OF_ALPHA)
    first = schemas.first_minor(item.api_version, item.kind)
    if first is None or all(minor >= first for minor in minors_of(asked.cluster, context)):
        return None
    version = running(asked.cluster, context)
    is_served = lift(lambda known: known.minor >= first, version)
    begins = f"{named(item)} is served from 1.{first} on"
    says = f"{begins}, and the control plane runs {in_branches(version)}: {fails}"
    observed = replace(about(asked.manifest, item, is_served, says), remedy=RAISE)
    if isinstance(version, Unknown):
        doubts = f"{begins}, and the control-plane version is unknown: {in_words(version)}"
        observed = replace(observed, if_unknown=doubts)
    return observed
