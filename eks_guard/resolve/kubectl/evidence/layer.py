"""What the witnesses look at: a layer of a handler, and what the assembly holds about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.code import asset_hash
from eks_guard.assembly.following.resolution import Literal
from eks_guard.records import cached_property, dataclass, field, replace
from eks_guard.resolve.kubectl.evidence.memory import Memory

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.stack import Resource
    from eks_guard.data import Tables
    from eks_guard.model.declaration import DeclaredLayer
    from eks_guard.model.value import Place

LAYER_VERSION = "AWS::Lambda::LayerVersion"


@dataclass(frozen=True)
class LayerSource:
    """A layer as a handler names it: a resource of the app, or the text of an ARN from elsewhere."""

    tables: Tables
    place: Place
    resource: Resource | None = None
    arn: str | None = None
    declared: tuple[DeclaredLayer, ...] = ()
    memory: Memory = field(default_factory=Memory)

    @property
    def assembly(self) -> Assembly:
        """The assembly that holds the layer; asked only of a resource."""
        assert self.resource, "a layer from elsewhere is in no assembly"
        return self.resource.stack.assembly

    @cached_property
    def asset_hash(self) -> str | None:
        """The hash of the layer's asset."""
        if self.resource is None or self.resource.type != LAYER_VERSION:
            return None
        return asset_hash(self.resource, "Content")

    def of(self, resource: Resource) -> LayerSource:
        """Another resource, seen with the same eyes."""
        return replace(self, resource=resource, place=resource.place)

    def property(self, name: str) -> Any:
        """A literal property of the layer, else None."""
        if self.resource is None:
            return None
        found = self.resource.properties.dig(name)
        return found.node.raw if isinstance(found, Literal) else None
