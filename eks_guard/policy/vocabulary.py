"""Operands that no value can meet: a word outside of a closed set, a text where a number or a boolean is written."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.policy.build import kinds
from eks_guard.policy.cloudformation import known_regions, schema_at
from eks_guard.policy.facts import FACTS
from eks_guard.policy.kinds import KINDS, resource_types
from eks_guard.policy.names import nearest
from eks_guard.policy.operators import is_number
from eks_guard.policy.reach import is_type, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.policy.source import Keys, Source

WHOLE = ("equals", "one_of", "default")
"""The keys of a line whose operands are whole values."""
PARTS = ("contains", "excludes")
"""Those whose operands are members of a list, or parts of a text."""
REGION = "subject.region"
_ACCOUNT = regex(r"[0-9*?\[\]!-]+")
_REGION = regex(r"[a-z]{2}(-[a-z]+)+-[0-9]+")
_DIGITS = regex(r"\d+")


def check_operands(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> None:
    """Note each operand of a question that cannot be met."""
    if isinstance(line.get("fact"), str):
        fact = FACTS[line["fact"]]
        if fact.name == REGION:
            for key, value in _operands(line, WHOLE):
                if meant := _region_meant_by(str(value)):
                    source.wrong((*keys, key), f"found {value!r}, which is not an AWS region{meant}")
        elif fact.words:
            _check_words(
                source, keys, line, fact.words, f"{fact.name} is one of {', '.join(fact.words)}", is_open=False
            )
        return
    schemas = list(_schemas(line["path"], match))
    if schemas and all(schemas):
        _check_schemas(source, keys, line, [schema for schema in schemas if schema])


def _schemas(path: str, match: Any) -> Iterator[dict[str, Any] | None]:
    """What CloudFormation takes at a path, for each type that is asked about; None where it is not known."""
    first, *names = names_of(path) or [""]
    steady = first == "Properties" and ".." not in path and "`" not in path
    for kind in kinds(match):
        if kind in KINDS or is_type(kind):
            for name in resource_types(kind):
                yield schema_at(name, tuple(names)) if steady and names else None


def _check_schemas(source: Source, keys: Keys, line: dict[str, Any], schemas: Sequence[dict[str, Any]]) -> None:
    types = {str(schema.get("type")) for schema in schemas}
    if types == {"boolean"}:
        for key, value in _operands(line, WHOLE):
            if not isinstance(value, bool) and str(value) not in ("true", "false"):
                source.wrong((*keys, key), f"found {value!r}, expected true or false")
    elif types <= {"integer", "number"}:
        for key, value in _operands(line, WHOLE):
            if not is_number(value):
                source.wrong((*keys, key), f"found {value!r}, expected a number")
    elif types == {"string"} and all(isinstance(schema.get("enum"), list) for schema in schemas):
        words = sorted({str(word) for schema in schemas for word in schema["enum"]})
        name = names_of(line["path"])[-1]
        _check_words(source, keys, line, words, f"it is no {name} that CloudFormation has", is_open=True)


def _check_words(  # noqa: PLR0913 (what is written, and what can be)
    source: Source, keys: Keys, line: dict[str, Any], words: Sequence[str], says: str, *, is_open: bool
) -> None:
    """Note what is none of the words. Of an open set, such as the types of images, only what is nearly one of them."""
    for key, value in _operands(line, (*WHOLE, *PARTS)):
        fits = any(value in word for word in words) if key in PARTS and isinstance(value, str) else value in words
        hint = nearest(value, list(words))
        if not fits and not (is_open and (not hint or _is_of_another_number(value, words))):
            source.wrong((*keys, key), f"found {value!r}: {says}{hint}")


def _is_of_another_number(value: Any, words: Sequence[str]) -> bool:
    """Whether a value differs from a known one by numbers alone: a newer generation, which came after our table."""
    return _DIGITS.sub("0", str(value)) in {_DIGITS.sub("0", word) for word in words}


def _operands(line: dict[str, Any], names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value = line.get(name)
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield name, one


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
    is_new = _REGION.fullmatch(glob) and set(glob.split("-")[1:-1]) <= directions
    return "" if is_new else nearest(glob, regions)
