"""What stands in the place that a line asks about, by schema or by fact: operands that nothing there can meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.paths import fields_at
from eks_guard.matching import regex
from eks_guard.policy.cloudformation import schema_at
from eks_guard.policy.names import nearest
from eks_guard.policy.operators import is_number
from eks_guard.records import dataclass
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.data import Tables
    from eks_guard.policy.source import Keys, Source

WHOLE = ("equals", "one_of", "default")
"""The keys of a line whose operands are whole values."""
PARTS = ("contains", "excludes")
"""Those whose operands are members of a list, or parts of a text."""
ORDERED = ("at_least", "at_most", "between")
BOOLEAN, NUMBER, TEXT = "boolean", "number", "text"
_TYPES = {
    "boolean": BOOLEAN, "integer": NUMBER, "number": NUMBER, "string": TEXT,
    "b": BOOLEAN, "i": NUMBER, "i4": NUMBER, "s": TEXT,
}  # fmt: skip
"""As CloudFormation's schemas and the table of Kubernetes write them."""
SHORTEST = 4
"""Letters of a part of a word that can be recognized."""
_DIGITS = regex(r"\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a policy, and where it is written; `whole` where one key holds all of it."""

    source: Source
    keys: Keys
    line: dict[str, Any]
    whole: bool = False

    def operands(self, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """The operands of some keys, those of a list one by one."""
        for name in names:
            value = self.line.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    yield name, one

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake at one of the keys."""
        self.source.wrong(self.keys if self.whole else (*self.keys, key), message)


@dataclass(frozen=True, slots=True)
class Words:
    """All texts that a value can be. Of an open set, such as the types of images, there may be newer ones.

    Of `names`, which others may choose, too, only a slip of the fingers is taken for a mistake.
    """

    known: tuple[str, ...]
    says: str
    is_open: bool = False
    is_list: bool = False
    names: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What a property or a field takes: the type of one value, whether it is a list of them, and its words, if few."""

    name: str
    type: str
    is_list: bool = False
    words: tuple[str, ...] = ()
    is_open: bool = False


def taken_by_property(resource_type: str, names: Sequence[str], path: str) -> Taken | None:
    """What CloudFormation takes at a path; None where no schema says it."""
    schema = schema_at(resource_type, tuple(names))
    if schema is None:
        return None
    is_list = schema.get("type") == "array"
    value = schema_at(resource_type, tuple(names), entry=True) or {} if is_list else schema
    type_ = _TYPES.get(str(value.get("type")), "")
    words = tuple(sorted(map(str, value["enum"]))) if type_ == TEXT and isinstance(value.get("enum"), list) else ()
    return Taken(names[-1], type_, is_list and not path.endswith("]"), words, is_open=True)


def taken_by_objects(tables: Tables, object_kinds: Sequence[str], names: Sequence[str], path: str) -> list[Taken]:
    """What the kinds of Kubernetes take at a path; empty where their table does not say it."""
    found = []
    for field in fields_at(tables, object_kinds, names):
        is_list = isinstance(field.type, list)
        type_ = _TYPES.get(str(field.type[0] if is_list else field.type), "")
        found.append(Taken(names[-1], type_, is_list and not path.endswith("]"), field.words))
    return found


def check_taken(question: Question, taken: Sequence[Taken | None]) -> None:
    """Note the operands that are of another type than everything that is taken, or none of its words."""
    known = [one for one in taken if one]
    if not known or len(known) < len(taken):
        return
    types, first = {one.type for one in known}, known[0]
    if all(one.is_list for one in known):
        _check_list(question, first)
    if types == {BOOLEAN}:
        for key, value in question.operands(WHOLE):
            if not isinstance(value, bool) and str(value) not in ("true", "false"):
                question.wrong(key, f"found {value!r}, expected true or false")
    elif types == {NUMBER}:
        for key, value in question.operands(WHOLE):
            if not is_number(value):
                question.wrong(key, f"found {value!r}, expected a number")
    elif all(one.words for one in known):
        words = tuple(sorted({word for one in known for word in one.words}))
        by = "CloudFormation" if first.is_open else "Kubernetes"
        says = f"it is no {first.name} that {by} has"
        check_words(question, Words(words, says, first.is_open, first.is_list))


def _check_list(question: Question, taken: Taken) -> None:
    """Note what is asked of a list as if it were one value."""
    path = question.line["path"]
    for key in ("equals", "matches", *ORDERED):
        value = question.line.get(key)
        if value is not None and (key in ORDERED or not isinstance(value, list)):
            ask = f"count its entries with {path}.`len`" if key in ORDERED else f"ask each entry with {path}[*]"
            question.wrong(key, f"found {value!r}, but {taken.name} is a list; {ask}")


def check_words(question: Question, words: Words) -> None:
    """Note what is none of the words. Of an open set, only what is nearly one of them."""
    for key, value in question.operands((*WHOLE, *PARTS)):
        is_part = key in PARTS and isinstance(value, str) and not words.is_list
        fits = any(value in word for word in words.known) if is_part else value in words.known
        hint = _hint(str(value), words)
        if not fits and not (words.is_open and (not hint or _is_of_another_number(value, words.known))):
            question.wrong(key, f"found {value!r}: {words.says}{hint or _listed(words)}")
    for _, pattern in question.operands(("matches",)):
        if not words.is_list and not any(_matches(pattern, word) for word in words.known):
            _check_pattern(question, str(pattern), words)


def _hint(value: str, words: Words) -> str:
    if not words.names:
        return nearest(value, list(words.known))
    meant = slip(value, words.known)
    return f"; did you mean {meant}?" if meant else ""


def _check_pattern(question: Question, pattern: str, words: Words) -> None:
    """Note a pattern that none of the words matches; of an open set, only one that is nearly a part of a word."""
    if not words.is_open:
        question.wrong("matches", f"found {pattern!r}, which matches none of {', '.join(words.known)}")
    elif meant := _part_meant_by(pattern, words.known):
        question.wrong("matches", f"found {pattern!r}: {words.says} that matches; did you mean {meant}?")


def _part_meant_by(part: str, words: Sequence[str]) -> str | None:
    """The part of a word that a text is a slip of; None for that of a newer generation, and for a short one."""
    sizes = range(max(len(part) - 1, SHORTEST), len(part) + 2)
    parts = {word[at : at + size] for word in words for size in sizes for at in range(len(word) - size + 1)}
    return None if _is_of_another_number(part, tuple(parts)) else slip(part, parts)


def _listed(words: Words) -> str:
    """The words, where the sentence does not name them."""
    return "" if all(word in words.says for word in words.known) else f"; expected one of {', '.join(words.known)}"


def _matches(pattern: str, word: str) -> bool:
    from eks_guard.patterns import compile_pattern  # noqa: PLC0415 (few policies have one)

    return bool(compile_pattern(pattern).search(word))


def _is_of_another_number(value: Any, words: Sequence[str]) -> bool:
    """Whether a value differs from a known one by numbers alone: a newer generation, which came after our table."""
    return _DIGITS.sub("0", str(value)) in {_DIGITS.sub("0", word) for word in words}
