"""Facts about managed node groups and add-ons, and the cluster that they belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Place, Unknown, Value, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.cluster import in_words
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from eks_guard.data import AddonVersions, Tables
    from eks_guard.model.finding import Subject

KUBE_PROXY = "kube-proxy"
MAX_BEHIND = 3
"""Minors that kube-proxy may be older: https://kubernetes.io/releases/version-skew-policy/#kube-proxy"""
_RELEASE = re.compile(r"(\d+\.\d+)\.\d+-\d+")


def _ami_exists(subject: Subject, context: Context) -> tuple[Observation, ...]:
    if subject.cluster is None:
        return ()
    ami = _property(subject, "AmiType")
    if ami == Known(None, ami.place):
        return ()
    exists = lift(lambda kind, version: _exists(kind, version, context.tables), ami, subject.cluster.version)
    kind, version = in_words(ami), in_words(subject.cluster.version)
    says = (
        f"the AMI type {kind} does not exist for Kubernetes {version}: the deploy will fail with "
        f'"AMI Type {kind} is only supported for kubernetes versions {_last(ami, context)} or earlier"'
    )
    return (_about(subject, "AmiType", exists, says),)


def _exists(kind: Any, version: Version, tables: Tables) -> bool:
    first, last = tables.ami_types.get(str(kind), (None, None))
    return (first is None or version.of_minor >= first) and (last is None or version.of_minor <= last)


def _last(ami: Value[Any], context: Context) -> str:
    last = context.tables.ami_types.get(str(ami.value), (None, None))[1] if isinstance(ami, Known) else None
    return str(last) if last else "known"


def _minors_behind(subject: Subject, _: Context) -> tuple[Observation, ...]:
    if subject.cluster is None:
        return ()
    observations = []
    for name in ("Version", "ReleaseVersion"):
        written = _property(subject, name)
        if written == Known(None, written.place):
            continue
        version = _parsed(written)
        behind = lift(minors_between, subject.cluster.version, version)
        says = (
            f"{name} gives the nodes {in_words(version)}, the control plane runs {in_words(subject.cluster.version)}: "
            "nodes may not be newer, and not more than three minors older"
        )
        observations.append(_about(subject, name, behind, says))
    return tuple(observations)


def _addon_fits(subject: Subject, context: Context) -> tuple[Observation, ...]:
    """kube-proxy counts as Kubernetes does; for others EKS has lists, and one newer than ours may have come since."""
    name, written = _property(subject, "AddonName"), _property(subject, "AddonVersion")
    if subject.cluster is None or written == Known(None, written.place):
        return ()
    if isinstance(name, Unknown):
        return (_about(subject, "AddonVersion", Unknown(name.reason, written.place), ""),)
    if name.value == KUBE_PROXY:
        behind = lift(minors_between, subject.cluster.version, _parsed(written))
        fits = lift(lambda minors: 0 <= minors <= MAX_BEHIND, behind)
        return (
            _about(subject, "AddonVersion", fits, _refused(subject, written, "not newer, at most three minors older")),
        )
    listed = lift(lambda version: _row(str(name.value), version, context.tables), subject.cluster.version)
    if listed == Known(None, listed.place):
        return ()
    fits = lift(_is_listed, written, listed)
    newest = listed.value.newest if isinstance(listed, Known) and listed.value else "another version"
    if fits == Known(None, fits.place):
        as_of = context.tables.used["eks_addons"]
        reason = f"{in_words(written)} is newer than {newest}, the newest for this minor in the table of {as_of}"
        fits = Unknown(reason, written.place)
    return (_about(subject, "AddonVersion", lift(bool, fits), _refused(subject, written, f"{newest} is the newest")),)


def _refused(subject: Subject, written: Value[Any], expected: str) -> str:
    version = in_words(subject.cluster.version) if subject.cluster else ""
    return (
        f"AddonVersion is {in_words(written)}, the control plane runs {version} ({expected}): "
        'the deploy will fail with "Addon version specified is not supported"'
    )


def _row(addon: str, version: Version, tables: Tables) -> AddonVersions | None:
    return tables.addons.get(addon, {}).get(version.of_minor)


def _is_listed(version: Any, listed: AddonVersions | None) -> bool | None:
    """None for a version that the table cannot judge: newer than what it knows."""
    if listed is None or version in listed.every:
        return True
    if _build(version) > _build(listed.newest):
        return None
    return not listed.every


def _build(version: Any) -> tuple[int, ...]:
    """`v1.12.4-eksbuild.31` as numbers."""
    return tuple(int(digits) for digits in re.findall(r"\d{1,9}", str(version)))


def _parsed(written: Value[Any]) -> Value[Version]:
    if isinstance(written, Unknown):
        return Unknown(written.reason, written.place)
    text = str(written.value)
    release = _RELEASE.fullmatch(text)
    try:
        return Known(Version.parse(release[1] if release else text), written.place)
    except ValueError as error:
        return Unknown(str(error), written.place)


def _property(subject: Subject, name: str) -> Value[Any]:
    properties = subject.body.get("Properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return found if isinstance(found, Unknown) else Known(found, _place(subject, name))


def _about(subject: Subject, name: str, value: Value[Any], says: str) -> Observation:
    cluster = subject.cluster
    assert cluster, "a node group without a cluster of the app is not asked"
    place = _place(subject, name)
    steps = (
        Step(0, "cluster", f"version {in_words(cluster.version)}", cluster.version_place),
        Step(1, subject.kind, f"{name} {in_words(_property(subject, name))}", place),
    )
    return Observation(value, says if isinstance(value, Known) else f"not known: {value.reason}", place, steps)


def _place(subject: Subject, name: str) -> Place:
    return Place(subject.place.template, f"{subject.place.pointer}/Properties/{name}")


FACTS = (
    Fact(
        "nodegroup.ami_exists",
        BOOLEAN,
        "Whether the AMI type of a node group exists for the version of its cluster.",
        "true",
        _ami_exists,
        match="nodegroup",
    ),
    Fact(
        "nodegroup.minors_behind",
        INTEGER,
        "How many minors a node group's Version or ReleaseVersion is behind its cluster; negative if ahead.",
        "1",
        _minors_behind,
        match="nodegroup",
    ),
    Fact(
        "addon.version_fits",
        BOOLEAN,
        "Whether the pinned version of an add-on fits its cluster: by the skew of kube-proxy, or by what EKS lists.",
        "true",
        _addon_fits,
        match="addon",
    ),
)
