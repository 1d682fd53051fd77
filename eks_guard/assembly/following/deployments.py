"""Which deployments of an app are possible: what conditions, allowed values and rules let hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.formulas import OTHER, all_of, domains_of, free, is_value, outcomes
from eks_guard.assembly.following.holding import Holding
from eks_guard.assembly.following.rules import rules_of
from eks_guard.assembly.following.texts import as_text
from eks_guard.errors import TemplateError
from eks_guard.model.value import MAX_CANDIDATES
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from eks_guard.assembly.following.formulas import Formula
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Node, Resource, Stack
    from eks_guard.model.value import When


def occurring(stacks: Iterable[Stack], asked: Sequence[Formula]) -> frozenset[tuple[bool, ...]] | None:
    """Return which of the formulas hold together in some deployment of the stacks; None for too much to try.

    None, too, for a template whose rules let no deployment pass.
    """
    return outcomes(asked, _rules(stacks, asked)) or None


def made_under(resources: Sequence[Resource], when: When = ()) -> frozenset[tuple[bool, ...]] | None:
    """Return which of some resources deployments make, by the conditions of each and of the stacks around it.

    `when`: answers that the deployments which are looked at give.
    """
    holding = Holding(resources[0].stack.follower)
    made = [
        all_of([holding.condition(above.stack, above.condition) for above in one.way_up() if above.condition])
        for one in resources
    ]
    met = occurring([one.stack for one in resources], [*made, holding.answered(when)])
    return None if met is None else frozenset(tuple(each) for *each, given in met if given)


def decided(stack: Stack, name: str) -> bool | None:
    """Return whether a condition of a stack holds in each deployment; False if in none, None if that depends."""
    try:
        met = occurring([stack], [Holding(stack.follower).condition(stack, name)])
    except TemplateError:
        return None
    answers = {held for (held,) in met or ()}
    return answers.pop() if len(answers) == 1 else None


def possible(follow: Follow, when: When) -> bool:
    """Return whether some questions may have these answers together; True, too, where that is too much to try.

    The rules of all nested stacks count, so this is for when the whole assembly has been read.
    """
    memory = follow.memory
    if len(when) > 1 and when not in memory.possible:
        roots = dict.fromkeys(memory.asked[question][0].root for question, _ in when if question in memory.asked)
        stacks = [stack for root in roots for stack in follow.assembly.family(root)]
        met = occurring(stacks, [Holding(follow).answered(when)])
        memory.possible[when] = met is None or (True,) in met
    return memory.possible.get(when, True)


def let_pass(declared: Node, name: str, allowed: Sequence[Node]) -> Sequence[Node]:
    """Return the values of a parameter that the rules of its template let pass, whatever the others are.

    `allowed`: those that its declaration allows, empty where it allows all; so is what is returned.
    """
    stack = declared.stack
    question = stack.question("Parameters", name)
    rules = _rules([stack], [free(question)])
    named = [text for text in domains_of(rules).get(question, ()) if text != OTHER]
    values = allowed or [replace(declared, raw=text) for text in named]
    if not named or len(values) > MAX_CANDIDATES:
        return allowed
    texts = tuple(as_text(one.raw) for one in values)
    domain = texts if allowed else (*texts, OTHER)
    met = outcomes([is_value(question, text, domain) for text in texts], rules)
    if not met or (not allowed and not all(map(any, met))):
        return allowed
    return [one for index, one in enumerate(values) if any(passes[index] for passes in met)]


def _rules(stacks: Iterable[Stack], asked: Sequence[Formula]) -> list[Formula]:
    """Return the rules about what is asked, and those about what these are about."""
    names: set[Hashable] = {name for formula in asked for name in formula.domains}
    left = [rule for stack in dict.fromkeys(_around(stacks)) for rule in rules_of(stack)] if names else []
    found: list[Formula] = []
    while fitting := [rule for rule in left if not names.isdisjoint(rule.domains)]:
        found += fitting
        left = [rule for rule in left if names.isdisjoint(rule.domains)]
        names.update(name for rule in fitting for name in rule.domains)
    return found


def _around(stacks: Iterable[Stack]) -> Iterator[Stack]:
    """Yield the stacks, and those that hold them as nested ones."""
    for stack in stacks:
        yield stack
        yield from (above.stack for above in stack.parent.way_up()) if stack.parent else ()
