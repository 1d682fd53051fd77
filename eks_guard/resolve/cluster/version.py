"""The Kubernetes version that a template gives a cluster, and what is wrong with how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.texts import as_text
from eks_guard.model.asked import DEFAULT_VERSION
from eks_guard.model.describe import as_written
from eks_guard.model.value import Candidate, Known, Unknown, Value, describe, flatten, lift
from eks_guard.model.version import Version
from eks_guard.records import dataclass
from eks_guard.resolve.read import read

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node

FIRST_MINOR = 10
"""No Kubernetes 1 with a smaller minor ran on EKS: a number below 1.10 is one that lost its zero, such as 1.30."""


@dataclass(frozen=True, slots=True)
class WrittenVersion:
    """A version; whether none is written, so that EKS takes its default; what is malformed in each branch."""

    value: Value[Version]
    is_default: bool
    malformed: str | None


def written_version(properties: Node, *keys: str) -> WrittenVersion:
    """The version that stands at `keys` below the properties of a cluster.

    EKS takes the minor alone, as text: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1669
    """
    said: list[str | None] = []

    def parse(node: Node) -> Value[Version | None]:
        version, wrong = _parsed(node)
        said.append(wrong)
        return version

    found = read(properties, *keys, parse=parse, absent=None)
    return WrittenVersion(_decided(found), found == Known(None), said[0] if said and None not in said else None)


def _decided(found: Value[Version | None]) -> Value[Version]:
    """What the template decides: a branch without a version has EKS's default, whichever that is."""
    match found:
        case Known(None):
            return Unknown(DEFAULT_VERSION, found.place)
        case Known(version) if version is not None:
            return Known(version, found.place)
    assert isinstance(found, Unknown), "what is known was matched above"
    if found.branches:
        by_eks: Unknown[Version] = Unknown(DEFAULT_VERSION, found.place)
        written = lift(lambda one: by_eks if one is None else Known(one, found.place), found)
        return flatten(written)
    versions = tuple(Candidate(one.value, one.when) for one in found.candidates if one.value is not None)
    if len(versions) == len(found.candidates):
        return Unknown(found.reason, found.place, versions)
    bare = next(describe(one.when) for one in found.candidates if one.value is None)
    return Unknown(f"where {bare}, {DEFAULT_VERSION}", found.place)


def _parsed(node: Node) -> tuple[Value[Version | None], str | None]:
    raw = node.raw
    number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not number and not isinstance(raw, str):
        return Unknown(f"found {as_written(raw)}, expected a version", node.place), None
    try:
        version = Version.parse(as_text(raw).strip())
    except ValueError as error:
        if not number:
            return Unknown(str(error), node.place), str(error)
        version = None
    if number and (version is None or version.minor < FIRST_MINOR):
        says = f'found the number {raw!r}, expected text such as "1.30": JSON and YAML read 1.30 as 1.3'
        return Unknown(says, node.place), says
    assert version, "what is no number was parsed"
    if as_text(raw) != str(version.of_minor):
        return Known(version, node.place), f'found "{raw}", expected "{version.of_minor}": EKS takes the minor alone'
    return Known(version, node.place), None
