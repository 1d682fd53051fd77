"""What a cluster is attached to: subnets and security groups of the app, and what these let a function do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, Site, Target
    from eks_guard.model.value import Place, Value


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet that clusters, their nodes or their handlers are in. None for a property that is not written.

    `owners` are the clusters that use it, several where it is shared.
    """

    at: Site
    owners: tuple[Owner, ...]
    vpc: Value[Target | None]
    cidr: Value[str | None]
    zone: Value[str | None]
    has_public_addresses: Value[bool]


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """What a rule lets through: `protocol` `-1` is every protocol; a port or `peer` of None is not written.

    `peer` is a network, a security group or a prefix list.
    """

    protocol: Value[str | None]
    first_port: Value[int | None]
    last_port: Value[int | None]
    peer: Value[Target | None]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group of clusters, their nodes or their handlers, with the rules that are resources of their own.

    `egress` is empty where none is written: EC2 then lets everything out. `owners` are the clusters that use it.
    """

    at: Site
    owners: tuple[Owner, ...]
    vpc: Value[Target | None]
    ingress: Value[tuple[SecurityRule, ...]]
    egress: Value[tuple[SecurityRule, ...]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether a function gets out to AWS by its groups, and into the cluster by those of the cluster, on TCP 443.

    A function whose groups are outside of the app is taken to get through: nothing says otherwise.
    """

    out: Value[bool]
    into_cluster: Value[bool]
