"""What is about EKS by its type and has no place in the model, so that nothing is passed over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.documents import FAMILIES
from eks_guard.model.estate import LeftOut
from eks_guard.resolve.addons import ADDON, CAPABILITY
from eks_guard.resolve.identity.access import ACCESS_ENTRY, POD_IDENTITY
from eks_guard.resolve.kubectl.consumers import CONSUMERS
from eks_guard.resolve.nodes.fargate import PROFILES
from eks_guard.resolve.nodes.managed import NODE_GROUP
from eks_guard.resolve.site import site_of
from eks_guard.resolve.spellings import CLUSTER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly

MODELLED = frozenset({*CLUSTER_TYPES, *CONSUMERS, *PROFILES, NODE_GROUP, ADDON, CAPABILITY, ACCESS_ENTRY, POD_IDENTITY})


def left_out(assembly: CloudAssembly) -> Iterator[LeftOut]:
    """The resources of a type about EKS that is not modelled."""
    for resource in assembly.of_families(*FAMILIES):
        if resource.type not in MODELLED:
            yield LeftOut(site_of(resource), resource.type, f"{resource.type} is a type that is not judged")
