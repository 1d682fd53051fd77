"""Facts about who may take which role: service accounts, OIDC providers, trust policies."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from eks_guard.model.addons import POD_IDENTITY_AGENT
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.identity import Identity
from eks_guard.model.kubectl import Step
from eks_guard.model.resource import Unowned, made_together
from eks_guard.model.value import Known, Unknown, either
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN, INTEGER
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.identity import OidcProvider, ServiceAccount
    from eks_guard.model.resource import ResourceId, Site
    from eks_guard.model.value import Value


def _have_provider(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        _provided(account, cluster.identity.has_oidc_provider)
        for account in cluster.identity.accounts
        if account.identity is Identity.IRSA
    )


def _provided(account: ServiceAccount, found: Value[bool]) -> Observation:
    who = f"service account {account.namespace}/{account.name}"
    end = (
        'but the app creates no OIDC provider for its cluster: pods will get "InvalidIdentityToken: No OpenIDConnect '
        'provider found"'
    )
    if isinstance(found, Unknown):
        end = f"and it is unknown whether its cluster has an OIDC provider: {found.reason}"
    elif found.value:
        end = "and its cluster has an OIDC provider"
    elif account.perhaps:
        found = Unknown(f"a condition decides whether there is a {who}", found.place)
        end = "in one branch of a condition, and the app creates no OIDC provider for its cluster"
    return Observation(
        found,
        f"{who} names an IAM role, {end}",
        account.place,
        (Step(0, "manifest", f"annotates {account.namespace}/{account.name} with a role", account.place),),
    )


def _oidc_providers(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    providers = [provider.at for provider in cluster.identity.providers]
    count = _at_once(providers, context)
    perhaps = context.once_for_all(_perhaps_of).get(cluster.resource)
    if perhaps and isinstance(perhaps.owner, Unowned) and count == Known(1):
        count = Unknown(f"{perhaps.at.id} may be one, too: {perhaps.owner.reason}", perhaps.at.place)
    says = (
        f"the app creates {in_words(count)} OIDC providers for the cluster's issuer: the deploy will fail with "
        '"EntityAlreadyExists: Provider with url https://oidc.eks… already exists"'
    )
    return _counted(cluster, providers, count, says, "OIDC providers")


def _perhaps_of(estate: Estate) -> dict[ResourceId, OidcProvider]:
    """The first provider that a condition may choose for each cluster."""
    found: dict[ResourceId, OidcProvider] = {}
    for provider in estate.oidc_providers:
        for cluster in provider.may_own:
            found.setdefault(cluster, provider)
    return found


def _pod_identity_agents(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    found = [addon.at for addon in cluster.addons if addon.is_pod_identity_agent]
    count = _at_once(found, context)
    perhaps = [addon for addon in cluster.addons if addon.is_pod_identity_agent is None]
    if perhaps and count == Known(1):
        count = Unknown(f"{perhaps[0].at.id} may be {POD_IDENTITY_AGENT}, too", perhaps[0].at.place)
    times = f"{POD_IDENTITY_AGENT} {in_words(count)} times"
    says = f'the app installs {times}: the deploy will fail with "Addon already exists"'
    return _counted(cluster, found, count, says, "agents")


def _at_once(found: Sequence[Site], context: Context) -> Value[int]:
    """How many of some resources one deployment makes at most; unknown where conditions are not decided."""
    groups = made_together(found)
    together = {
        (one, other): context.estate.resources.together(groups[one][0].resource, groups[other][0].resource)
        for one, other in combinations(range(len(groups)), 2)
    }
    certain = [
        len(group) + sum(len(groups[pair[1]]) for pair, answer in together.items() if pair[0] == one and answer)
        for one, group in enumerate(groups)
    ]
    most = max(certain, default=0)
    if most <= 1 and None in together.values():
        return Unknown(f"conditions decide how many of {', '.join(at.id for at in found)} are created", found[-1].place)
    return Known(most)


def _counted(
    cluster: Cluster, found: Sequence[Site], count: Value[int], says: str, what: str
) -> tuple[Observation, ...]:
    """How many of some resources a cluster has; the last of them is the one too many."""
    place = found[-1].place if found else cluster.place
    value: Value[int] = replace(count, place=place)
    return one(cluster, value, says, f"{what}: {in_words(count)}")


def _identity_asked(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    """A provider, an association or an account with a role shows that pods are to come, from wherever."""
    identity = cluster.identity
    answers: list[Value[bool]] = [cluster.runs_workloads]
    with_identity = [account for account in identity.accounts if account.identity]
    if with_identity:
        place = with_identity[0].place
        perhaps = all(account.perhaps for account in with_identity)
        why = "a condition decides whether there are service accounts with roles"
        answers.append(Unknown(why, place) if perhaps else Known(value=True, place=place))
    answers += [
        found for found in (identity.has_oidc_provider, identity.uses_pod_identity) if found == Known(value=True)
    ]
    return one(cluster, either(answers), "the app runs pods on the cluster, or gives them an identity")


FACTS = (
    Fact(
        "service_accounts.have_provider",
        BOOLEAN,
        "Whether the cluster has an OIDC provider; one observation for each service account that names an IAM role.",
        "true",
        _have_provider,
    ),
    Fact(
        "identity.oidc_providers",
        INTEGER,
        "How many OIDC providers the app creates for the cluster.",
        "1",
        _oidc_providers,
    ),
    Fact(
        "identity.asked",
        BOOLEAN,
        (
            "Whether the app runs pods on the cluster, or creates an OIDC provider, associations or service accounts "
            "with roles."
        ),
        "true",
        _identity_asked,
    ),
    Fact(
        "identity.pod_identity_agents",
        INTEGER,
        "How many times the app installs the Pod Identity agent on the cluster.",
        "1",
        _pod_identity_agents,
    ),
)
