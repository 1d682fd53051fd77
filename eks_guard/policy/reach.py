"""Paths that can find nothing, whatever is deployed: by the schemas of CloudFormation and of Kubernetes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from eks_guard.data import Tables
from eks_guard.kubernetes.paths import fields_of_any, unknown_field
from eks_guard.matching import regex
from eks_guard.policy.build import kinds
from eks_guard.policy.cloudformation import CUSTOM, SECTIONS, names_anywhere, properties_of, unknown_property
from eks_guard.policy.kinds import KINDS, resource_types
from eks_guard.policy.names import nearest
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.policy.source import Keys, Source

WITHOUT_BODY = {
    "cluster": "ask a fact (`eks-guard facts`), or match AWS::EKS::Cluster and Custom::AWSCDK-EKS-Cluster",
    "stack": "ask a fact (`eks-guard facts`)",
}
"""Kinds of subjects that no resource stands for, and what to write instead."""
OBJECT = "object"
OBJECTS = {"service-account": ("ServiceAccount",), OBJECT: ()}
"""Kinds of subjects whose body is a Kubernetes object, with the kinds of those."""
_KEY = r"""(?:\.[A-Za-z0-9_-]+|\['[^']+'\]|\["[^"]+"\])"""
_STEADY = regex(rf"\$(?:{_KEY}(?:\[(?:\d+|\*)\])*)*")
"""The beginning of a path that names keys one by one, with indexes and wildcards of lists."""
_SEGMENT = regex(r"""\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]""")
FILTER = regex(r"\[\?\(?(?P<asked>[^\]]*?)\)?\]")
"""What a path asks of the entries of a list."""
_FIELD = regex(r"@\.([A-Za-z0-9_-]+)")
_ANYWHERE = regex(r"\.\.([A-Za-z0-9_-]+)")
ALIKE = 0.8
"""How much a name below `..` is like a known one to be a typo of it: a label or a tag may have any name."""
_TYPE = regex(r"^(?:[A-Za-z0-9]+::){2}[A-Za-z0-9]+$|^Custom::[A-Za-z0-9_@-]+$")
_NAMED_BY_PEOPLE = regex(r"\.(?:labels|annotations|data|stringData|matchLabels|nodeSelector)\.")


def is_type(kind: str) -> bool:
    """Whether a text has the form of a CloudFormation type."""
    return bool(_TYPE.match(kind))


def is_proven(path: str, match: str, object_kinds: Sequence[str]) -> bool:
    """Whether a schema says that a path leads somewhere: where it finds nothing, nothing is set."""
    if not _STEADY.fullmatch(path):
        return False
    if match in OBJECTS:
        return bool(object_kinds or OBJECTS[match]) and not _NAMED_BY_PEOPLE.search(path)
    types = resource_types(match)
    return bool(types) and all(_has(name, tuple(names_of(path)[1:])) for name in types)


def _has(resource_type: str, names: tuple[str, ...]) -> bool:
    return properties_of(resource_type) is not None and unknown_property(resource_type, names) is None


def check_reach(source: Source, keys: Keys, path: str) -> None:
    """Note a path that can find nothing on what the policy matches."""
    for kind in kinds(source.data.get("match")):
        if kind in WITHOUT_BODY:
            source.wrong(keys, f"a {kind} has no resource to look into; {WITHOUT_BODY[kind]}")
        elif kind in OBJECTS:
            _check_object(source, keys, path, kind)
        elif kind in KINDS or is_type(kind):
            _check_resource(source, keys, path, kind)


def names_of(path: str) -> list[str]:
    """The names that a path begins with; what is behind `..` is not looked at."""
    steady = _STEADY.match(FILTER.sub("[*]", path))
    assert steady, "a path begins with $"
    return ["".join(found) for found in _SEGMENT.findall(steady[0])]


def _ways(path: str) -> Iterator[list[str]]:
    """The names of a path, and those that each of its filters asks of the entries of a list."""
    yield names_of(path)
    for found in FILTER.finditer(path):
        before = path[: found.start()]
        if ".." not in before:
            yield from ([*names_of(before), name] for name in _FIELD.findall(found["asked"]))


def _check_object(source: Source, keys: Keys, path: str, kind: str) -> None:
    """Note a field that no object of the policy's kinds has."""
    asked = object_kinds(source, kind)
    for found in filter(None, (_unknown_field(asked, names) for names in _ways(path))):
        name, known = found
        of = f"{' or '.join(asked)} has" if asked else "there is"
        source.wrong(keys, f"found {path!r}: {of} no {name} there{nearest(name, known)}")


def _unknown_field(asked: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]] | None:
    """A field that no such object has. Of all kinds, also those of others, the fields that they share are known."""
    found = unknown_field(Tables(), asked, names)
    if found or not names or names[0] in fields_of_any(Tables()):
        return found
    return (names[0], [meant]) if (meant := slip(names[0], fields_of_any(Tables()))) else None


