"""What stands in the resource of a subject, where references have been followed already, beside its cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Place, Unknown, Value, escape_pointer
from eks_guard.model.version import Version
from eks_guard.policy.facts.words import in_words

if TYPE_CHECKING:
    from eks_guard.model.finding import Subject

_RELEASE = re.compile(r"(\d+\.\d+)\.\d+-\d+")


def written(subject: Subject, *keys: str) -> Value[Any]:
    """The value at some keys below the resource; None where nothing stands there, unknown where one above is."""
    found: Any = subject.body
    for key in keys:
        if isinstance(found, Unknown):
            return found
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, Unknown) else Known(found, place_of(subject, *keys))


def place_of(subject: Subject, *keys: str) -> Place:
    """Where these keys stand in the template."""
    pointer = "".join(f"/{escape_pointer(key)}" for key in keys)
    return Place(subject.place.template, f"{subject.place.pointer}{pointer}")


def parsed_version(found: Value[Any]) -> Value[Version]:
    """A version, also out of a release such as `1.33.4-20251101`, which names an AMI."""
    if isinstance(found, Unknown):
        return Unknown(found.reason, found.place)
    text = str(found.value)
    release = _RELEASE.fullmatch(text)
    try:
        return Known(Version.parse(release[1] if release else text), found.place)
    except ValueError as error:
        return Unknown(str(error), found.place)


def beside_cluster(subject: Subject, name: str, value: Value[Any], says: str) -> Observation:
    """An observation on a property, with the version of the cluster in its proof."""
    cluster = subject.cluster
    assert cluster, "a node group without a cluster of the app is not asked"
    place = place_of(subject, "Properties", name)
    steps = (
        Step(0, "cluster", f"version {in_words(cluster.version)}", cluster.version_place),
        Step(1, subject.kind, f"{name} {in_words(written(subject, 'Properties', name))}", place),
    )
    return Observation(value, says if isinstance(value, Known) else f"not known: {value.reason}", place, steps)
