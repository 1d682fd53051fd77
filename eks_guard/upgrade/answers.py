"""What EKS itself says of a cluster and of add-ons, as the AWS CLI printed it: with it, unknowns become known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.model.upgrade import Source
    from eks_guard.model.version import Version

REMOVED_APIS = "deprecated apis"
"""How EKS begins the name of the insight into calls of removed APIs; it has one for each minor ahead:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html"""


@dataclass(frozen=True, slots=True)
class Insight:
    """One check that EKS made on the running cluster, for a minor; None for one about no minor.

    `status` is PASSING, WARNING, ERROR or UNKNOWN. `details` are the APIs and resources that it names.
    """

    name: str
    minor: Version | None
    status: str
    reason: str
    details: tuple[str, ...] = ()
    advice: str | None = None

    @property
    def is_about_removed_apis(self) -> bool:
        """Whether it answers which calls of removed APIs the cluster saw."""
        return self.name.lower().startswith(REMOVED_APIS)


@dataclass(frozen=True, slots=True)
class Insights:
    """All that were printed, with the file and the day on which EKS last looked."""

    rows: tuple[Insight, ...]
    source: Source

    def covers(self, minor: Version) -> bool:
        """Whether they say which APIs that a minor removes the cluster was asked for."""
        return any(row.is_about_removed_apis and row.minor == minor and row.status != "UNKNOWN" for row in self.rows)


@dataclass(frozen=True, slots=True)
class AddonVersions:
    """The versions of each add-on that EKS offers for each minor, the newest last; `minors` are those asked for."""

    offered: Mapping[str, Mapping[Version, tuple[str, ...]]]
    minors: frozenset[Version]
    source: Source

    def of(self, addon: str, minor: Version) -> tuple[str, ...] | None:
        """The versions for a minor; None where EKS was not asked for that add-on or minor."""
        if addon not in self.offered or minor not in self.minors:
            return None
        return self.offered[addon].get(minor, ())


@dataclass(frozen=True, slots=True)
class Answers:
    """What was given beside the assembly."""

    insights: Insights | None = None
    addons: AddonVersions | None = None


NO_ANSWERS = Answers()
