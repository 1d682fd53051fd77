"""Words of a line that hold nowhere: operands outside of what is asked about, accounts and regions that are none."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.data import Tables
from eks_guard.matching import regex
from eks_guard.model.version import Version
from eks_guard.policy.build import kinds
from eks_guard.policy.cloudformation import known_regions
from eks_guard.policy.facts import FACTS
from eks_guard.policy.kinds import KINDS, resource_types
from eks_guard.policy.names import nearest
from eks_guard.policy.reach import FILTER, OBJECTS, is_type, names_of, object_kinds
from eks_guard.policy.taken import (
    WHOLE,
    Question,
    Taken,
    Words,
    check_taken,
    check_words,
    taken_by_objects,
    taken_by_property,
)
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.policy.source import Keys, Source

REGION = "subject.region"
OF_KUBERNETES = ("cluster.version", "kubectl.version")
AHEAD = 6
"""Minors of two years, after which there may be any that are not listed."""
DIGITS = "0123456789"
ADDONS = "cluster.addons"
ADDON_NAME = "$.Properties.AddonName"
_COMPARED = regex(r"""@\.([A-Za-z0-9_-]+)\s*[=!]=\s*["']([^"']*)["']""")
"""What a filter asks of a field."""
_ACCOUNT = regex(r"[0-9*?\[\]!-]+")
_REGION = regex(r"[a-z]{2}(-[a-z]+)+-[0-9]+")


def check_operands(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> None:
    """Note each operand of a question that cannot be met."""
    question = Question(source, keys, line)
    if not isinstance(line.get("fact"), str):
        _check_at_path(question, line["path"], match)
        return
    fact = FACTS[line["fact"]]
    if fact.name == REGION:
        for key, value in question.operands(WHOLE):
            if meant := _region_meant_by(str(value)):
                question.wrong(key, f"found {value!r}, which is not an AWS region{meant}")
    elif fact.name in OF_KUBERNETES:
        _check_versions(question)
    elif fact.name == ADDONS:
        check_words(question, _addons(is_list=True))
    elif fact.words:
        says = f"{fact.name} is one of {', '.join(fact.words)}"
        check_words(question, Words(fact.words, says, is_list=fact.type.many))


def _check_versions(question: Question) -> None:
    """Note a version of Kubernetes that there is not: not of 1, or years ahead where it is asked for as it is."""
    known = Tables().eks_versions
    last = max(known).minor + AHEAD
    for key, text in question.operands((*WHOLE, "at_least", "at_most", "between")):
        version = Version.parse(text)
        if version.major != 1 or (key in WHOLE and version.minor > last):
            meant = slip(text, map(str, known))
            hint = f"; did you mean {meant}?" if meant else f"; EKS lists {min(known)} to {max(known)}"
            question.wrong(key, f"found {text!r}, which is not a version of Kubernetes{hint}")


def _check_at_path(question: Question, path: str, match: Any) -> None:
    """Note what nothing at a path can be, and what nothing can be that its filters ask of the entries of a list."""
    check_taken(question, list(_taken(question.source, path, match)))
    if path == ADDON_NAME and set(kinds(match)) <= {"addon", "AWS::EKS::Addon"}:
        check_words(question, _addons(is_list=False))
    for found in FILTER.finditer(path):
        for name, value in _COMPARED.findall(found["asked"]):
            filtered = Question(question.source, (*question.keys, "path"), {"path": path, "equals": value}, whole=True)
            check_taken(filtered, list(_taken(question.source, f"{path[: found.start()]}[*].{name}", match)))


def _addons(*, is_list: bool) -> Words:
    return Words(Tables().addon_names, "it is no add-on of AWS", is_open=True, is_list=is_list, names=True)


def _taken(source: Source, path: str, match: Any) -> Iterator[Taken | None]:
    """What is taken at a path, for each type that is asked about; None where it is not known."""
    if ".." in path or "`" in path:
        return
    names = names_of(path)
    for kind in kinds(match):
        if kind in OBJECTS:
            found = taken_by_objects(Tables(), object_kinds(source, kind), names, path)
            yield from found
            if not found:
                yield None
        elif kind in KINDS or is_type(kind):
            for name in resource_types(kind):
                yield taken_by_property(name, names[1:], path) if names[:1] == ["Properties"] and names[1:] else None


def check_scope(source: Source, keys: Keys, word: str, globs: Sequence[str]) -> None:
    """Note an account that cannot be one, and a region that AWS does not have."""
    for glob in globs:
        account, slash, region = glob.partition("/") if word == "environment" else (glob, "", glob)
        if (word == "account" or slash) and not _ACCOUNT.fullmatch(account):
            source.wrong(keys, f"found {glob!r}, expected the 12 digits of an account, or a glob of them")
        if (word == "region" or slash) and (meant := _region_meant_by(region)):
            source.wrong(keys, f"found {glob!r}, which no region of AWS matches{meant}")


def _region_meant_by(glob: str) -> str:
    """A hint at the region that a glob is nearly; none where it may be of a region that is newer than our list."""
    regions = sorted(known_regions())
    if any(fnmatchcase(name, glob) for name in regions):
        return ""
    directions = {word for name in regions for word in name.split("-")[1:-1]}
    area = slip(glob.rstrip(DIGITS), {name.rstrip(DIGITS) for name in regions}, changed=False)
    if area:
        return nearest(glob, [name for name in regions if name.startswith(area)])
    if _REGION.fullmatch(glob) and set(glob.split("-")[1:-1]) <= directions:
        return ""
    return nearest(glob, regions) or "; expected a region such as eu-central-1, or a glob of some"
