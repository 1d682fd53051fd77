"""Facts about the endpoints of the Kubernetes API: who reaches them, and whether EKS takes their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches, in_words
from eks_guard.model.value import Known, Value, both, either, lift
from eks_guard.policy.facts.cluster import on_or_off, one, setting
from eks_guard.policy.facts.endpoint_branches import judged
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN, TEXTS
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.policy.facts.endpoint_branches import InBranches

PUBLIC, PRIVATE = "endpointPublicAccess", "endpointPrivateAccess"


def is_open(cluster: Cluster, tables: Tables) -> Value[bool]:
    """Whether the public endpoint is on and open to the whole internet; one network that is open hides no other."""
    return _openness(cluster, tables).value


def _openness(cluster: Cluster, tables: Tables) -> InBranches:
    return judged(cluster.endpoint, lambda public, networks: both([public, _are_open(networks, tables)]))


def _are_open(networks: tuple[Value[str], ...], tables: Tables) -> Value[bool]:
    """Nothing that is written, or an empty list, is everything."""
    if not networks:
        return Known(value=True)
    from eks_guard.policy.facts.networks import cover_internet  # noqa: PLC0415 (most clusters leave EKS's default)

    known = [network.value for network in networks if isinstance(network, Known)]
    if cover_internet(known, tables):
        return Known(value=True)
    return lift(lambda *cidrs: cover_internet(cidrs, tables), *networks)


def _endpoint_open(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    openness, networks = _openness(cluster, context.tables), _in_words(cluster)
    open_to_all = openness.value
    says = f"the Kubernetes API is open to the whole internet: the public endpoint is on and allows {networks}"
    if isinstance(open_to_all, Known) and not open_to_all.value:
        says = f"the public endpoint is {'limited' if cluster.endpoint.public == Known(value=True) else 'off'}"
    proof = f"public endpoint {on_or_off(cluster.endpoint.public)}, open to {networks}"
    observed = _telling(openness.why_open(wrong=True), *one(cluster, _at_endpoint(open_to_all, cluster), says, proof))
    return observed if open_to_all == Known(value=False) else _with_way_out(cluster, context, observed)


def _with_way_out(cluster: Cluster, context: Context, observed: tuple[Observation, ...]) -> tuple[Observation, ...]:
    from eks_guard.policy.facts.private_endpoint import with_private_subnets  # noqa: PLC0415 (of what fails alone)

    return with_private_subnets(cluster, context, observed)


def _telling(why: str | None, observed: Observation) -> tuple[Observation, ...]:
    return (replace(observed, if_unknown=why) if why else observed,)


def _in_words(cluster: Cluster) -> str:
    networks = cluster.endpoint.networks
    if networks == Known(()):
        return "0.0.0.0/0, EKS's default"
    return in_branches(lift(lambda found: ", ".join(in_words(one) for one in found) or "0.0.0.0/0", networks))


def _at_endpoint(value: Value[bool], cluster: Cluster) -> Value[bool]:
    """Point at the setting that decides: the CIDRs where they are written, else the switch."""
    cidrs = cluster.endpoint.networks.place
    public = cluster.endpoint.public.place
    place = cidrs if cidrs and cidrs.pointer.lower().endswith("publicaccesscidrs") else public
    return replace(value, place=place)


def _endpoint_public(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    public = cluster.endpoint.public
    observed = one(cluster, public, f"the public endpoint is {on_or_off(public)}", setting(PUBLIC, public))
    return observed if public == Known(value=False) else _with_way_out(cluster, context, observed)


def _endpoint_private(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    private = cluster.endpoint.private
    observed = one(cluster, private, f"the private endpoint is {on_or_off(private)}", setting(PRIVATE, private))
    return observed if private == Known(value=True) else _with_way_out(cluster, context, observed)


def _endpoint_cidrs(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    cidrs = cluster.endpoint.public_cidrs
    return one(cluster, cidrs, f"the public endpoint allows {in_words(cidrs)}", f"open to {in_words(cidrs)}")


def _endpoint_accepted(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    endpoint = cluster.endpoint
    reachable = either([endpoint.public, endpoint.private])
    says = "both the public and the private endpoint are off: EKS refuses a cluster that is unreachable"
    proof = f"{setting(PUBLIC, endpoint.public)}; {setting(PRIVATE, endpoint.private)}"
    if isinstance(reachable, Known):
        reachable = Known(reachable.value, endpoint.public.place)
    return (*one(cluster, reachable, says, proof), *_networks_accepted(cluster, context.tables))


def _networks_accepted(cluster: Cluster, tables: Tables) -> tuple[Observation, ...]:
    """Whether EKS takes each network of the public endpoint; the sentence lists those that it refuses."""
    networks = cluster.endpoint.networks
    if networks == Known(()):
        return ()
    from eks_guard.policy.facts.networks import are_accepted, named_if_refused  # noqa: PLC0415 (as above)

    named = lift(lambda found: tuple(cidr for one in found if (cidr := named_if_refused(one, tables))), networks)
    accepted = judged(
        cluster.endpoint, lambda on, found: either([lift(lambda on: not on, on), are_accepted(found, tables)])
    )
    value, place = accepted.value, networks.place
    value = replace(value, place=place)
    says = (
        f'publicAccessCidrs contains {in_branches(named)}: the deploy will fail with "The following CIDRs are not '
        'allowed in publicAccessCidrs", after everything the cluster needs has been created'
    )
    observed = one(cluster, value, says, f"publicAccessCidrs: {_in_words(cluster)}")
    return _telling(accepted.why_open(wrong=False), *observed)


FACTS = (
    Fact(
        "endpoint.accepted",
        BOOLEAN,
        "Whether EKS accepts the endpoint settings: at least one endpoint is on, and all networks are public.",
        "true",
        _endpoint_accepted,
    ),
    Fact(
        "endpoint.open_to_internet",
        BOOLEAN,
        "Whether the public endpoint is on and open to the whole internet, in one network or several combined.",
        "false",
        _endpoint_open,
    ),
    Fact(
        "endpoint.public",
        BOOLEAN,
        "Whether the public endpoint is on; EKS's default is on.",
        "false",
        _endpoint_public,
    ),
    Fact(
        "endpoint.private",
        BOOLEAN,
        "Whether the private endpoint is on; EKS's default is off.",
        "true",
        _endpoint_private,
    ),
    Fact(
        "endpoint.public_cidrs",
        TEXTS,
        "The networks that may reach the public endpoint; empty while it is off.",
        "[0.0.0.0/0]",
        _endpoint_cidrs,
    ),
)
