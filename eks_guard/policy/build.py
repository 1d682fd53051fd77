"""From checked data to a `Policy`: the last step for a policy file and for the packs that come compiled."""

from __future__ import annotations

from typing import Any

from eks_guard.model.finding import Severity
from eks_guard.model.policy import NO_DEFAULT, Control, Expectation, Fix, OnUnknown, Operator, Policy
from eks_guard.policy.facts import FACTS
from eks_guard.policy.operators import ANY, parse_operand


def build_policy(data: dict[str, Any], pack: str) -> Policy:
    """A policy out of data whose shape, names and operands are known to be right."""
    fix, shows = data.get("fix"), data.get("shows")
    return Policy(
        id=data["id"],
        pack=pack,
        title=data["title"],
        severity=Severity[data["severity"].upper()],
        match=kinds(data["match"]),
        when=tuple(build_expectation(line) for line in data.get("when", ())),
        expect=tuple(build_expectation(line) for line in data["expect"]),
        unknown=OnUnknown(data.get("unknown", OnUnknown.REPORT)),
        rationale=data["rationale"].strip(),
        shows=shows.strip() if shows else None,
        remediation=data["remediation"].strip(),
        fix=Fix(fix["typescript"], fix["python"]) if fix else None,
        controls=tuple(Control(row["id"], row["title"], row["source"]) for row in data.get("controls", ())),
        references=tuple(data.get("references", ())),
    )


def kinds(match: Any) -> tuple[str, ...]:
    """What `match` names: one kind, or a list of them. Empty for anything else."""
    found = match if isinstance(match, list) else [match]
    return tuple(kind for kind in found if isinstance(kind, str))


def build_expectation(line: dict[str, Any]) -> Expectation:
    """One line of `when` or `expect`. Raises ValueError if its operand does not fit."""
    operator = next(operator for operator in Operator if operator.value in line)
    kind = FACTS[line["fact"]].type if "fact" in line else ANY
    severity = line.get("severity")
    return Expectation(
        fact=line.get("fact"),
        path=line.get("path"),
        operator=operator,
        operand=parse_operand(operator, kind, line[operator.value]),
        default=line.get("default", NO_DEFAULT),
        severity=Severity[severity.upper()] if severity else None,
    )
