"""Whom the access entries of a cluster let in, found by principal: each entry is read once, however many ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.resource import Link
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import AccessEntry
    from eks_guard.model.resource import ResourceId, Target


class Entries:
    """The access entries of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._order = {entry.at.resource: index for index, entry in enumerate(cluster.access_entries)}
        self._by_principal: dict[object, list[AccessEntry]] = {}
        self._others: dict[object, AccessEntry] = {}
        self._doubts: dict[ResourceId, Unknown[bool]] = {}
        self._open: Unknown[bool] | None = None
        for entry in cluster.access_entries:
            self._add(entry)

    def of(self, principal: Target) -> list[AccessEntry]:
        """The entries that certainly name a principal."""
        return [entry for entry in self._alike(principal) if entry.principal == Known(principal)]

    def doubt(self, role: Target) -> Unknown[bool] | None:
        """That one of the entries may name a role, and why."""
        return self._doubts.get(role.resource, self._open) if isinstance(role, Link) else self._open

    def that_matter(self, roles: Iterable[Target]) -> list[AccessEntry]:
        """Those that name one of the roles, all that are open, and one of each kind that names something else."""
        named = (entry for role in roles for entry in self._alike(role))
        found = {entry.at.resource: entry for entry in (*self._others.values(), *named)}
        return [found[at] for at in sorted(found, key=lambda at: self._order[at])]

    def _alike(self, principal: Target) -> list[AccessEntry]:
        """The entries that name a principal by any of its attributes, or by its ARN where it is a name."""
        key = principal.resource if isinstance(principal, Link) else principal
        return self._by_principal.get(key, [])

    def _add(self, entry: AccessEntry) -> None:
        principal = entry.principal
        if isinstance(principal, Unknown):
            why = f"the principal of {entry.at.id}: {principal.reason}"
            self._open = self._open or Unknown(why, entry.at.place)
            self._others[entry.at.resource] = entry
            return
        for key in _keys(principal.value):
            self._by_principal.setdefault(key, []).append(entry)
        self._others.setdefault(type(principal.value), entry)
        if self._open is None:
            for role in entry.may_name:
                why = f"whether {entry.at.id} names it by ARN is known only after deployment"
                self._doubts.setdefault(role, Unknown(why, entry.at.place))


def _keys(principal: Target) -> Iterable[object]:
    if isinstance(principal, str):
        return dict.fromkeys((principal, principal.rpartition("/")[2]))
    return (principal.resource if isinstance(principal, Link) else principal,)
