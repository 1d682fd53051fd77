"""What the pods of a cluster run on: node groups, groups of instances, Fargate profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, Site, Target
    from eks_guard.model.value import Place, Value


OPEN_PIECE = "…"


@dataclass(frozen=True, slots=True)
class ImageParameter:
    """The SSM parameter that an image is read from when nodes start or the stack is deployed, by its path.

    Each part of the path that the deployment decides is OPEN_PIECE.
    """

    path: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class LaunchTemplate:
    """How instances of a group start: a launch template of the app, or a launch configuration.

    `image` is an AMI id (or the SSM parameter that it is read from), None where the group decides. `http_tokens` and
    `hop_limit` are options of the instance metadata service, None where they are not written. `subnets` are those of
    its network interfaces, and `writes_interfaces` whether it has any; `role` is the one in its instance profile, None
    where it names no profile. `market` is spot or capacity-block, None for instances on demand.
    """

    at: Site
    image: Value[str | ImageParameter | None]
    instance_type: Value[str | None]
    user_data: Value[str | None]
    http_tokens: Value[str | None]
    hop_limit: Value[int | None]
    instance_profile: Value[Target | None]
    role: Value[Target | None]
    subnets: Value[tuple[Target, ...]]
    security_groups: Value[tuple[Target, ...]]
    market: Value[str | None]
    hibernates: Value[bool]
    writes_interfaces: Value[bool]


@dataclass(frozen=True, slots=True)
class Label:
    """A label that EKS gives the nodes of a group; its value is None where a deployment leaves it out."""

    key: str
    value: Value[str | None]


@dataclass(frozen=True, slots=True)
class Taint:
    """A taint that EKS gives the nodes of a group."""

    effect: Value[str | None]


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """A managed node group. None stands for a property that is not written, so that EKS decides.

    `launch_template` is None where the group has none, unknown where it is not one of the app. `disk_size` is in GiB.
    `takes_ssh` and `limits_ssh` are whether `RemoteAccess` has a key, and groups that may connect: `ssh_sources`.
    `takes_remote_access` is whether it is written at all. The sizes are those of `ScalingConfig`,
    `max_unavailable` that of `UpdateConfig`. Each of the `taints`
    is known or not on its own, and None where a deployment leaves it out.
    """

    at: Site
    owner: Owner
    name: Value[str | None]
    version: Value[str | None]
    release_version: Value[str | None]
    ami_type: Value[str | None]
    capacity_type: Value[str | None]
    disk_size: Value[int | None]
    min_size: Value[int | None]
    desired_size: Value[int | None]
    max_size: Value[int | None]
    max_unavailable: Value[int | None]
    instance_types: Value[tuple[str, ...]]
    role: Value[Target | None]
    subnets: Value[tuple[Target, ...]]
    takes_ssh: Value[bool]
    limits_ssh: Value[bool]
    ssh_sources: Value[tuple[Target, ...]]
    takes_remote_access: Value[bool]
    launch_template: Value[LaunchTemplate | None]
    labels: Value[tuple[Label, ...]]
    taints: Value[tuple[Value[Taint | None], ...]]


@dataclass(frozen=True, slots=True)
class SelfManagedGroup:
    """A group of instances that join a cluster by themselves; a tag says which cluster.

    `launches` are all the launch templates or configurations that the group may start instances from, `roles` those of
    their instances.
    """

    at: Site
    owner: Owner
    subnets: Value[tuple[Target, ...]]
    launches: Value[tuple[LaunchTemplate, ...]]
    roles: Value[tuple[Target, ...]]


@dataclass(frozen=True, slots=True)
class Selector:
    """The pods that a Fargate profile takes: a namespace, with `*` and `?`, and labels that they must have."""

    namespace: Value[str]
    labels: Value[tuple[tuple[str, str], ...]]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class FargateProfile:
    """A Fargate profile."""

    at: Site
    owner: Owner
    name: Value[str | None]
    role: Value[Target | None]
    subnets: Value[tuple[Target, ...]]
    selectors: Value[tuple[Selector, ...]]
