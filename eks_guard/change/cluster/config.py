"""The settings of a cluster before and after, compared as CDK's handler compares them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.assembly.stack import Node
from eks_guard.change.comparison import below
from eks_guard.change.fates import Cause
from eks_guard.change.sameness import Sameness
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.rules import Behaviour, Path

VPC = "resourcesVpcConfig"
SUBNETS: Path = (VPC, "subnetIds")
GROUPS: Path = (VPC, "securityGroupIds")
CIDRS: Path = (VPC, "publicAccessCidrs")
ENDPOINTS: tuple[Path, ...] = ((VPC, "endpointPrivateAccess"), (VPC, "endpointPublicAccess"))
LOGGING: Path = ("logging",)
MODE: Path = ("accessConfig", "authenticationMode")
ADMIN: Path = ("accessConfig", "bootstrapClusterCreatorAdminPermissions")
ADDONS: Path = ("bootstrapSelfManagedAddons",)
PROTECTION: Path = ("deletionProtection",)
TIER: Path = ("controlPlaneScalingConfig", "tier")
MAX_LEVELS = 3


@dataclass(frozen=True)
class Config:
    """`Config` of a cluster in both assemblies."""

    fates: Fates
    old: Resource
    new: Resource

    def before(self, *path: str) -> Node:
        """A setting in the previous assembly."""
        return below(self.old, "Config", *path)

    def after(self, *path: str) -> Node:
        """A setting in the new assembly."""
        return below(self.new, "Config", *path)

    def same(self, *path: str, unset: Any = None) -> Sameness:
        """Whether a setting stays; `unset` is what counts where it is not set."""
        return self.fates.comparison.same(_filled(self.before(*path), unset), _filled(self.after(*path), unset))

    def same_set(self, *path: str) -> Sameness:
        """Whether a list holds the same, in any order."""
        return self.fates.comparison.same_set(self.before(*path), self.after(*path))

    def cause(self, *path: str) -> Cause:
        """A setting, as what decides a fate."""
        before, after = self.before(*path), self.after(*path)
        return Cause(("Config", *path), before, after, self.fates.behind(before, after))

    def literal(self, *path: str) -> tuple[Any, Any]:
        """A setting before and after: text, None where it is not set, Unknown where it is not decided."""
        return _text(self.before(*path)), _text(self.after(*path))

    def same_vpc_part(self, path: Path, behaviour: Behaviour) -> Sameness:
        """Subnets or security groups, which older releases compare in their order."""
        return self.same(*path) if behaviour.has("subnets-in-order") else self.same_set(*path)

    @cached_property
    def unchanged(self) -> Sameness:
        """Whether CloudFormation sends no event at all."""
        return self.fates.whole(self.old, self.new)

    def leaves(self, path: Path = ()) -> Iterator[Path]:
        """The paths of all settings that either side has."""
        before, after = self.before(*path), self.after(*path)
        keys = dict.fromkeys([*_keys(before), *_keys(after)])
        if path and (not keys or len(path) >= MAX_LEVELS):
            if not (_is_empty(before) and _is_empty(after)):
                yield path
            return
        for key in keys:
            yield from self.leaves((*path, key))


def _filled(node: Node, unset: Any) -> Node:
    if unset is None or not isinstance(node.follow(), Absent):
        return node
    return Node(node.stack, node.pointer, unset)


def _text(node: Node) -> Any:
    match node.follow():
        case Absent():
            return None
        case Literal(at) if isinstance(at.raw, str | int | float):
            return node.text()
        case Literal(at):
            return at.raw
    return Unknown("it is decided when the stack is deployed", node.place)


def _keys(node: Node) -> list[str]:
    found = node.follow()
    return list(found.node.raw) if isinstance(found, Literal) and isinstance(found.node.raw, dict) else []


def _is_empty(node: Node) -> bool:
    found = node.follow()
    return isinstance(found, Absent) or (isinstance(found, Literal) and found.node.raw == {})
