"""Facts about the kubectl that will talk to a cluster: one observation for each handler that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Candidate, Known, Unknown, Value, lift
from eks_guard.model.version import MINORS_OF_A_MAJOR, minors_between
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import layer_fix
from eks_guard.policy.operators import BOOLEAN, INTEGER, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.version import Version

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _used(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    used = any(provider.used for provider in cluster.kubectl)
    return one(cluster, Known(used, cluster.place), "the app runs kubectl against the cluster")


def _present(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            lift(lambda kubectl: kubectl is not None, provider.kubectl),
            _absence(cluster, provider),
            provider.kubectl.place,
            proof(cluster, provider),
            layer_fix(cluster, context.tables),
        )
        for provider in used_providers(cluster)
    )


def _absence(cluster: Cluster, provider: KubectlProvider) -> str:
    if isinstance(provider.kubectl, Unknown):
        return f"unknown whether {provider.id} carries kubectl: {provider.kubectl.reason}"
    if provider.kubectl.value:
        return f"{provider.id} carries kubectl {provider.kubectl.value}"
    hollow = next((layer.id for layer in provider.layers if layer.evidence), None)
    what = (
        f"{hollow} claims to carry kubectl but contains none"
        if hollow
        else f"no layer of {provider.id} carries kubectl"
    )
    count = len(provider.consumers)
    return (
        f"{what}, and {count} resource{'s need' if count > 1 else ' needs'} it: "
        f"the deploy of {cluster.id} will fail with "
        "\"No such file or directory: 'kubectl'\""
    )


def _version(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            kubectl,
            f"{provider.id} carries kubectl {in_words(kubectl)}",
            kubectl.place,
            proof(cluster, provider),
        )
        for provider, kubectl in _carried(cluster)
    )


def _minor_skew(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    observations = []
    for provider, kubectl in _carried(cluster):
        skew = lift(minors_between, kubectl, cluster.version)
        observations.append(
            Observation(
                _explained(skew, kubectl, cluster.version),
                _skew_in_words(cluster, provider, kubectl, skew),
                cluster.version_place,
                proof(cluster, provider),
                layer_fix(cluster, context.tables),
            )
        )
    return tuple(observations)


def _skew_in_words(cluster: Cluster, provider: KubectlProvider, kubectl: Value[Version], skew: Value[int]) -> str:
    carrier = next((layer.id for layer in reversed(provider.layers)), provider.id)
    client = (
        f"{carrier} carries kubectl {kubectl.value}"
        if isinstance(kubectl, Known)
        else f"the kubectl version is unknown ({in_words(kubectl)})"
    )
    server = (
        f"the control plane runs {cluster.version.value}"
        if isinstance(cluster.version, Known)
        else f"the control-plane version is unknown ({in_words(cluster.version)})"
    )
    if isinstance(skew, Unknown):
        return f"{client}, {server}"
    distance = abs(skew.value)
    if distance > MINORS_OF_A_MAJOR // 2:
        return f"{client}, {server}: the major versions differ"
    count = NUMBERS[distance] if distance < len(NUMBERS) else str(distance)
    return f"{client}, {server}: {count} minor{'s' if distance != 1 else ''} apart, at most one is supported"


def _explained(value: Value[int], *sources: Value[Version]) -> Value[int]:
    """An unknown difference, with the words of what makes it unknown."""
    if isinstance(value, Known):
        return value
    reasons = [in_words(source) for source in sources if isinstance(source, Unknown)]
    return Unknown("; ".join(reasons), value.place, value.candidates)


def _prunes(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations = []
    for provider in used_providers(cluster):
        prunes = lift(lambda kubectl, asked: kubectl is not None and asked, provider.kubectl, provider.prunes)
        says = f"updates of manifests through {provider.id} run kubectl apply --prune"
        if isinstance(prunes, Unknown):
            says = f"unknown whether {provider.id} prunes: {in_words(prunes)}"
        observations.append(Observation(prunes, says, provider.prunes.place, proof(cluster, provider)))
    return tuple(observations)


def _prune_list_served(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    observations = []
    for provider, kubectl in _carried(cluster):
        if isinstance(provider.prunes, Known) and not provider.prunes.value:
            continue
        unserved = lift(lambda client, server: _unserved(client, server, context.tables), kubectl, cluster.version)
        observations.append(
            Observation(
                lift(lambda missing, prunes: missing is None or not prunes, unserved, provider.prunes),
                _prune_in_words(cluster, kubectl, unserved),
                cluster.version_place,
                proof(cluster, provider),
                layer_fix(cluster, context.tables),
            )
        )
    return tuple(observations)


def _unserved(kubectl: Version, server: Version, tables: Tables) -> str | None:
    """The first entry of kubectl's prune list that the server does not know; kubectl stops there."""
    entries = next(entries for newest, entries in tables.prune_lists if newest is None or kubectl.of_minor <= newest)
    for entry in entries:
        first, last = tables.served[entry]
        if server.of_minor < first or (last and server.of_minor > last):
            return entry
    return None


