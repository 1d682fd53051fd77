"""Resources as policies by JSONPath see them: their JSON with every reference followed, unknowns where that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.conditions import whether_made
from eks_guard.assembly.following.existence import made_together, made_with
from eks_guard.model import asked
from eks_guard.model.estate import RawResource
from eks_guard.model.identity import Role
from eks_guard.model.resource import Link
from eks_guard.model.value import Known, Unknown, choose
from eks_guard.records import cached_property
from eks_guard.resolve.identity.grants import Grants
from eks_guard.resolve.identity.permissions import ROLE
from eks_guard.resolve.identity.roles import policies_written
from eks_guard.resolve.network.egress import SUBNET
from eks_guard.resolve.network.routes import WIRES, wire
from eks_guard.resolve.read import read_text
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource
    from eks_guard.assembly.stack_order import StackOrder
    from eks_guard.data import Tables
    from eks_guard.model.identity import NamedPolicy
    from eks_guard.model.properties import Setting
    from eks_guard.model.resource import ResourceId, Target
    from eks_guard.model.value import Cases, Value, When
    from eks_guard.resolve.identity.documents import Statement
    from eks_guard.resolve.network.routes import Wiring
    from eks_guard.resolve.workloads.deploy_order import Order


class Bodies:
    """The resources of one assembly as JSON; nothing is read before it is asked for."""

    def __init__(self, assembly: CloudAssembly, tables: Tables, grants: Grants, order: Order) -> None:
        self._assembly = assembly
        self._tables = tables
        self._grants = grants
        self._order = order
        self._packages: dict[ResourceId, str | None] = {}
        self._zones: dict[tuple[Target, ...], Value[int]] = {}

    def of_types(self, *types: str) -> tuple[RawResource, ...]:
        """The resources of these CloudFormation types."""
        from eks_guard.resolve.plain import plain_resource  # noqa: PLC0415 (not every check asks)

        return tuple(
            RawResource(site_of(resource), resource.type, plain_resource(resource))
            for resource in self._assembly.resources(*types)
        )

    def body(self, resource: ResourceId) -> dict[str, Any]:
        """One resource that a thing of the estate was read from."""
        from eks_guard.resolve.plain import plain_resource  # noqa: PLC0415 (not every check asks)

        return plain_resource(self._resource(resource))

    def settings(self, resource: ResourceId) -> tuple[Setting, ...]:
        """The properties of a resource that an update can touch; none for a type that the table does not list."""
        from eks_guard.resolve.updatable import settings_of  # noqa: PLC0415 (not every check asks)

        found = self._resource(resource)
        return settings_of(found, self._tables.properties.get(found.type, {}))

    def together(self, one: ResourceId, other: ResourceId) -> bool | None:
        """Whether a deployment that makes either of two resources makes both; False if none does, None where open."""
        return made_together(self._resource(one), self._resource(other))

    def made_with(self, one: ResourceId, others: tuple[ResourceId, ...], when: When = ()) -> bool | None:
        """Whether each deployment that makes one makes at least one of the others; False if none, None where open.

        `when`: answers that the deployments which are looked at give.
        """
        return made_with(self._resource(one), [self._resource(other) for other in others], when)

    def is_made(self, one: ResourceId) -> Value[bool]:
        """Whether deployments make a resource, by its conditions and those of the nested stacks around it."""
        resource = self._resource(one)
        conditions = [above.condition for above in resource.way_up() if above.condition is not None]
        if not conditions:  # as of most
            return Known(value=True)
        reason = f"whether {resource.logical_id} is made {asked.CONDITION(conditions[0])}"
        found = whether_made(resource)
        branches = [(when, Known(made)) for when, made in found or ()]
        return choose(branches, reason, resource.place)

    def possible(self, when: When) -> bool:
        """Whether a deployment may give all of some answers to what values depend on; True where that is open."""
        from eks_guard.assembly.following.deployments import possible  # noqa: PLC0415 (not every check asks)

        return possible(self._assembly.follower, when)

    def count(self, things: Sequence[tuple[Cases, int]], cases: Cases) -> tuple[int, int]:
        """The least and the most of some things that one deployment has; each is there in some cases, so many times.

        `cases`: those of the deployments that are looked at, empty for all.
        """
        from eks_guard.assembly.following.counting import bounds  # noqa: PLC0415 (few conditions decide how many)

        return bounds(self._assembly.follower, things, cases)

    def comes_first(self, one: ResourceId, other: ResourceId) -> bool | None:
        """Whether one resource surely is deployed before another; None between stacks that nothing orders."""
        first, then = self._resource(one), self._resource(other)
        if first.stack.root is then.stack.root:
            return self._order.comes_first(first, then)
        if self._stacks.is_before(first.stack.root, then.stack.root):
            return True
        return False if self._stacks.is_before(then.stack.root, first.stack.root) else None

    @cached_property
    def _stacks(self) -> StackOrder:
        from eks_guard.assembly.stack_order import StackOrder  # noqa: PLC0415 (few apps have several stacks of EKS)

        return StackOrder(self._assembly.stacks)

    def allows(self, role: Target, actions: tuple[str, ...], managed: Mapping[str, tuple[str, ...]]) -> Value[bool]:
        """Whether a role may do any of some actions; `managed` are the actions of AWS's managed policies by name."""
        return self._grants.allow(role, actions, managed)

    def role(self, named: Target) -> Role | None:
        """The role of the app that something names; None for another one."""
        found = self._grants.of_app(named)
        return Role(site_of(found), policies_written(found)) if found else None

    def roles_called(self, text: str) -> tuple[ResourceId, ...]:
        """The roles of the app that a text of a manifest may name."""
        return tuple(role.id for role in self._grants.perhaps_called(text))

    def managed_policies(self, role: ResourceId) -> tuple[NamedPolicy, ...]:
        """What a role names as policies by texts, or may name."""
        from eks_guard.resolve.identity.managed_policies import policies_named  # noqa: PLC0415 (few leave doubts)

        return policies_named(self._resource(role))

    def trusts(self, role: Target, principals: tuple[str, ...], taken: ResourceId) -> Value[bool] | None:
        """Whether a role trusts a service that has one of some names and takes it for a resource.

        None for a role of another app.
        """
        from eks_guard.resolve.identity.services import trusts_service  # noqa: PLC0415 (not every check asks)

        if not isinstance(role, Link) or role.type != ROLE:
            return None
        return trusts_service(self._resource(role.resource), principals, lambda found: self._is_met(found, taken))

    def _is_met(self, statement: Statement, taken: ResourceId) -> bool | None:
        from eks_guard.resolve.senders import meets  # noqa: PLC0415 (few trusts have conditions)

        return meets(statement, self._resource(taken))

    def zones(self, subnets: tuple[Target, ...]) -> Value[int]:
        """How many availability zones some subnets are in."""
        from eks_guard.assembly.project import subnet_zones  # noqa: PLC0415 (not every check asks)
        from eks_guard.resolve.network.zones import count_zones  # noqa: PLC0415 (not every check asks)

        if subnets not in self._zones:
            named = [self._subnet(subnet) for subnet in subnets]
            self._zones[subnets] = count_zones(named, subnet_zones(self._assembly.root.project))
        return self._zones[subnets]

    def is_public(self, subnet: ResourceId) -> Value[bool]:
        """Whether a subnet's route table leads to an internet gateway; the place is that of the route."""
        from eks_guard.resolve.network.public import is_public  # noqa: PLC0415 (not every check asks)

        return is_public(self._resource(subnet), self._wiring)

    @cached_property
    def _wiring(self) -> Wiring:
        return wire(self._assembly.resources(*WIRES))

    def role_name(self, role: Target) -> Value[str | None]:
        """The name of a role, without its path; None where CloudFormation makes one."""
        match role:
            case str():
                return Known(role.rpartition("/")[2])
            case Link() if role.type == ROLE:
                return read_text(self._resource(role.resource).properties, "RoleName")
            case Link():
                return Unknown(f"{role.attribute} of {role.resource.logical_id} is known only after deployment")
        return Unknown(role.reason)

    def _subnet(self, target: Target) -> Resource | str | None:
        """A subnet of the app, the id of another one, None where it is open."""
        if isinstance(target, Link):
            return self._resource(target.resource) if target.type == SUBNET else None
        return target if isinstance(target, str) else None

    def package_of(self, resource: ResourceId) -> str | None:
        """The package whose construct made a resource, as `aws-cdk-lib`; None where the assembly does not tell."""
        from eks_guard.resolve.packages import package_of  # noqa: PLC0415 (not every check asks)

        if resource not in self._packages:
            self._packages[resource] = package_of(self._resource(resource))
        return self._packages[resource]

    def _resource(self, wanted: ResourceId) -> Resource:
        return self._assembly.stack(wanted.stack).resources[wanted.logical_id]
