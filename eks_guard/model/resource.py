"""Where resources are declared, and how one names another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.value import Cases, Place, Value, When


@dataclass(frozen=True, slots=True, order=True)
class ResourceId:
    """What CloudFormation knows a resource by: the stack that holds it and its logical id in there.

    `stack` is the id of the stack or nested stack (`Payment`, `Payment/Provider`), never a file: two nested stacks may
    share one template.
    """

    stack: str
    logical_id: str

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """The line of the user's CDK code that created a construct; file relative to the project."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack that is deployed on its own, and where it goes; `partition` is None where the region is open.

    `stage` is the construct path of the stage that holds it, empty outside of any. `tags` are those that CDK gives to
    the stack, and CloudFormation to all that is in it.
    """

    id: str
    stage: str
    account: Value[str]
    region: Value[str]
    partition: str | None
    tags: Value[tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a resource is declared.

    `id` is its construct path, or `Stack/LogicalId` where the assembly does not give one; `stack` the id of the stack
    that is deployed on its own; `condition` the stack and name of the condition that it is deployed under. `cases` are
    what that comes to with the conditions of the nested stacks around it, one of which holds; empty without any.
    """

    resource: ResourceId
    id: str
    stack: str
    place: Place = field(compare=False)
    source: SourcePosition | None = field(compare=False)
    condition: ResourceId | None
    cases: tuple[When, ...] = field(default=(), compare=False)


def made_together(sites: Iterable[Site]) -> list[list[Site]]:
    """The sites in groups of which a deployment makes all or none: those of one stack under one condition."""
    groups: dict[tuple[str, ResourceId | None], list[Site]] = {}
    for at in sites:
        groups.setdefault((at.resource.stack, at.condition), []).append(at)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Link:
    """An attribute of a resource of the app, known after deployment: `Ref` for its physical id."""

    resource: ResourceId
    type: str
    attribute: str

    def __str__(self) -> str:
        return f"{self.attribute} of {self.resource.logical_id}"


@dataclass(frozen=True, slots=True)
class Open:
    """An entry that is certain to be there and that only the deployment decides."""

    reason: str

    def __str__(self) -> str:
        return self.reason


Target: TypeAlias = str | Link | Open
"""What a property names: a literal name, id or ARN, a resource of the app, or, in a list, an entry that is open."""


@dataclass(frozen=True, slots=True)
class Unowned:
    """No cluster that is known here has the resource, and why."""

    reason: str


Owner: TypeAlias = ResourceId | Unowned
"""The cluster that a resource belongs to, by its resource (an imported cluster: by its first consumer)."""


@dataclass(frozen=True, slots=True)
class OwnedIn:
    """The only cases in which a thing belongs to its cluster, where a condition chooses the cluster that it names.

    `otherwise` says whose it is in the others, in which the cluster is never made: it has the thing whenever both are.
    """

    thing: ResourceId
    cases: Cases
    otherwise: Unowned


class Sited(Protocol):
    """Anything that is declared somewhere."""

    @property
    def at(self) -> Site:
        """Where it is declared."""


class Owned(Sited, Protocol):
    """Anything that is declared somewhere and belongs to one cluster, or to none."""

    @property
    def owner(self) -> Owner:
        """The cluster that it belongs to."""
