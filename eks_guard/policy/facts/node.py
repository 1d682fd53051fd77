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
    from eks_guard.data import Tables
    from eks_guard.model.finding import Subject

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


def _addon_minors_behind(subject: Subject, _: Context) -> tuple[Observation, ...]:
    written = _property(subject, "AddonVersion")
    if subject.cluster is None or written == Known(None, written.place):
        return ()
    version = _parsed(written)
    behind = lift(minors_between, subject.cluster.version, version)
    says = (
        f"AddonVersion is {in_words(written)}, the control plane runs {in_words(subject.cluster.version)}: "
        'the deploy will fail with "Addon version specified is not supported"'
    )
    return (_about(subject, "AddonVersion", behind, says),)


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
        "addon.minors_behind",
        INTEGER,
        "How many minors an add-on is behind its cluster; of use for kube-proxy, which counts as Kubernetes does.",
        "1",
        _addon_minors_behind,
        match="addon",
    ),
)
