"""The add-ons of a cluster that are the agent of Pod Identity, and those that may turn out to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.addons import POD_IDENTITY_AGENT
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from eks_guard.model.addons import Addon
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Value


def agents(cluster: Cluster) -> tuple[Addon, ...]:
    """The add-ons that are the agent."""
    return tuple(addon for addon in cluster.addons if addon.name == Known(POD_IDENTITY_AGENT))


def perhaps_agents(cluster: Cluster) -> tuple[Addon, ...]:
    """The add-ons whose name is open, and may be the agent's."""
    return tuple(addon for addon in cluster.addons if _may_be_agents(addon.name))


def _may_be_agents(name: Value[str | None]) -> bool:
    return isinstance(name, Unknown) and (
        not name.candidates or POD_IDENTITY_AGENT in [found.value for found in name.candidates]
    )
