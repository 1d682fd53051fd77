"""The Kubernetes versions that a control plane may run: what the app writes, else what EKS has on the day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.describe import VERSION_OF_EKS
from eks_guard.model.value import Candidate, Known, Unknown
from eks_guard.model.version import Version

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.value import Value
    from eks_guard.policy.facts.fact import Context

GRACE = timedelta(days=90)
"""How long EKS may still run a version whose support has ended: it upgrades "through a gradual deployment process",
and publishes no length of it: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"""
BETWEEN_MINORS = timedelta(days=90)
"""Kubernetes releases three minors a year, and EKS follows: a calendar that is this old may lack the newest one."""


def running(cluster: Cluster, context: Context) -> Value[Version]:
    """The version that the control plane runs. Of one that is imported or has EKS's default, each that EKS has today.

    A version that a parameter or a secret decides has no candidates: the deployment may be given any text.
    """
    version = cluster.version
    if isinstance(version, Known) or version.candidates:
        return version
    if cluster.has_default_version:
        return _one_of(version, f"{VERSION_OF_EKS}creates on {context.today}", created_today(context))
    if cluster.origin is Origin.IMPORTED:
        return _one_of(version, f"{VERSION_OF_EKS}runs on {context.today}", run_today(context))
    return version


def minors_of(cluster: Cluster, context: Context) -> tuple[int, ...]:
    """The minors that the control plane may run, such as 33; all that EKS runs today where nothing is known of it."""
    version = running(cluster, context)
    if isinstance(version, Known):
        return (version.value.minor,)
    versions = [candidate.value for candidate in version.candidates] or run_today(context)
    return tuple(sorted({found.minor for found in versions}))


def created_today(context: Context) -> tuple[Version, ...]:
    """The versions with which EKS creates clusters on the day of the audit, the oldest first."""
    return _supported(context, context.today)


def run_today(context: Context) -> tuple[Version, ...]:
    """The versions of clusters that EKS still runs on the day, among them those that it is about to upgrade."""
    return _supported(context, context.today - GRACE)


def has_ended(minor: Version, day: datetime.date, context: Context) -> bool:
    """Whether EKS creates a minor no more. The ends come in order, so one that ended takes all older ones with it."""
    return any(
        row.end_of_extended and row.end_of_extended <= day and known >= minor
        for known, row in context.tables.eks_versions.items()
    )


def _supported(context: Context, day: datetime.date) -> tuple[Version, ...]:
    """The minors that are released today and had not ended on a day, with those that a calendar of old may lack."""
    rows = context.tables.eks_versions
    released = [minor for minor, row in rows.items() if row.released is None or row.released <= context.today]
    listed = (minor for minor in released if not has_ended(minor, day, context))
    return (*sorted(listed), *_unlisted(max(rows), context))


def _unlisted(newest: Version, context: Context) -> Iterator[Version]:
    """The minors after the newest of the calendar that EKS may have released since the calendar was written."""
    released = context.tables.eks_versions[newest].released
    if released and context.today > context.tables.used["eks_versions"]:
        for ahead in range((context.today - released) // BETWEEN_MINORS):
            yield Version(newest.major, newest.minor + ahead + 1)


def _one_of(version: Unknown[Version], name: str, versions: tuple[Version, ...]) -> Unknown[Version]:
    candidates = tuple(Candidate(found, ((name, str(found)),)) for found in versions)
    return Unknown(version.reason, version.place, candidates)
