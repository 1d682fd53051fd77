"""What becomes of each resource, found as far as somebody asks: fates pull others along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.conditions import decide
from eks_guard.assembly.stack import NESTED_STACK
from eks_guard.change.alike import is_one_condition
from eks_guard.change.comparison import Comparison
from eks_guard.change.computed import computed
from eks_guard.change.namesakes import Namesakes, Texts
from eks_guard.change.paths import below, side_by_side
from eks_guard.change.sameness import OTHER, SAME, Sameness, every, is_same
from eks_guard.change.verdict import Cause, Verdict
from eks_guard.model.change import Fate
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Attribute
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.pairing import Key, Pairing
    from eks_guard.change.rules import Path, Rules
    from eks_guard.model.properties import Property

MAX_CHAIN = 60
"""Resources that lean on each other in a row; real chains have fewer than ten."""
RETAINED = ("Retain", "RetainExceptOnCreate")
COMPARED_WHOLE = ("AWS::SSM::Parameter",)


class Fates:
    """The fates found so far. `custom` decides about resources that a handler of CDK's looks after."""

    def __init__(self, pairing: Pairing, rules: Rules) -> None:
        self.pairing = pairing
        self.rules = rules
        self.comparison = Comparison(pairing, self._attribute, self._computed)
        self.custom: dict[str, Callable[[Resource, Resource], Verdict]] = {}
        self._known: dict[Key, Verdict] = {}
        self._leaving: dict[str, tuple[Resource, ...]] = {}
        self._named: dict[tuple[CloudAssembly, tuple[str, ...], tuple[Property, ...]], Namesakes] = {}
        self._chain: list[Key] = []

    def of(self, resource: Resource) -> Verdict:
        """The fate of a resource of either assembly."""
        key = self.pairing.key(resource)
        if key not in self._known:
            if key in self._chain:  # a resource that leans on itself, which no template deploys, changes nothing
                return Verdict(Fate.KEPT, resource, resource)
            self._chain.append(key)
            deep = len(self._chain) > MAX_CHAIN
            try:
                found = (
                    Verdict(Fate.UNKNOWN, None, resource, "too many resources depend on each other")
                    if deep
                    else self._find(resource)
                )
            finally:
                self._chain.pop()
            self._known[key] = found
        return self._known[key]

    def leaving(self, kind: str) -> tuple[Resource, ...]:
        """The resources of a type that the update deletes, or may."""
        if kind not in self._leaving:
            found = self.pairing.old.resources(kind)
            self._leaving[kind] = tuple(each for each in found if self.of(each).fate in (Fate.DELETED, Fate.UNKNOWN))
        return self._leaving[kind]

    def namesakes(
        self, resource: Resource, side: CloudAssembly, types: tuple[str, ...], parts: tuple[Property, ...]
    ) -> Iterable[Resource]:
        """The resources of some types in one assembly whose properties `parts` may say what those of `resource` do."""

        def texts(named: Resource) -> Texts | None:
            written = [self.at(named, part).text() for part in parts]
            return None if None in written else tuple(text for text in written if text is not None)

        if (side, types, parts) not in self._named:
            self._named[side, types, parts] = Namesakes(side.resources(*types), texts)
        return self._named[side, types, parts].of(texts(resource))

    def at(self, resource: Resource, property_: Property) -> Node:
        """What a resource says of a property, or a node that is absent; references on the way are followed."""
        return below(resource, *self.rules.path(resource.type, property_))

    def both(self, old: Resource, new: Resource, property_: Property) -> tuple[Node, Node]:
        """What a resource said of a property, and what it says now."""
        return self.at(old, property_), self.at(new, property_)

    def same(self, old: Resource, new: Resource, property_: Property) -> Sameness:
        """Whether a property stays."""
        return self.comparison.same(*self.both(old, new, property_))

    def cause(self, old: Resource, new: Resource, property_: Property) -> Cause:
        """A property, as what decides a fate."""
        before, after = self.both(old, new, property_)
        return Cause(self.rules.path(new.type, property_), before, after, self.behind(before, after))

    def changed(
        self, old: Resource, new: Resource, properties: Iterable[Property]
    ) -> tuple[list[Cause], list[Unknown[bool]]]:
        """The properties among some that change, and why others are not known to."""
        return self.causes(old, new, (self.rules.path(new.type, property_) for property_ in properties))

    def causes(self, old: Resource, new: Resource, paths: Iterable[Path]) -> tuple[list[Cause], list[Unknown[bool]]]:
        """The properties among `paths` that change, and why others are not known to."""
        changed, open_ = [], []
        for keys in paths:
            before, after = below(old, *keys), below(new, *keys)
            same = self.comparison.same(before, after)
            if isinstance(same, Unknown):
                open_.append(same)
            elif not same.value:
                changed.append(Cause(keys, before, after, self.behind(before, after)))
        return changed, open_

    def behind(self, old: Node, new: Node) -> Verdict | None:
        """The verdict on the one resource that both values lead to, if there is one."""
        from eks_guard.assembly.following.resolution import Attribute as Reference  # noqa: PLC0415

        before, after = old.follow(), new.follow()
        if isinstance(before, Reference) and isinstance(after, Reference):
            found = self.of(after.resource)
            if self.pairing.key(before.resource) == self.pairing.key(after.resource):
                return found
        return None

    def presence(self, resource: Resource) -> bool | None:
        """Whether a resource is deployed at all; None where its condition is decided at deploy time."""
        name = resource.body.get("Condition")
        if not isinstance(name, str):
            return True
        return decide(resource.stack.follower, resource.stack, name)

    def _find(self, resource: Resource) -> Verdict:
        new = resource if self.pairing.is_new(resource.stack) else self.pairing.partner(resource)
        old = self.pairing.partner(resource) if self.pairing.is_new(resource.stack) else resource
        if resource.stack.root in self.pairing.ambiguous:
            return Verdict(Fate.UNKNOWN, old, new, "it is unclear which stack of PREVIOUS it belongs to")
        present_old = False if old is None else self.presence(old)
        present_new = False if new is None else self.presence(new)
        if old and new and present_old is None and present_new is None and self._one_condition(old, new):
            present_old = present_new = True
        if present_old is None or present_new is None:
            return Verdict(Fate.UNKNOWN, old, new, "whether it is deployed depends on a condition")
        if not present_old:
            return self._without_old(resource, old, new)
        assert old, "what is present exists"
        if not present_new or new is None:
            return self._removed(old, new)
        return self._both(old, new)

    def _one_condition(self, old: Resource, new: Resource) -> bool:
        name = new.body.get("Condition")
        return old.body.get("Condition") == name and is_one_condition(str(name), old.stack, new.stack)

    def _without_old(self, resource: Resource, old: Resource | None, new: Resource | None) -> Verdict:
        if new is None:
            return Verdict(Fate.UNKNOWN, old, new, "neither assembly deploys it")
        stack = new.stack
        if stack.parent and self.pairing.is_paired(stack) and self.pairing.stack_partner(stack) is None:
            before = self.pairing.partner(stack.parent)
            if before is not None and before.type == NESTED_STACK:
                return Verdict(
                    Fate.UNKNOWN, None, new, f"PREVIOUS does not contain the template of {before.logical_id}"
                )
        return Verdict(Fate.CREATED, None, resource)

    def _removed(self, old: Resource, new: Resource | None) -> Verdict:
        stack = old.stack
        if not self.pairing.is_paired(stack):
            return Verdict(Fate.KEPT, old, None, "its stack is not in the new assembly, so a deploy leaves it alone")
        if stack.parent and self.pairing.stack_partner(stack) is None:
            after = self.pairing.partner(stack.parent)
            if after is not None and after.type == NESTED_STACK:
                return Verdict(
                    Fate.UNKNOWN, old, None, f"the assembly does not contain the template of {after.logical_id}"
                )
            if stack.parent.body.get("DeletionPolicy") in RETAINED:
                return Verdict(Fate.LEFT, old, None, "its nested stack is retained")
        if old.body.get("DeletionPolicy") in RETAINED:
            return Verdict(Fate.LEFT, old, new, f"its DeletionPolicy in PREVIOUS is {old.body['DeletionPolicy']}")
        return Verdict(Fate.DELETED, old, new)

    def _both(self, old: Resource, new: Resource) -> Verdict:
        if old.type != new.type:
            return Verdict(Fate.REFUSED, old, new, f"its type changes from {old.type} to {new.type}")
        if new.type in self.custom:
            return self.custom[new.type](old, new)
        if new.type in self.rules.create_only:
            return self._native(old, new)
        if new.type == NESTED_STACK or new.type in self.rules.updated_in_place:
            return Verdict(Fate.KEPT, old, new)
        same = self.comparison.same(old.properties, new.properties)
        if is_same(same):
            return Verdict(Fate.KEPT, old, new)
        return Verdict(Fate.UNKNOWN, old, new, f"unknown whether a change of {new.type} replaces it")

    def _native(self, old: Resource, new: Resource) -> Verdict:
        changed, open_ = self.causes(old, new, self.rules.create_only[new.type])
        if changed:
            return Verdict(Fate.REPLACED, old, new, _changes(changed), tuple(changed))
        may = self.causes(old, new, self.rules.may_replace.get(new.type, ()))[0]
        if open_:
            return Verdict(Fate.UNKNOWN, old, new, open_[0].reason)
        if may:
            return Verdict(Fate.UNKNOWN, old, new, f"a change of {may[0].path} may replace it")
        return Verdict(Fate.KEPT, old, new)

    def _attribute(self, left: Attribute, right: Attribute) -> Sameness:
        """An attribute of a resource that both assemblies have."""
        verdict = self.of(right.resource)
        if verdict.fate is Fate.UNKNOWN:
            what = f"{right.resource.logical_id}: {verdict.because}"
            return Unknown(f"{right.name} of {what}", right.resource.place)
        if not verdict.is_live_after:
            return OTHER
        data = self.rules.moving_attributes.get((right.resource.type, right.name))
        if data is not None:
            return self.comparison.same(below(left.resource, *data), below(right.resource, *data))
        if right.resource.type in COMPARED_WHOLE or self._is_opaque(right):
            return self._by_properties(left, right)
        return SAME

    def _computed(self, found: Attribute) -> str | None:
        return computed(found, self.at)

    def _is_opaque(self, found: Attribute) -> bool:
        """Whether a handler that is not known may answer with anything after a change."""
        custom = (
            found.resource.type.startswith("Custom::") or found.resource.type == "AWS::CloudFormation::CustomResource"
        )
        return custom and found.resource.type not in self.custom

    def _by_properties(self, left: Attribute, right: Attribute) -> Sameness:
        same = self.comparison.same(left.resource.properties, right.resource.properties)
        if is_same(same) or (right.name == "Ref" and right.resource.type in COMPARED_WHOLE):
            return SAME
        reason = f"{right.name} of {right.resource.logical_id} may change with its properties"
        return same if isinstance(same, Unknown) else Unknown(reason, right.resource.place)

    def whole(self, old: Resource, new: Resource, *but: str) -> Sameness:
        """Whether all properties but some are the same."""
        sides = side_by_side(old, new)
        return every(self.comparison.same(before, after) for name, before, after in sides if name not in but)


def _changes(causes: list[Cause]) -> str:
    names = [cause.path for cause in causes]
    return f"its {' and '.join(names)} {'change' if len(names) > 1 else 'changes'}"