def object_kinds(source: Source, kind: str) -> tuple[str, ...]:
    """The kinds of Kubernetes' own that a policy asks; none where its `when` chooses by API version, too.

    A `Service` may be Knative's, a `NetworkPolicy` Calico's.
    """
    when = source.data.get("when")
    lines = [line for line in when if isinstance(line, dict)] if isinstance(when, list) else []
    if any(str(line.get("path")).startswith("$.apiVersion") for line in lines):
        return ()
    return OBJECTS[kind] or kinds(source.data.get("kinds"))


def _check_resource(source: Source, keys: Keys, path: str, kind: str) -> None:
    """Note a section or a property that no resource of a kind has."""
    if kind == "manifest" and _leads_into_objects(path):
        message = f"found {path!r}: the objects of a manifest are one text in $.Properties.Manifest; ask a fact"
        source.wrong(keys, f"{message} (`eks-guard facts`), or match object")
        return
    types = resource_types(kind)
    _check_anywhere(source, keys, path, types)
    for first, *names in filter(None, _ways(path)):
        _check_names(source, keys, path, types, first, names)


def _leads_into_objects(path: str) -> bool:
    """Whether a path into a manifest is written as if its objects were there."""
    first, *names = names_of(path) or [""]
    is_typo = first != "metadata" and get_close_matches(first, SECTIONS, n=1, cutoff=ALIKE)
    return len(names) > 1 and names[0] == "Manifest" if first in SECTIONS else not is_typo


def _check_anywhere(source: Source, keys: Keys, path: str, types: Sequence[str]) -> None:
    """Note a name below `..` that is nearly the one of a property."""
    known = sorted(set().union(*(names_anywhere(name) for name in types)) | set(SECTIONS))
    for name in _ANYWHERE.findall(path):
        if name not in known and get_close_matches(name, known, n=1, cutoff=ALIKE):
            source.wrong(keys, f"found {path!r}: {' and '.join(types)} has no {name}{nearest(name, known)}")


def _check_names(  # noqa: PLR0913 (a path, taken apart)
    source: Source, keys: Keys, path: str, types: Sequence[str], first: str, names: Sequence[str]
) -> None:
    if first not in SECTIONS:
        hint = nearest(first, list(SECTIONS))
        source.wrong(
            keys, f"found {path!r}: a resource has no {first}, expected a section of it such as $.Properties{hint}"
        )
        return
    wrong = [unknown_property(name, tuple(names)) for name in types] if first == "Properties" else [None]
    if wrong and all(wrong):
        name, known = wrong[0] or ("", [])
        if types[0].startswith(CUSTOM) and not slip(name, known):
            return  # what CDK hands to its functions may grow
        have = "has" if len(types) == 1 else "have"
        source.wrong(keys, f"found {path!r}: {' and '.join(types)} {have} no {name} there{nearest(name, known)}")
