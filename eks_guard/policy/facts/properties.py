"""Observations of single properties, and of properties beside the version of their cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.matching import regex
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, branches_of, choose, known_in, lift
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import Site
    from eks_guard.model.value import Place

T = TypeVar("T")
R = TypeVar("R")
_RELEASE = regex(r"(\d+\.\d+)\.\d+-\d+")


def settled(value: Value[bool | None], undecided: str) -> Value[bool]:
    """A value in which None stands for what cannot be told, for the reason `undecided`."""
    if isinstance(value, Unknown):
        return Unknown(value.reason, value.place) if None in known_in(value) else lift(bool, value)
    return Unknown(undecided, value.place) if value.value is None else Known(value.value, value.place)


def in_each_branch(value: Value[T], judge: Callable[[Value[T]], Value[R]]) -> Value[R]:
    """An answer about what a value is in each branch of a deployment; `judge` is asked about an open one, too."""
    found = list(branches_of(value))
    if not found:
        return judge(value)
    names = " and ".join(dict.fromkeys(name for when, _ in found for name, _ in when))
    reason = value.reason if isinstance(value, Unknown) and value.candidates else f"depends on {names}"
    return choose([(when, judge(one)) for when, one in found], reason, value.place)


def spelled_tags(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Each tag as its key and as key=value, so that either can be asked for."""
    return tuple(sorted({text for key, value in pairs for text in (key, f"{key}={value}")}))


def is_written(value: Value[Any]) -> bool:
    """Whether a property is written, or may be: None is EKS's own choice."""
    return value != Known(None)


def parsed_version(found: Value[Any]) -> Value[Version | None]:
    """A version, also out of a release such as `1.33.4-20251101`, which names an AMI; None where EKS chooses."""
    try:
        return lift(_parsed, found)
    except ValueError as error:
        return Unknown(str(error), found.place)


def _parsed(found: Any) -> Version | None:
    if found is None:
        return None
    release = _RELEASE.fullmatch(str(found))
    return Version.parse(release[1] if release else str(found))


def of_property(  # noqa: PLR0913 (what is observed, where, and how it is said)
    kind: str, at: Site, shown: str, value: Value[Any], says: str, place: Place | None
) -> Observation:
    """An observation of a property; `shown` words it for the proof, `place` is where it is written."""
    place = place or at.place
    return Observation(value, says, place, (Step(0, kind, shown, place),), if_unknown=why_unknown(value))


def why_unknown(value: Value[Any]) -> str | None:
    """Why a value is not known, for a finding; None where it is."""
    if isinstance(value, Known):
        return None
    return value.reason if value.reason.startswith("unknown ") else f"unknown: {value.reason}"


def beside_cluster(  # noqa: PLR0913 (both sides of a comparison)
    cluster: Cluster | None, kind: str, at: Site, shown: str, value: Value[Any], says: str, place: Place | None
) -> Observation:
    """An observation of a property that is compared with the version of the cluster, which its proof shows first.

    Without a cluster of the app, it is of the property alone.
    """
    if cluster is None:
        return of_property(kind, at, shown, value, says, place)
    place = place or at.place
    steps = (
        Step(0, "cluster", f"version {in_words(cluster.version)}", cluster.version_place),
        Step(1, kind, shown, place),
    )
    return Observation(value, says, place, steps, if_unknown=why_unknown(value))
