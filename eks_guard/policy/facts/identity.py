"""Facts about who may take which role: service accounts, OIDC providers, trust policies."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.identity import Identity
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import ServiceAccountRole, TrustCondition, TrustStatement
    from eks_guard.model.resource import Site
    from eks_guard.model.value import Value

SUBJECT = "system:serviceaccount:"
_SUBJECT = re.compile(rf"{SUBJECT}[^:]+:[^:]+", re.IGNORECASE)
AUDIENCES = ("sts.amazonaws.com", "sts.amazonaws.com.cn")
OPEN = "$"
AGENT = "eks-pod-identity-agent"
REFUSED = '"AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"'


def _have_provider(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            cluster.identity.has_oidc_provider,
            f"service account {account.namespace}/{account.name} names an IAM role, and the app makes no OIDC provider "
            'for its cluster: pods will get "InvalidIdentityToken: No OpenIDConnect provider found"',
            account.place,
            (Step(0, "manifest", f"annotates {account.namespace}/{account.name} with a role", account.place),),
        )
        for account in cluster.identity.accounts
        if account.identity is Identity.IRSA
    )


def _trust_matches(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations = []
    for role, statement in _statements(cluster):
        mistake = lift(lambda conditions, role=role: _mistake(conditions, cluster, role), statement.conditions)
        observations.append(
            _about(role, statement, lift(lambda found: found is None, mistake), _explained(role, mistake))
        )
    return tuple(observations)


def _explained(role: ServiceAccountRole, mistake: Value[str | None]) -> str:
    if isinstance(mistake, Unknown):
        return f"whom {role.at.id} trusts is not known: {mistake.reason}"
    return (
        f"{role.at.id} trusts no pod: {mistake.value}; pods will get {REFUSED}"
        if mistake.value
        else f"{role.at.id} trusts its pods"
    )


def _mistake(conditions: tuple[TrustCondition, ...], cluster: Cluster, role: ServiceAccountRole) -> str | None:
    """What makes the conditions impossible to meet; None if they can be met."""
    for condition in conditions:
        found = _impossible(condition)
        if found:
            return found
    subjects = [c for c in conditions if c.claim == "sub"]
    for account in cluster.identity.accounts:
        wanted = f"{SUBJECT}{account.namespace}:{account.name}"
        if account.role == role.at.resource and OPEN not in wanted and not all(_accepts(c, wanted) for c in subjects):
            values = ", ".join(value for c in subjects for value in c.values)
            return f"service account {account.namespace}/{account.name} names it, and it wants {values}"
    return None


def _impossible(condition: TrustCondition) -> str | None:
    values = condition.values
    key = f"{condition.issuer}:{condition.claim}"
    if "arn:" in condition.issuer or ":oidc-provider/" in condition.issuer:
        return f"the condition key {key} holds the ARN of the provider, not the issuer's host and path"
    if condition.issuer.startswith("https://"):
        return f"the condition key {key} begins with https://, which the issuer in a key does not"
    if condition.claim == "aud" and values and not any(_accepts(condition, audience) for audience in AUDIENCES):
        return f"it wants the audience {', '.join(values)}, and EKS sends sts.amazonaws.com"
    if condition.claim == "sub" and _is_exact(condition) and values and all("*" in v or "?" in v for v in values):
        return f"{condition.operator} compares {', '.join(values)} letter by letter; a wildcard needs StringLike"
    if condition.claim == "sub" and _is_exact(condition) and values and not any(map(_may_be_a_subject, values)):
        return f"it wants {', '.join(values)}, and EKS sends {SUBJECT}<namespace>:<name>"
    return None


def _is_exact(condition: TrustCondition) -> bool:
    return condition.operator.rpartition(":")[2].startswith("StringEquals")


def _may_be_a_subject(value: str) -> bool:
    return OPEN in value or _SUBJECT.fullmatch(value) is not None


def _accepts(condition: TrustCondition, subject: str) -> bool:
    """Whether a comparison lets a subject through; one that is not understood does."""
    if any(OPEN in value for value in condition.values):
        return True
    operator = condition.operator.rpartition(":")[2].removesuffix("IfExists")
    if operator == "StringLike":
        return any(fnmatchcase(subject, value.replace("[", "[[]")) for value in condition.values)
    return operator != "StringEquals" or subject in condition.values


def _trust_narrow(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    observations = []
    for role, statement in _statements(cluster):
        wide = lift(_wide, statement.conditions)
        says = (
            f"{role.at.id} lets {wide.value} take it"
            if isinstance(wide, Known) and wide.value
            else f"{role.at.id} names its pods"
        )
        if isinstance(wide, Unknown):
            says = f"whom {role.at.id} trusts is not known: {wide.reason}"
        observations.append(_about(role, statement, lift(lambda found: found is None, wide), says))
    return tuple(observations)


def _wide(conditions: tuple[TrustCondition, ...]) -> str | None:
    """Whom the conditions let in beyond named service accounts; None if they name them."""
    subjects = [condition for condition in conditions if condition.claim == "sub"]
    if not subjects:
        return "every service account of the cluster"
    subjects = [condition for condition in subjects if "Not" not in condition.operator]
    if not subjects:
        return f"all but {', '.join(value for c in conditions if c.claim == 'sub' for value in c.values)}"
    narrow = [c for c in subjects if _is_exact(c) or not any("*" in value or "?" in value for value in c.values)]
    return None if narrow else f"all that match {', '.join(value for c in subjects for value in c.values)}"


def _about(role: ServiceAccountRole, statement: TrustStatement, value: Value[bool], says: str) -> Observation:
    return Observation(
        value,
        says,
        statement.place,
        (Step(0, "role", role.at.id, role.at.place), Step(1, "trust", says, statement.place)),
    )


def _statements(cluster: Cluster) -> Iterator[tuple[ServiceAccountRole, TrustStatement]]:
    return ((role, statement) for role in cluster.identity.roles for statement in role.statements)


def _oidc_providers(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    providers = cluster.identity.providers
    says = (
        f"the app makes {len(providers)} OIDC providers for the issuer of the cluster: the deploy will fail with "
        '"EntityAlreadyExists: Provider with url https://oidc.eks… already exists"'
    )
    return _counted(cluster, [provider.at for provider in providers], says, "OIDC providers")


def _pod_identity_agents(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    agents = [addon.at for addon in cluster.addons if addon.name == Known(AGENT)]
    says = f'the app installs {AGENT} {len(agents)} times: the deploy will fail with "Addon already exists"'
    return _counted(cluster, agents, says, "agents")


def _counted(cluster: Cluster, found: Sequence[Site], says: str, what: str) -> tuple[Observation, ...]:
    """How many of some resources a cluster has; the last of them is the one too many.

    Conditions may keep all but one of them out: then it is unknown.
    """
    place = found[-1].place if found else cluster.place
    always = sum(1 for site in found if site.condition is None)
    count: Value[int] = Known(len(found), place)
    if len(found) > 1 and always <= 1:
        conditions = ", ".join(dict.fromkeys(site.condition.logical_id for site in found if site.condition))
        count = Unknown(f"whether more than one of the {len(found)} {what} is made depends on {conditions}", place)
        says = count.reason
    return one(cluster, count, says, f"{what}: {len(found)}")


FACTS = (
    Fact(
        "service_accounts.have_provider",
        BOOLEAN,
        "Whether the cluster has an OIDC provider; one observation for each service account that names an IAM role.",
        "true",
        _have_provider,
    ),
    Fact(
        "irsa.trust_matches",
        BOOLEAN,
        "Whether a role's trust can be met at all, and by the service accounts that name it; one for each statement.",
        "true",
        _trust_matches,
    ),
    Fact(
        "irsa.trust_narrow",
        BOOLEAN,
        "Whether a role's trust names its service accounts, without wildcards; one for each statement.",
        "true",
        _trust_narrow,
    ),
    Fact(
        "identity.oidc_providers",
        INTEGER,
        "How many OIDC providers the app makes for the cluster.",
        "1",
        _oidc_providers,
    ),
    Fact(
        "identity.pod_identity_agents",
        INTEGER,
        "How many times the app installs the Pod Identity agent on the cluster.",
        "1",
        _pod_identity_agents,
    ),
)
