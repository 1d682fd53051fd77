"""Facts about time: what EKS supports on the day of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.control_plane import has_ended, running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import newest_fix, upgrade_fix
from eks_guard.policy.facts.upgrade_advice import creation_advice, upgrade_advice
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT
from eks_guard.records import replace

if TYPE_CHECKING:
    import datetime

    from eks_guard.data.rows import Support
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.fix import Fix
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version

FAR = 100_000
"""Days until an end that has not been announced."""


def _creatable(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    if cluster.malformed_version:
        return _not_creatable(cluster, Known(value=False), cluster.malformed_version, context)
    version = running(cluster, context)
    creatable = lift(lambda version: _status(version, context) != "ended", version)
    if isinstance(creatable, Unknown):
        return _about_version(cluster, creatable, in_words(cluster.version))
    name = _named(version)
    if creatable.value:
        return _about_version(cluster, creatable, f"EKS creates clusters with {name}")
    end = lift(lambda version: _end_of_extended(version, context), version)
    day = end.value if isinstance(end, Known) else None
    stopped, since = ("stopped creating", f" on {day}") if day else ("no longer creates", "")
    wrong = f" {version.value}" if isinstance(version, Known) else ""
    says = (
        f'EKS {stopped} clusters with {name}{since}: a new deploy will fail with "unsupported Kubernetes '
        f'version{wrong}", and EKS upgrades running clusters without notice'
    )
    return _not_creatable(cluster, creatable, says, context)


def _not_creatable(cluster: Cluster, value: Value[bool], says: str, context: Context) -> tuple[Observation, ...]:
    return _about_version(cluster, value, says, newest_fix(cluster, context.tables), creation_advice(cluster))


def _support(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    version = running(cluster, context)
    status = lift(lambda version: _status(version, context), version)
    name = _named(version)
    end = lift(lambda version: _end_of_extended(version, context), version)
    words = {
        "standard": f"{name} is in standard support",
        "extended": _extended(cluster, name, f", until {end.value}" if isinstance(end, Known) and end.value else ""),
        "ended": f"EKS's support for {name} has ended",
        "unannounced": f"{name} is newer than eks-guard's version calendar",
    }
    return _about_version(
        cluster,
        status,
        words[status.value] if isinstance(status, Known) else in_words(version),
        upgrade_fix(cluster, context.tables),
        upgrade_advice(cluster, context),
    )


def _extended(cluster: Cluster, name: str, until: str) -> str:
    """What follows on the end of standard support; the upgrade policy of a cluster decides."""
    if isinstance(cluster.support_type, Known) and cluster.support_type.value == "STANDARD":
        return (
            f"standard support for {name} has ended, and EKS automatically upgrades clusters with support type STANDARD"
        )
    says = f"{name} is in extended support, which EKS bills at six times the price{until}"
    return says if isinstance(cluster.support_type, Known) else f"{says}, unless its support type is STANDARD"


def _named(version: Value[Version]) -> str:
    words = in_branches(version)
    return f"Kubernetes {words}" if isinstance(version, Known) else f"every version it can have ({words})"


def _days_of_standard(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    version = running(cluster, context)
    days = lift(lambda version: _days(version, context), version)
    over = lift(lambda left: left <= 0, days)
    if isinstance(over, Known) and over.value:
        return ()  # what has ended is not about to end
    end = lift(lambda version: _row_date(version, context), version)
    when = f" on {end.value}, in {days.value} days" if isinstance(days, Known) and isinstance(end, Known) else ""
    says = f"standard support for {_named(version)} ends{when}"
    (found,) = _about_version(
        cluster, days, says, upgrade_fix(cluster, context.tables), upgrade_advice(cluster, context)
    )
    if isinstance(end, Unknown) and end.candidates:
        says_when = f"unknown: {end.reason}: standard support ends on {in_branches(end)}"
        found = replace(found, if_unknown=says_when)
    return (found,)


def _about_version(
    cluster: Cluster, value: Value[object], says: str, fix: Fix | None = None, remedy: str | None = None
) -> tuple[Observation, ...]:
    """An observation that points at the version, wherever the value was computed."""
    words = in_words(cluster.version)
    proof = f'version "{words}"' if isinstance(cluster.version, Known) else f"version unknown: {words}"
    at_version: Value[object] = replace(value, place=cluster.version_place)
    (observation,) = one(cluster, at_version, says, proof)
    return (replace(observation, fix=fix, remedy=remedy),)


def _status(version: Version, context: Context) -> str:
    """standard, extended, ended, or unannounced for a version newer than the table."""
    calendar = context.tables.eks_versions
    minor = version.of_minor
    if minor not in calendar and minor > max(calendar):
        return "unannounced"
    if has_ended(minor, context.today, context):
        return "ended"
    row = calendar.get(minor)
    if row and row.end_of_standard and row.end_of_standard <= context.today:
        return "extended"
    return "standard"


def _row(version: Version, context: Context) -> Support | None:
    return context.tables.eks_versions.get(version.of_minor)


def _end_of_extended(version: Version, context: Context) -> datetime.date | None:
    row = _row(version, context)
    return (row.end_of_extended or row.end_of_standard) if row else None


def _row_date(version: Version, context: Context) -> datetime.date | None:
    row = _row(version, context)
    return row.end_of_standard if row else None


def _days(version: Version, context: Context) -> int:
    end = _row_date(version, context)
    return (end - context.today).days if end else FAR


FACTS = (
    Fact(
        "version.creatable",
        BOOLEAN,
        (
            "Whether EKS still creates clusters with this version; a version newer than eks-guard's calendar counts "
            "as yes."
        ),
        "true",
        _creatable,
        by_day=True,
        by_version=True,
    ),
    Fact(
        "version.support",
        TEXT,
        "EKS's support on the day of the audit: standard, extended, ended, or unannounced for a newer version.",
        "standard",
        _support,
        by_day=True,
        words=("standard", "extended", "ended", "unannounced"),
        by_version=True,
    ),
    Fact(
        "version.days_of_standard_support",
        INTEGER,
        "Days until standard support ends, while it lasts; a very large number if no end is announced.",
        "120",
        _days_of_standard,
        by_day=True,
        by_version=True,
    ),
)
