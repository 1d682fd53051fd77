"""What holds in some deployments of an app and not in others: formulas over what a deployment decides.

`outcomes` tries what each variable may be, and knows a formula as soon as the variables that decide it are given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from eks_guard.records import dataclass

MAX_TRIED = 200_000
"""Steps after which it is left open what holds together; a step asks one part of a formula."""
OTHER = "\0"
"""A value of an open thing that the template does not name."""
Given: TypeAlias = Mapping[Hashable, Any]
Domains: TypeAlias = dict[Hashable, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """Something that holds or not, by variables of which each takes one of some values; None while that is open."""

    holds: Callable[[Given], bool | None]
    domains: Domains
    size: int = 1


def constant(*, holds: bool) -> Formula:
    """Return what always holds, or never."""
    return Formula(lambda _: holds, {})


def free(name: Hashable) -> Formula:
    """Return something that may hold or not."""
    return Formula(lambda given: given.get(name), {name: (True, False)})


def is_value(variable: Hashable, value: str, domain: tuple[str, ...]) -> Formula:
    """Return that a variable is a value, one of its domain or not."""
    if value not in domain:
        return constant(holds=False)
    return Formula(lambda given: given[variable] == value if variable in given else None, {variable: domain})


def denied(inner: Formula) -> Formula:
    """Return the opposite."""

    def holds(given: Given) -> bool | None:
        held = inner.holds(given)
        return None if held is None else not held

    return Formula(holds, inner.domains, inner.size + 1)


def all_of(parts: Iterable[Formula]) -> Formula:
    """Return that each of some formulas holds."""
    return _joined(parts, decisive=False)


def any_of(parts: Iterable[Formula]) -> Formula:
    """Return that at least one of some formulas holds."""
    return _joined(parts, decisive=True)


def _joined(parts: Iterable[Formula], *, decisive: bool) -> Formula:
    """Return what one part decides that comes out as `decisive`; parts that are known already are left out."""
    kept = {id(part): part for part in parts if part.domains or part.holds({}) is decisive}
    if any(not part.domains for part in kept.values()):
        return constant(holds=decisive)
    left = tuple(kept.values())
    if len(left) == 1:
        return left[0]

    def holds(given: Given) -> bool | None:
        open_ = False
        for part in left:
            held = part.holds(given)
            if held is decisive:
                return decisive
            open_ = open_ or held is None
        return None if open_ else not decisive

    return Formula(holds, domains_of(left), 1 + sum(part.size for part in left))


def domains_of(formulas: Iterable[Formula]) -> Domains:
    """Return the variables of some formulas, each with all the values that one of them knows."""
    merged: dict[Hashable, dict[Any, None]] = {}
    for formula in formulas:
        for name, values in formula.domains.items():
            merged.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in merged.items()}


def outcomes(asked: Sequence[Formula], rules: Sequence[Formula]) -> frozenset[tuple[bool, ...]] | None:
    """Return which of the formulas hold together where all rules do, as all that occurs; None for too much to try."""
    domains = domains_of((*asked, *rules))
    cost = sum(formula.size for formula in asked)
    met: set[tuple[bool, ...]] = set()
    pending: list[tuple[Given, Sequence[Formula]]] = [({}, rules)]
    tried = 0
    while pending and len(met) < 2 ** len(asked):
        given, left = pending.pop()
        tried += cost + len(given) + sum(rule.size for rule in left)
        if tried > MAX_TRIED:
            return None
        held = [(rule, rule.holds(given)) for rule in left]
        answers = tuple(formula.holds(given) for formula in asked)
        if answers in met or any(holds is False for _, holds in held):
            continue
        left = [rule for rule, holds in held if holds is None]
        open_ = [formula for formula, answer in zip(asked, answers, strict=True) if answer is None]
        known = tuple(answer for answer in answers if answer is not None)
        if left or open_:
            name = _next(left, open_, given, domains)
            pending += [({**given, name: value}, left) for value in reversed(domains[name])]
        else:
            met.add(known)
    return frozenset(met)


def _next(left: Sequence[Formula], asked: Sequence[Formula], given: Given, domains: Domains) -> Hashable:
    """Return the variable to try next: one that a rule leaves one value or none, one that is asked about, or any."""
    variables = [[name for name in rule.domains if name not in given] for rule in left]
    for rule, names in zip(left, variables, strict=True):
        if len(names) == 1:
            fitting = [value for value in domains[names[0]] if rule.holds({**given, names[0]: value}) is not False]
            if len(fitting) <= 1:
                return names[0]
    variables += [[name for name in formula.domains if name not in given] for formula in reversed(asked)]
    return variables[-1][0]
