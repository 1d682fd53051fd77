"""What is wrong with the lines of `when` and `expect`: their form, the names in them, and paths that find nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.policy import Operator
from eks_guard.policy.build import build_expectation, kinds
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER
from eks_guard.policy.kinds import CHANGE, KINDS
from eks_guard.policy.names import nearest
from eks_guard.policy.reach import check_reach
from eks_guard.policy.scope import WORDS, globs, words_in
from eks_guard.policy.vocabulary import check_operands, check_scope

if TYPE_CHECKING:
    from eks_guard.policy.source import Keys, Source

ASKED = frozenset({*Operator, "default", "absent", "severity"})
WITH_CLUSTER = frozenset(KINDS) - {"cluster", "handler", "stack"}
"""Kinds of subjects that belong to a cluster, whose facts they can be asked for."""


def check_section(source: Source, section: str) -> None:
    """Note what is wrong with each line of `when` or `expect`."""
    lines = source.data.get(section) if isinstance(source.data, dict) else None
    for index, line in enumerate(lines if isinstance(lines, list) else ()):
        if isinstance(line, dict):
            _check_line(source, (section, index), line, source.data.get("match"))


def _check_line(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> None:
    """A line with alternatives, one that limits the policy, or a question."""
    if keys[0] == "expect" and "any_of" in line:
        _check_alone(source, keys, line, {"any_of", "severity"})
        alternatives = line["any_of"]
        for index, one in enumerate(alternatives if isinstance(alternatives, list) else ()):
            if isinstance(one, dict):
                _check_question(source, (*keys, "any_of", index), one, match)
    elif keys[0] == "when" and words_in(line):
        _check_alone(source, keys, line, set(WORDS))
        for word in words_in(line):
            try:
                check_scope(source, (*keys, word), word, globs(line[word]).globs)
            except ValueError as error:
                source.wrong((*keys, word), str(error))
    else:
        _check_question(source, keys, line, match)


def _check_alone(source: Source, keys: Keys, line: dict[str, Any], allowed: set[str]) -> None:
    """Note questions in a line that asks something else."""
    for other in ("fact", "path"):
        if other in line:
            beside = next(key for key in line if key in allowed)
            source.wrong((*keys, other), f"found {other} beside {beside}, expected a separate line")


def _check_question(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> None:
    if not {"fact", "path"} & set(line) and not set(line) <= ASKED:
        return  # a key that is none, which is said already
    operators = [name for name in Operator if name.value in line]
    if len(operators) != 1:
        found = f"found {' and '.join(operators)}" if operators else "found no operator"
        source.wrong(keys, f"{found}, expected exactly one of {', '.join(Operator)}")
    if ("fact" in line) is ("path" in line):
        found = "both fact and path" if "fact" in line else "neither fact nor path"
        source.wrong(keys, f"found {found}, expected one of them")
        return
    known = _is_fact(source, keys, line, match) if "fact" in line else _is_jsonpath(source, keys, line)
    if known and len(operators) == 1:
        try:
            build_expectation({key: value for key, value in line.items() if key not in ("severity", "absent")})
        except ValueError as error:
            source.wrong((*keys, operators[0].value), str(error))
        else:
            check_operands(source, keys, line, match)


def _is_fact(source: Source, keys: Keys, line: dict[str, Any], match: Any) -> bool:
    fact = FACTS.get(line["fact"]) if isinstance(line["fact"], str) else None
    if fact is None:
        hint = nearest(line["fact"], list(FACTS))
        source.wrong((*keys, "fact"), f"found {line['fact']!r}, which is not a fact{hint}")
        return False
    asked = [kind for kind in kinds(match) if kind in KINDS]
    answers = {*fact.match, *(WITH_CLUSTER if fact.match == ABOUT_CLUSTER else ())}
    if "stack" in asked and not fact.name.startswith(CHANGE):
        source.wrong(
            (*keys, "fact"), f"found {fact.name}: a stack is asked for facts about updates only; match cluster"
        )
    if asked and fact.match != ABOUT_ANY and not set(asked) & answers:
        about, asked_about = " or a ".join(fact.match), " or a ".join(asked)
        source.wrong((*keys, "fact"), f"found {fact.name}, which is about a {about}, not about a {asked_about}")
    for key, name in (("default", "a default"), ("absent", "absent")):
        if key in line:
            source.wrong((*keys, key), f"found {name} with a fact, expected it with a path only")
    return True


def _is_jsonpath(source: Source, keys: Keys, line: dict[str, Any]) -> bool:
    path = line["path"]
    from eks_guard.policy.paths import parse_path  # noqa: PLC0415 (most policies have no path)

    if not isinstance(path, str):
        source.wrong((*keys, "path"), f"found {path!r}, expected a JSONPath such as $.Properties.AmiType")
        return False
    try:
        parse_path(path)
    except ValueError as error:
        source.wrong((*keys, "path"), str(error))
        return False
    if "absent" in line and ("default" in line or "exists" in line):
        other = "default" if "default" in line else "exists"
        source.wrong((*keys, "absent"), f"found absent beside {other}, which means the same; expected one of them")
    check_reach(source, (*keys, "path"), path)
    return True
