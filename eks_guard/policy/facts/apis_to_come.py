"""API versions of Kubernetes' own that EKS does not serve: those of a later minor, alpha ones, and new beta ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.table import is_own_group
from eks_guard.matching import regex
from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.value import Known, Unknown, Value, known_in, lift
from eks_guard.model.version import Version
from eks_guard.policy.facts.control_plane import minors_of, running
from eks_guard.policy.facts.manifest import about, named
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.kubernetes.table import Schemas
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import ManifestObject
    from eks_guard.policy.facts.fact import Context
    from eks_guard.policy.facts.manifest import Asked

_ALPHA = regex(r"(?:[^/]+/)?v\d+alpha\d+")
NO_ALPHA = "EKS serves no alpha API"
"""https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, under the frequently asked questions"""
NO_NEW_BETA = "EKS switches on no beta API that is newer than Kubernetes 1.24, but for some that its release notes name"
"""https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, under the frequently asked questions"""
NO_NOTES = "no release notes of EKS for the version have been read"
OF_BETA = "Write an API version that is stable, on a cluster of a version that has one, or leave the object out."
OF_ALPHA = "Write an API version that is not alpha, or bring the CustomResourceDefinition that the object belongs to."
RAISE = "Raise the version of the cluster first, or write an API version that it serves."


def not_served_yet(asked: Asked, item: ManifestObject, schemas: Schemas, context: Context) -> Observation | None:
    """An object in an API version that comes later, is alpha, or is off as a new beta; None where none of it is so.

    `schemas` hold each API version of each minor, whether EKS switches it on or not.
    """
    fails = f'the deploy will fail with "no matches for kind "{item.kind}" in version "{item.api_version}""'
    if is_own_group(item.api_version) and _ALPHA.fullmatch(item.api_version):
        never: Value[bool] = Known(value=False, place=asked.manifest.at.place)
        return replace(about(asked.manifest, item, never, f"{named(item)}: {NO_ALPHA}: {fails}"), remedy=OF_ALPHA)
    first = schemas.first_minor(item.api_version, item.kind)
    if first is None or all(minor >= first for minor in minors_of(asked.cluster, context)):
        return _new_beta(asked, item, context, fails) if schemas.is_new_beta(item.api_version, item.kind) else None
    version = running(asked.cluster, context)
    is_served = lift(lambda known: known.minor >= first, version)
    begins = f"{named(item)} is served from 1.{first} on"
    says = f"{begins}, and the control plane runs {in_branches(version)}: {fails}"
    observed = replace(about(asked.manifest, item, is_served, says), remedy=RAISE)
    if isinstance(version, Unknown):
        doubts = f"{begins}, and the control-plane version is unknown: {in_words(version)}"
        observed = replace(observed, if_unknown=doubts)
    return observed


def _new_beta(asked: Asked, item: ManifestObject, context: Context, fails: str) -> Observation | None:
    """An object of a beta API that a server serves only where it is switched on; None where EKS does that."""
    table = context.tables.enabled_betas
    group = item.api_version.rpartition("/")[0]
    row = next((row for row in table["rows"] if row["group"] == group and item.kind in row["kinds"]), None)
    on = lift(lambda known: _is_on(known, row, Version.parse(table["notes_up_to"])), running(asked.cluster, context))
    if on == Known(value=True):
        return None
    served = Unknown[bool](NO_NOTES, asked.manifest.at.place) if None in known_in(on) else lift(bool, on)
    observed = about(asked.manifest, item, served, f"{named(item)}: {NO_NEW_BETA}: {fails}")
    if isinstance(served, Unknown):
        doubts = f"unknown whether EKS serves {named(item)}: {NO_NEW_BETA}, and {in_words(served)}"
        observed = replace(observed, if_unknown=doubts)
    return replace(observed, remedy=OF_BETA)


def _is_on(version: Version, row: Mapping[str, Any] | None, notes: Version) -> bool | None:
    """Whether EKS switches on a beta API at a version; None for one of which no release notes were read."""
    minor = version.of_minor
    if row is None:
        return False if minor <= notes else None
    if minor < Version.parse(row["from"]):
        return False
    return True if minor <= Version.parse(row["up_to"]) else None