def _prune_in_words(cluster: Cluster, kubectl: Value[Version], unserved: Value[str | None]) -> str:
    if isinstance(unserved, Unknown):
        return f"unknown whether the cluster serves everything in kubectl's prune list: {in_words(unserved)}"
    if unserved.value is None:
        return f"{in_words(cluster.version)} serves everything that kubectl {in_words(kubectl)} prunes"
    version, kind = unserved.value.rsplit(" ", 1)
    return (
        f"kubectl {in_words(kubectl)} prunes {kind} of {version}, which {in_words(cluster.version)} does not serve: "
        'the first deploy succeeds, but every later change to a manifest will fail with "error: error retrieving '
        f"RESTMappings to prune: invalid resource {version}, Kind={kind}, Namespaced=true: no matches for kind "
        f'"{kind}" in version "{version}""'
    )


def _evidence_agrees(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations = []
    for provider in cluster.kubectl:
        for layer in provider.layers:
            if not layer.evidence:
                continue
            agree = layer.witnesses_agree
            statements = "; ".join(f"{witness.source}: {witness.detail}" for witness in layer.evidence)
            says = f"{layer.id}: the evidence {'agrees' if agree else 'disagrees'}: {statements}"
            observations.append(Observation(Known(agree, layer.place), says, layer.place, proof(cluster, provider)))
    return tuple(observations)


def used_providers(cluster: Cluster) -> Iterator[KubectlProvider]:
    """The handlers that something in the app makes run."""
    return (provider for provider in cluster.kubectl if provider.used)


def _carried(cluster: Cluster) -> Iterator[tuple[KubectlProvider, Value[Version]]]:
    """The used handlers with their kubectl; a handler without kubectl has no version to compare."""
    for provider in used_providers(cluster):
        match provider.kubectl:
            case Known(None):
                continue
            case Known(value, place) if value is not None:
                yield provider, Known(value, place)
            case Unknown(reason, place, candidates):
                versions = tuple(Candidate(found.value, found.when) for found in candidates if found.value is not None)
                yield provider, Unknown(reason, place, versions if len(versions) == len(candidates) else ())


def proof(cluster: Cluster, provider: KubectlProvider) -> tuple[Step, ...]:
    """The chain from the cluster's version to the witnesses of its kubectl."""
    version = in_words(cluster.version)
    says = f'version "{version}"' if isinstance(cluster.version, Known) else f"version unknown: {version}"
    return (Step(0, "cluster", says, cluster.version_place), *provider.trace)


FACTS = (
    Fact(
        "kubectl.used",
        BOOLEAN,
        "Whether anything in the app runs kubectl against the cluster.",
        "true",
        _used,
    ),
    Fact(
        "kubectl.present",
        BOOLEAN,
        "Whether a handler carries kubectl; one observation for each used handler.",
        "true",
        _present,
        link=Link.LAYER,
    ),
    Fact("kubectl.version", VERSION, "The kubectl that a used handler carries.", '"1.33.0"', _version, link=Link.LAYER),
    Fact(
        "kubectl.minor_skew",
        INTEGER,
        "How many minors kubectl is ahead of the control plane; negative if behind. One for each used handler.",
        "-1",
        _minor_skew,
        link=Link.LAYER,
    ),
    Fact(
        "kubectl.prunes",
        BOOLEAN,
        "Whether updates of manifests run `kubectl apply --prune`, as CDK does unless the cluster sets `prune: false`.",
        "true",
        _prunes,
    ),
    Fact(
        "kubectl.prune_list_served",
        BOOLEAN,
        "Whether the control plane serves every API that this kubectl looks up when it prunes.",
        "true",
        _prune_list_served,
        link=Link.LAYER,
    ),
    Fact(
        "kubectl.evidence_agrees",
        BOOLEAN,
        "Whether all evidence about a layer names the same kubectl minor; one observation for each layer.",
        "true",
        _evidence_agrees,
        link=Link.WITNESSES,
    ),
)
