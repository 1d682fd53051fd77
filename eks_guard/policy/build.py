"""From checked data to a `Policy`: the last step for a policy file and for the packs that come compiled."""

from __future__ import annotations

from typing import Any

from eks_guard.model.fix import Disposition, Edit, Fix, Language
from eks_guard.model.outcome import Severity
from eks_guard.model.policy import NO_DEFAULT, Absent, AnyOf, Control, Expectation, OnUnknown, Operator, Policy
from eks_guard.policy.facts import FACTS
from eks_guard.policy.operators import ANY, parse_operand
from eks_guard.policy.scope import scope, words_in

OPERATORS = {operator.value: operator for operator in Operator}
"""The operators by their names."""


def build_policy(data: dict[str, Any], pack: str, file: str | None = None) -> Policy:
    """A policy out of data whose shape, names and operands are known to be right."""
    shows = data.get("shows")
    return Policy(
        id=data["id"],
        pack=pack,
        title=data["title"],
        severity=Severity[data["severity"].upper()],
        match=kinds(data["match"]),
        kinds=tuple(data.get("kinds", ())),
        when=tuple(asked for line in listed(data.get("when", ())) for asked in build_condition(line)),
        expect=tuple(build_line(line) for line in data["expect"]),
        unknown=OnUnknown(data.get("unknown", OnUnknown.REPORT)),
        rationale=data["rationale"].strip(),
        shows=shows.strip() if shows else None,
        remediation=data["remediation"].strip(),
        fix=_fix(data),
        controls=tuple(Control(row["id"], row["title"], row["source"]) for row in data.get("controls", ())),
        references=tuple(data.get("references", ())),
        file=file,
    )


def _fix(data: dict[str, Any]) -> Fix | None:
    """The fix of a policy; without a title of its own, the remediation is one."""
    written = data.get("fix")
    if not written:
        return None
    edits = (_edit(language, written[language]) for language in Language if language in written)
    disposition = Disposition(written.get("disposition", Disposition.REVIEW))
    return Fix(written.get("title", data["remediation"].strip()), disposition, tuple(edits))


def _edit(language: Language, written: str | dict[str, Any]) -> Edit:
    """Plain lines, or lines with what they need."""
    if isinstance(written, str):
        return Edit(language, written.rstrip("\n"))
    imports, install = (tuple(written.get(key, "").splitlines()) for key in ("import", "install"))
    return Edit(language, written.get("lines", "").rstrip("\n"), imports, install)


def kinds(match: Any) -> tuple[str, ...]:
    """What `match` names: one kind, or a list of them. Empty for anything else."""
    found = match if isinstance(match, list) else [match]
    return tuple(kind for kind in found if isinstance(kind, str))


def listed(when: Any) -> Any:
    """The lines of `when`, which may be a single one."""
    return [when] if isinstance(when, dict) else when


def build_condition(line: dict[str, Any]) -> tuple[Expectation | AnyOf, ...]:
    """One line of `when`: a part of the app, or what has to hold. Raises ValueError if an operand does not fit."""
    return scope(line) if words_in(line) else (build_expectation(line),)


def build_line(line: dict[str, Any]) -> Expectation | AnyOf:
    """One line of `expect`. Raises ValueError if an operand does not fit."""
    if "any_of" not in line:
        return build_expectation(line)
    return AnyOf(tuple(build_expectation(one) for one in line["any_of"]), _severity(line))


def build_expectation(line: dict[str, Any]) -> Expectation:
    """A fact or a path with its operator. Raises ValueError if its operand does not fit."""
    operator = next(OPERATORS[key] for key in line if key in OPERATORS)
    fact = FACTS[line["fact"]] if "fact" in line else None
    return Expectation(
        fact=line.get("fact"),
        path=line.get("path"),
        operator=operator,
        operand=parse_operand(operator, fact.type if fact else ANY, line[operator.value]),
        default=line.get("default", NO_DEFAULT),
        absent=Absent(line["absent"]) if "absent" in line else Absent.FAIL,
        severity=_severity(line),
        link=fact.link if fact else None,
    )


def _severity(line: dict[str, Any]) -> Severity | None:
    return Severity[line["severity"].upper()] if line.get("severity") else None
