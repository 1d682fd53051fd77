"""The settings of a cluster before and after, compared as CDK's handler compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.assembly.stack import Node
from eks_guard.change.paths import below, filled, literal
from eks_guard.change.sameness import Sameness
from eks_guard.change.verdict import Cause
from eks_guard.model.properties import Property
from eks_guard.records import cached_property, dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.rules import Behaviour, Path

ENDPOINTS = (Property.PRIVATE_ENDPOINT, Property.PUBLIC_ENDPOINT)
MAX_LEVELS = 3


@dataclass(frozen=True)
class Config:
    """The settings of a cluster that CDK's handler compares, in both assemblies."""

    fates: Fates
    old: Resource
    new: Resource

    def before(self, setting: Property) -> Node:
        """A setting in the previous assembly."""
        return self.fates.at(self.old, setting)

    def after(self, setting: Property) -> Node:
        """A setting in the new assembly."""
        return self.fates.at(self.new, setting)

    def both(self, setting: Property) -> tuple[Node, Node]:
        """A setting before and after."""
        return self.fates.both(self.old, self.new, setting)

    def same(self, setting: Property, unset: Any = None) -> Sameness:
        """Whether a setting stays; `unset` is what counts where it is not set."""
        return self._same(*self.both(setting), unset)

    def same_set(self, setting: Property) -> Sameness:
        """Whether a list holds the same, in any order."""
        return self.fates.comparison.same_set(*self.both(setting))

    def cause(self, setting: Property) -> Cause:
        """A setting, as what decides a fate."""
        return self.fates.cause(self.old, self.new, setting)

    def literal(self, setting: Property) -> tuple[Any, Any]:
        """A setting before and after: text, None where it is not set, Unknown where it is not decided."""
        before, after = self.both(setting)
        return literal(before), literal(after)

    def same_vpc_part(self, setting: Property, behaviour: Behaviour) -> Sameness:
        """Subnets or security groups, which older releases compare in their order."""
        return self.same(setting) if behaviour.has("subnets-in-order") else self.same_set(setting)

    def path(self, setting: Property) -> Path:
        """Where a setting is written, below all that the handler compares."""
        return self.fates.rules.path(self.new.type, setting)[len(self._root) :]

    def same_leaf(self, path: Path, unset: Any = None) -> Sameness:
        """Whether what is written at a path stays."""
        return self._same(*self.leaf(path), unset)

    def leaf(self, path: Path) -> tuple[Node, Node]:
        """What is written at a path, before and after."""
        return below(self.old, *self._root, *path), below(self.new, *self._root, *path)

    def cause_at(self, path: Path) -> Cause:
        """What is written at a path, as what decides a fate."""
        before, after = self.leaf(path)
        return Cause((*self._root, *path), before, after, self.fates.behind(before, after))

    @property
    def _root(self) -> Path:
        return self.fates.rules.path(self.new.type, Property.SETTINGS)

    def _same(self, before: Node, after: Node, unset: Any) -> Sameness:
        return self.fates.comparison.same(filled(before, unset), filled(after, unset))

    @cached_property
    def unchanged(self) -> Sameness:
        """Whether CloudFormation sends no event at all."""
        return self.fates.whole(self.old, self.new)

    def leaves(self, path: Path = ()) -> Iterator[Path]:
        """The paths of all settings that either side has."""
        before, after = self.leaf(path)
        keys = dict.fromkeys([*_keys(before), *_keys(after)])
        if path and (not keys or len(path) >= MAX_LEVELS):
            if not (_is_empty(before) and _is_empty(after)):
                yield path
            return
        for key in keys:
            yield from self.leaves((*path, key))


def _keys(node: Node) -> list[str]:
    found = node.follow()
    return list(found.node.raw) if isinstance(found, Literal) and isinstance(found.node.raw, dict) else []


def _is_empty(node: Node) -> bool:
    found = node.follow()
    return isinstance(found, Absent) or (isinstance(found, Literal) and found.node.raw == {})
