"""Facts about the kubectl that will talk to a cluster: one observation for each handler that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Candidate, Known, Unknown, Value, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import layer_fix
from eks_guard.policy.operators import BOOLEAN, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Handler, KubectlProvider
    from eks_guard.model.version import Version


def _used(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    used = any(provider.used for provider in cluster.kubectl)
    return one(cluster, Known(used, cluster.place), "the app runs kubectl against the cluster")


def _present(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    server = running(cluster, context)
    return tuple(
        Observation(
            lift(lambda kubectl: kubectl is not None, provider.kubectl),
            _absence(cluster, provider),
            provider.kubectl.place,
            proof(cluster, provider, server),
            layer_fix(cluster, server, context.tables),
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
        for provider, kubectl in carried(cluster)
    )


def _prunes(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations = []
    for provider in used_providers(cluster):
        prunes = lift(lambda kubectl, asked: kubectl is not None and asked, provider.kubectl, provider.prunes)
        says = f"updates of manifests through {provider.id} run kubectl apply --prune"
        if isinstance(prunes, Unknown):
            says = f"unknown whether {provider.id} prunes: {in_words(prunes)}"
        observations.append(Observation(prunes, says, provider.prunes.place, proof(cluster, provider)))
    return tuple(observations)


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


def used_handlers(cluster: Cluster) -> Iterator[tuple[KubectlProvider, Handler]]:
    """The providers that the app runs kubectl through and whose function is known, with that function."""
    for provider in used_providers(cluster):
        handler: Value[Handler] = provider.handler
        if isinstance(handler, Known):
            yield provider, handler.value


def carried(cluster: Cluster) -> Iterator[tuple[KubectlProvider, Value[Version]]]:
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


def proof(cluster: Cluster, provider: KubectlProvider, running: Value[Version] | None = None) -> tuple[Step, ...]:
    """The chain from the version of the control plane, as far as it is known, to the witnesses of its kubectl."""
    server = running or cluster.version
    version = in_words(server)
    says = f'version "{version}"' if isinstance(server, Known) else f"version unknown: {version}"
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
        by_version=True,
    ),
    Fact("kubectl.version", VERSION, "The kubectl that a used handler carries.", '"1.33.0"', _version, link=Link.LAYER),
    Fact(
        "kubectl.prunes",
        BOOLEAN,
        "Whether updates of manifests run `kubectl apply --prune`, as CDK does unless the cluster sets `prune: false`.",
        "true",
        _prunes,
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
