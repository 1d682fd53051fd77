"""What the manifests and charts of a cluster declare, found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.workloads import Chart, Manifest, ManifestObject

Key: TypeAlias = tuple[str, str, str, str]
"""What the API server tells objects apart by: group, kind, namespace, name."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """An object as one manifest declares it; `order` is that of the cluster's manifests."""

    order: int
    manifest: Manifest
    item: ManifestObject


@dataclass(frozen=True, slots=True)
class Declared:
    """What a cluster's manifests and charts declare.

    `objects` are by what the API server tells them apart by, and whether their manifest may overwrite; `namespaces` by
    template and name, `makers` by name: the manifests that create one. `first_in` is where a manifest first lists the
    namespace of a name. `unread` are the manifests whose objects are not known, with their order, `open_names` those
    with a namespace whose name is not. `charts` are by the namespace that they go to, None where that is not known,
    `providers` by the custom resources that they serve.
    """

    order: dict[ResourceId, int] = field(default_factory=dict)
    objects: dict[tuple[Key, bool], list[Declaration]] = field(default_factory=dict)
    namespaces: dict[tuple[str, str], list[Manifest]] = field(default_factory=dict)
    makers: dict[str, list[Manifest]] = field(default_factory=dict)
    first_in: dict[tuple[ResourceId, str], int] = field(default_factory=dict)
    unread: list[tuple[int, Manifest]] = field(default_factory=list)
    open_names: list[Manifest] = field(default_factory=list)
    charts: dict[str | None, list[Chart]] = field(default_factory=dict)
    providers: dict[ResourceId, KubectlProvider] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether what is declared is not known to its end."""
        return bool(self.unread or self.open_names)

    def charts_for(self, namespace: str) -> tuple[Chart, ...]:
        """The charts that go to a namespace, or may."""
        return (*self.charts.get(namespace, ()), *self.charts.get(None, ()))
