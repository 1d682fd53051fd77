"""The fact about the roles in aws-auth: whether their ARNs can match those of the callers.

EKS compares them with the ARN of a session, which has no path:
https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.resource import Open
from eks_guard.model.value import Known, Unknown, Value, both, either, lift
from eks_guard.policy.facts.entries import Entries
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.modes import CONFIG_MAP
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.workloads import Manifest, MappedRole

API = "API"


def _roles_match(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """One observation for each role that the app spells, unless access entries alone decide."""
    mapped = manifest.mapped_roles
    if not isinstance(mapped, Known) or not mapped.value:  # as of most
        return ()
    cluster = context.cluster_of(manifest.owner)
    if cluster is None or cluster.access.mode == Known(API):
        return ()
    return tuple(_observed(manifest, cluster, mapped.value, context.once(Entries, cluster)))


def _observed(
    manifest: Manifest, cluster: Cluster, mapped: tuple[MappedRole, ...], entries: Entries
) -> Iterator[Observation]:
    for one in mapped:
        if isinstance(one.role, Open) and isinstance(one.has_path, Unknown):
            continue
        matches = _matches(one, cluster, entries)
        says = (
            f"{manifest.at.id} maps {one.arn}, whose ARN has a path: EKS compares it with the ARN of a session, which "
            'has none, so whoever takes the role gets "You must be logged in to the server (Unauthorized)"'
        )
        steps = (Step(0, "aws-auth", f"mapRoles: {one.arn}", manifest.at.place),)
        yield Observation(matches, says, manifest.at.place, steps, if_unknown=why_unknown(matches))


def _matches(one: MappedRole, cluster: Cluster, entries: Entries) -> Value[bool]:
    """Whether the entry lets the role in, or one of the access entries does, where the mode takes both."""
    mode = cluster.access.mode
    plain, by_entries = lift(lambda has_path: not has_path, one.has_path), lift(lambda found: found == API, mode)
    admitted: Value[bool] = Known(value=True) if entries.of(one.role) else entries.doubt(one.role) or Known(value=False)
    by_both = both([lift(lambda found: found != CONFIG_MAP, mode), admitted])
    return either([plain, by_entries, by_both])


FACTS = (
    Fact(
        "manifest.mapped_roles_match",
        BOOLEAN,
        "Whether the roles that aws-auth maps can match: their ARNs have no path.",
        "true",
        _roles_match,
        match=("manifest",),
    ),
)
