"""Facts about the versions on both ends of the chain: kubectl's and the control plane's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.finding import Observation
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value, known_in, lift
from eks_guard.model.version import MINORS_OF_A_MAJOR, minors_between
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import layer_fix
from eks_guard.policy.facts.kubectl import carried, proof
from eks_guard.policy.operators import BOOLEAN, INTEGER
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.version import Version

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _minor_skew(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    server, observations = running(cluster, context), []
    for provider, kubectl in carried(cluster):
        skew = lift(minors_between, kubectl, server)
        carrier = next((layer.id for layer in reversed(provider.layers)), provider.id)
        observations.append(
            Observation(
                _explained(skew, kubectl, server),
                f"{_sides(carrier, kubectl, server)}{_apart(skew)}",
                cluster.version_place,
                proof(cluster, provider, server),
                layer_fix(cluster, server, context.tables),
                if_unknown=None if isinstance(skew, Known) else _doubts(carrier, kubectl, server),
            )
        )
    return tuple(observations)


def _sides(carrier: str, kubectl: Value[Version], server: Value[Version]) -> str:
    return f"{carrier} carries kubectl {in_branches(kubectl)}, the control plane runs {in_branches(server)}"


def _apart(skew: Value[int]) -> str:
    """How far the two are apart, at least."""
    found = known_in(skew)
    if not found:
        return ""
    distance = min(map(abs, found))
    if distance > MINORS_OF_A_MAJOR // 2:
        return ": the major versions differ"
    count = NUMBERS[distance] if distance < len(NUMBERS) else str(distance)
    least = "at least " if len({abs(one) for one in found}) > 1 else ""
    return f": {least}{count} minor{'s' if distance != 1 else ''} apart, at most one is supported"


def _doubts(carrier: str, kubectl: Value[Version], server: Value[Version]) -> str:
    """What is known of both sides, and why one of them is not."""
    client = (
        f"{carrier} carries kubectl {kubectl.value}"
        if isinstance(kubectl, Known)
        else f"the kubectl version is unknown ({in_words(kubectl)})"
    )
    return (
        f"{client}, the control plane runs {server.value}"
        if isinstance(server, Known)
        else f"{client}, the control-plane version is unknown ({in_words(server)})"
    )


def _explained(value: Value[int], *sources: Value[Version]) -> Value[int]:
    """An unknown difference, with the words of what makes it unknown."""
    if isinstance(value, Known):
        return value
    reasons = [in_words(source) for source in sources if isinstance(source, Unknown)]
    explained: Unknown[int] = replace(value, reason="; ".join(reasons))
    return explained


def _prune_list_served(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    server, observations = running(cluster, context), []
    for provider, kubectl in carried(cluster):
        if isinstance(provider.prunes, Known) and not provider.prunes.value:
            continue
        unserved = lift(lambda client, server: _unserved(client, server, context.tables), kubectl, server)
        if unserved == Known(None) and isinstance(cluster.version, Unknown) and not cluster.version.candidates:
            # kubectl prunes when a manifest changes, and whatever EKS runs by then may serve less
            unserved = Unknown(cluster.version.reason, cluster.version_place)
        observations.append(
            Observation(
                lift(lambda missing, prunes: missing is None or not prunes, unserved, provider.prunes),
                _prune_in_words(server, kubectl, unserved),
                cluster.version_place,
                proof(cluster, provider, server),
                layer_fix(cluster, server, context.tables),
                if_unknown=_prune_doubts(unserved, provider.prunes),
            )
        )
    return tuple(observations)


def _prune_doubts(unserved: Value[str | None], prunes: Value[bool]) -> str | None:
    """Why it is not known, where it is not."""
    for value in (unserved, prunes):
        if isinstance(value, Unknown):
            return f"unknown whether the cluster serves everything in kubectl's prune list: {value.reason}"
    return None


def _unserved(kubectl: Version, server: Version, tables: Tables) -> str | None:
    """The first entry of kubectl's prune list that the server does not know; kubectl stops there."""
    entries = next(entries for newest, entries in tables.prune_lists if newest is None or kubectl.of_minor <= newest)
    for entry in entries:
        first, last = tables.served[entry]
        if server.of_minor < first or (last and server.of_minor > last):
            return entry
    return None


def _prune_in_words(server: Value[Version], kubectl: Value[Version], unserved: Value[str | None]) -> str:
    missing = next(filter(None, known_in(unserved)), None)
    if missing is None:
        return f"{in_branches(server)} serves everything that kubectl {in_branches(kubectl)} prunes"
    version, kind = missing.rsplit(" ", 1)
    return (
        f"kubectl {in_branches(kubectl)} prunes {kind} of {version}, which {in_branches(server)} does not serve: "
        'the first deploy succeeds, but every later change to a manifest will fail with "error: error retrieving '
        f"RESTMappings to prune: invalid resource {version}, Kind={kind}, Namespaced=true: no matches for kind "
        f'"{kind}" in version "{version}""'
    )


FACTS = (
    Fact(
        "kubectl.minor_skew",
        INTEGER,
        "How many minors kubectl is ahead of the control plane; negative if behind. One for each used handler.",
        "-1",
        _minor_skew,
        link=Link.LAYER,
        by_version=True,
    ),
    Fact(
        "kubectl.prune_list_served",
        BOOLEAN,
        "Whether the control plane serves every API that this kubectl looks up when it prunes.",
        "true",
        _prune_list_served,
        link=Link.LAYER,
        by_version=True,
    ),
)
