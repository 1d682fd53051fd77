"""Whether two values mean the same to CloudFormation: literals by text, references by what they lead to."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved, reason_of
from eks_guard.assembly.following.texts import as_text, is_too_long, parts_of
from eks_guard.assembly.stack import NESTED_STACK, Node
from eks_guard.change.alike import Questions, is_one_output, is_parameter, may_hold_together, same_parameter
from eks_guard.change.paths import child
from eks_guard.change.sameness import OTHER, SAME, Sameness, agreed, differs, every, is_same
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.change.pairing import Pairing
    from eks_guard.model.value import When

MAX_DEPTH = 100
MAX_CASES = 256


class Comparison:
    """Compares a value of the previous assembly with one of the new.

    `attributes` decides about an attribute of a resource that both have; `computed` gives the text of one.
    """

    def __init__(
        self,
        pairing: Pairing,
        attributes: Callable[[Attribute, Attribute], Sameness],
        computed: Callable[[Attribute], str | None],
    ) -> None:
        self.pairing = pairing
        self._attributes = attributes
        self._computed = computed
        self._questions = Questions(pairing)

    def same(self, old: Node, new: Node, depth: int = 0) -> Sameness:
        """Whether two values are the same once they are deployed."""
        if depth > MAX_DEPTH:
            return Unknown("nested deeper than any resource", new.place)
        if is_one_output(self.pairing, old, new):
            return SAME
        return self._resolved(old.follow(), new.follow(), old, new, depth)

    def same_set(self, old: Node, new: Node) -> Sameness:
        """Whether two lists hold the same, in any order; a missing list is an empty one."""
        lefts, rights = self.entries(old), self.entries(new)
        if isinstance(lefts, Unknown) or isinstance(rights, Unknown):
            return self.same(old, new)
        return self.same_entries(lefts, rights)

    def same_entries(self, lefts: Iterable[Node], rights: Iterable[Node]) -> Sameness:
        """Whether two sets of values are the same."""
        lefts, rights = list(lefts), list(rights)
        table = {(a, b): self.same(left, right) for a, left in enumerate(lefts) for b, right in enumerate(rights)}
        sides = [
            *([table[a, b] for b in range(len(rights))] for a in range(len(lefts))),
            *([table[a, b] for a in range(len(lefts))] for b in range(len(rights))),
        ]
        return every(_any_of(cells) for cells in sides)

    def entries(self, node: Node) -> tuple[Node, ...] | Unknown[bool]:
        """The elements of a list; none where there is none."""
        match node.follow():
            case Absent():
                return ()
            case Literal(Node(raw=list(found)) as at):
                items = (at.child(index, item) for index, item in enumerate(found))
                return tuple(item for item in items if not isinstance(item.follow(), Absent))
            case other:
                return Unknown(reason_of(other), node.place)

    def _resolved(self, left: Resolution, right: Resolution, old: Node, new: Node, depth: int) -> Sameness:
        match left, right:
            case (Choice(), _) | (_, Choice()):
                return self._choices(left, right, old, new, depth)
            case Absent(), Absent():
                return SAME
            case (Absent(), _) | (_, Absent()):
                return OTHER
            case Literal(a), Literal(b):
                return self._json(a, b, depth)
            case Attribute(), Attribute():
                return self._references(left, right)
        return self._pieces(left, right, old, new, depth)

    def _json(self, old: Node, new: Node, depth: int) -> Sameness:
        match old.raw, new.raw:
            case dict(a), dict(b):
                keys = dict.fromkeys([*a, *b])
                return every(self.same(child(old, key), child(new, key), depth + 1) for key in keys)
            case list(), list():
                lefts, rights = self.entries(old), self.entries(new)
                if isinstance(lefts, Unknown) or isinstance(rights, Unknown):
                    return SAME if old.raw == new.raw else Unknown("a list is undecided", new.place)
                if len(lefts) != len(rights):
                    return OTHER
                return every(self.same(a, b, depth + 1) for a, b in zip(lefts, rights, strict=True))
            case (dict() | list(), _) | (_, dict() | list()):
                return OTHER
        return SAME if as_text(old.raw) == as_text(new.raw) else OTHER

    def _references(self, left: Attribute, right: Attribute) -> Sameness:
        if self.pairing.key(left.resource) == self.pairing.key(right.resource):
            if left.name == right.name:
                return self._attributes(left, right)
            reason = f"{left.name} and {right.name} of {right.resource.logical_id} are known only after deployment"
        else:
            reason = ""
        hidden = next((side for side in (left, right) if side.resource.type == NESTED_STACK), None)
        if hidden and not reason:
            reason = f"the template of nested stack {hidden.resource.logical_id} is missing"
        texts = self._computed(left), self._computed(right)
        if None not in texts:
            return SAME if texts[0] == texts[1] else OTHER
        return Unknown(reason, right.resource.place) if reason else OTHER

    def _pieces(self, left: Resolution, right: Resolution, old: Node, new: Node, depth: int) -> Sameness:
        """Texts that only a deployment completes, piece by piece."""
        if isinstance(left, Unresolved) and isinstance(right, Unresolved) and _is_expression(left, right):
            found = self._expression(left, right, depth)
            if is_same(found):
                return found
        lefts, rights = self._text(old), self._text(new)
        if len(lefts) == len(rights) == 1:
            a, b = lefts[0], rights[0]
            if isinstance(a, str) and isinstance(b, str):
                return SAME if a == b else OTHER
            return (
                Unknown(_why(a, b), new.place) if isinstance(a, str) or isinstance(b, str) else self._piece(a, b, depth)
            )
        if len(lefts) != len(rights):
            return Unknown(_why(*lefts, *rights), new.place)
        parts = [
            (SAME if a == b else OTHER) if isinstance(a, str) and isinstance(b, str) else self._mixed(a, b, depth)
            for a, b in zip(lefts, rights, strict=True)
        ]
        if any(isinstance(part, Unknown) for part in parts):
            return next(part for part in parts if isinstance(part, Unknown))
        return every(parts)

    def _mixed(self, left: str | Resolution, right: str | Resolution, depth: int) -> Sameness:
        if isinstance(left, str) or isinstance(right, str):
            return Unknown(_why(left, right))
        return self._piece(left, right, depth)

    def _piece(self, left: Resolution, right: Resolution, depth: int) -> Sameness:
        match left, right:
            case Attribute(), Attribute():
                return self._references(left, right)
            case Unresolved(), Unresolved():
                return self._expression(left, right, depth)
            case Literal(a), Literal(b):
                return self._json(a, b, depth + 1)
            case (Choice(a), Choice(b)):
                return self._choices(left, right, a, b, depth)
        return Unknown(_why(left, right))

    def _text(self, node: Node) -> list[str | Resolution]:
        """The pieces of a text, computed where they can be, neighbours joined."""
        pieces: list[str | Resolution] = []
        for part in parts_of(node.stack.follower, node):
            if is_too_long(part):
                return [part]
            text = self._computed(part) if isinstance(part, Attribute) else part if isinstance(part, str) else None
            if text is not None and pieces and isinstance(pieces[-1], str):
                pieces[-1] += text
            else:
                pieces.append(part if text is None else text)
        return pieces

    def _expression(self, left: Unresolved, right: Unresolved, depth: int) -> Sameness:
        """The same question asked twice has the same answer, although neither knows it."""
        old, new = left.node, right.node
        if is_parameter(old) and is_parameter(new):
            return same_parameter(self.pairing, old, new)
        match old.raw, new.raw:
            case {"Ref": str(a)}, {"Ref": str(b)} if a == b and a.startswith("AWS::"):
                own = self.pairing.stack_key(old.stack)[0] == self.pairing.stack_key(new.stack)[0]
                return SAME if own or a in ("AWS::Partition", "AWS::URLSuffix") else Unknown(right.reason, new.place)
            case dict(a), dict(b) if len(a) == len(b) == 1 and list(a) == list(b):
                name = next(iter(a))
                arguments = self._arguments(old.child(name, a[name]), new.child(name, b[name]), depth + 1)
                return SAME if is_same(arguments) else Unknown(right.reason, new.place)
            case (a, b) if not isinstance(a, dict | list) and not isinstance(b, dict | list) and a == b:
                return SAME
        return Unknown(right.reason, new.place)

    def _arguments(self, old: Node, new: Node, depth: int) -> Sameness:
        """The arguments of an intrinsic; names of resources in them are no values."""
        if isinstance(old.raw, list) and isinstance(new.raw, list) and len(old.raw) == len(new.raw):
            return every(self._arguments(child(old, i), child(new, i), depth + 1) for i in range(len(old.raw)))
        if isinstance(old.raw, str) and isinstance(new.raw, str):
            return SAME if old.raw == new.raw else OTHER
        return self.same(old, new, depth)

    def _choices(self, left: Resolution, right: Resolution, old: Node, new: Node, depth: int) -> Sameness:
        lefts = [(self._questions.answered(when, old.stack), branch) for when, branch in _branches(left)]
        rights = [(self._questions.answered(when, new.stack), branch) for when, branch in _branches(right)]
        pairs = [(a, b) for (x, a), (y, b) in product(lefts, rights) if may_hold_together(x, y)]
        reason = reason_of(right if isinstance(right, Choice) else left)
        if not 0 < len(pairs) <= MAX_CASES:
            return Unknown(reason, new.place)
        cases = (self._resolved(a, b, _node_of(a, old), _node_of(b, new), depth + 1) for a, b in pairs)
        return agreed(cases, reason)


def _any_of(cells: Iterable[Sameness]) -> Sameness:
    """Whether one of them is the same."""
    found = list(cells)
    if any(is_same(cell) for cell in found):
        return SAME
    return next((cell for cell in found if not differs(cell)), OTHER)


def _branches(found: Resolution) -> tuple[tuple[When, Resolution], ...]:
    return found.branches if isinstance(found, Choice) else (((), found),)


def _node_of(found: Resolution, otherwise: Node) -> Node:
    return found.node if isinstance(found, Literal | Absent | Unresolved | Choice) else otherwise


def _is_expression(left: Unresolved, right: Unresolved) -> bool:
    return left.node.raw is not None and right.node.raw is not None


def _why(*parts: str | Resolution) -> str:
    return next((reason_of(part) for part in parts if not isinstance(part, str)), "it is not decided before deployment")
