"""Facts about roles for service accounts: whether pods can take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix
from eks_guard.model.identity import REFUSES_ROLE
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, lift
from eks_guard.policy.facts.fact import Context, Fact, later
from eks_guard.policy.facts.statements import about, by_place, in_every_branch
from eks_guard.policy.facts.trust import EKS_SENDS, STS, SUBJECT, accepts, is_open, is_unread, mistake_of
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.identity import (
        OidcProvider,
        ServiceAccount,
        ServiceAccountRole,
        TrustCondition,
        TrustStatement,
    )
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.value import Value

REFUSED = '"AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"'
AUDIENCE_FIX = Fix.of(
    "Add the audience sts.amazonaws.com to the provider, which is the one that pods send",
    typescript="clientIds: ['sts.amazonaws.com'],  // of the provider, beside the audiences it has",
    python='client_ids=["sts.amazonaws.com"],  # of the provider, beside the audiences it has',
    cloudformation="ClientIdList:  # beside the audiences it has\n  - sts.amazonaws.com",
)
OF_ROLE = ("service-account-role",)


def _trust_matches(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    naming: dict[ResourceId | None, list[ServiceAccount]] = {}
    for account in cluster.identity.accounts:
        naming.setdefault(account.role, []).append(account)
    named = ((role, naming.get(role.at.resource, [])) for role in cluster.identity.roles)
    roles = [found for role, accounts in named for found in _about_role(role, accounts)]
    by_id = {role.at.resource: role for role in cluster.identity.roles if not role.statements}
    addons = ((addon, role) for addon in cluster.addons for role in addon.token_roles)
    roles += [found for addon, role in addons if role in by_id for found in _of_addon(addon, by_id[role], context)]
    return (*roles, *(found for provider in cluster.identity.providers for found in _about_provider(provider, cluster)))


def _role_trust_matches(role: ServiceAccountRole, _: Context) -> tuple[Observation, ...]:
    return tuple(_about_role(role, []))


def _about_role(role: ServiceAccountRole, named: list[ServiceAccount]) -> Iterator[Observation]:
    """Whether pods can take a role, as whom the accounts come that name it: one for each statement, or for all."""
    if not role.statements:
        yield from _trusts_no_pod(role, named)
        return
    places = tuple(by_place(role))
    for statements in places:
        mistake = in_every_branch(statements, lambda one: _mistake(one, role, named))
        if isinstance(mistake, Unknown):
            says = f"unknown which pods {role.at.id} trusts: {mistake.reason}"
        elif mistake.value:
            what = "this statement in the trust policy" if len(places) > 1 else "the trust policy"
            then = "" if mistake.value.endswith(REFUSES_ROLE) else f"; pods will get {REFUSED}"
            says = f"no pod can satisfy {what} of {role.at.id}: {mistake.value}{then}"
        else:
            says = f"{role.at.id} trusts its pods"
        yield about(role, statements[0], lift(lambda found: found is None, mistake), says)


def _trusts_no_pod(role: ServiceAccountRole, named: Iterable[ServiceAccount]) -> Iterator[Observation]:
    """A role that a service account names, and that trusts no provider of a cluster."""
    for account in named:
        if account.identity == "irsa":
            says = (
                f"service account {account.namespace}/{account.name} names {role.at.id}, which trusts no web identity: "
                f"pods will get {REFUSED}"
            )
            steps = (
                Step(0, "manifest", f"{account.namespace}/{account.name} names the role", account.place),
                Step(1, "role", f"{role.at.id} trusts no OIDC provider", role.at.place),
            )
            value: Value[bool] = Known(value=False, place=role.at.place)
            if account.perhaps:
                value = Unknown(
                    f"a condition decides whether {account.namespace}/{account.name} names it", account.place
                )
            yield Observation(value, says, role.at.place, steps)


_of_addon = later("eks_guard.policy.facts.irsa_of_addon", "of_addon")


def _mistake(statement: TrustStatement, role: ServiceAccountRole, named: list[ServiceAccount]) -> Value[str | None]:
    """What keeps every pod from a role by one statement; None if nothing does."""
    if statement.takes_tokens == Known(value=False):
        if any(other.takes_tokens != Known(value=False) for other in role.statements):
            return Known(None, statement.place)
        return Known("it allows sts:AssumeRole, but pods call sts:AssumeRoleWithWebIdentity", statement.place)
    sent = EKS_SENDS | {account.audience for account in named if account.audience}
    found = lift(lambda conditions: mistake_of(conditions, statement.issuer, sent), statement.conditions)
    if (
        found == Known(None)
        and isinstance(statement.conditions, Known)
        and any(map(is_unread, statement.conditions.value))
    ):
        return Unknown("the issuer that its conditions name is decided when the stack is deployed", statement.place)
    if statement.misnamed:
        found = Known(statement.misnamed, statement.place)
    if statement.denied_to_all:
        found = Known("another statement denies it to every pod", statement.place)
    if statement.denied_to_all is None and found == Known(None):
        return Unknown("whether another statement denies it is decided when the stack is deployed", statement.place)
    if (
        isinstance(statement.conditions, Known)
        and found == Known(None)
        and any(map(is_open, statement.conditions.value))
    ):
        return Unknown("the service accounts it names are decided when the stack is deployed", statement.place)
    found = found if _decides(found) else _of_accounts(statement, role, found, named)
    undecided = next(
        (value for value in (statement.takes_tokens, statement.of_eks) if isinstance(value, Unknown)), None
    )
    takes = isinstance(statement.takes_tokens, Unknown)  # it may turn out to be sts:AssumeRole
    if undecided and isinstance(found, Known) and (found.value or takes):
        return Unknown(undecided.reason, statement.place)
    return found


def _decides(found: Value[str | None]) -> bool:
    return isinstance(found, Unknown) or found.value is not None


def _of_accounts(
    statement: TrustStatement, role: ServiceAccountRole, fine: Value[str | None], named: Iterable[ServiceAccount]
) -> Value[str | None]:
    """What keeps out a service account that names the role, by this statement and by all others."""
    for account in sorted(named, key=lambda one: one.perhaps):  # what is certain comes first
        if any("$" in text for text in (account.namespace, account.name, account.audience or "")):
            continue
        lets = [lift(lambda found, who=account: _lets(found, who), other.conditions) for other in role.statements]
        if all(isinstance(answer, Known) and not answer.value for answer in lets):
            conditions = statement.conditions.value if isinstance(statement.conditions, Known) else ()
            refused = {c.claim for c in conditions if not _accepts(c, account)}
            names_it = f"names it with the audience {account.audience or STS}" if refused == {"aud"} else "names it"
            expected = ", ".join(value for c in conditions if c.claim in refused for value in c.values)
            who = f"service account {account.namespace}/{account.name}"
            if expected and account.perhaps:
                reason = f"a condition decides whether {who} {names_it}, and it expects {expected}"
                return Unknown(reason, account.place)
            if expected:
                return Known(f"{who} {names_it}, but it expects {expected}")
    return fine


def _lets(conditions: tuple[TrustCondition, ...], account: ServiceAccount) -> bool:
    return all(_accepts(condition, account) for condition in conditions)


def _accepts(condition: TrustCondition, account: ServiceAccount) -> bool:
    """Whether a condition lets through what EKS puts into the tokens of a service account."""
    match condition.claim:
        case "sub":
            return accepts(condition, f"{SUBJECT}{account.namespace}:{account.name}")
        case "aud":
            return accepts(condition, account.audience or STS)
    return True


def _about_provider(provider: OidcProvider, cluster: Cluster) -> Iterator[Observation]:
    """Whether a provider of the cluster takes the audience of its tokens.

    One without a list takes none: `OpenIdConnectProviderProps.clientIds` of
    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.OpenIdConnectProvider.html
    """
    audiences = provider.audiences
    takes = lift(lambda listed: STS in (listed or ()), audiences)
    if isinstance(takes, Known) and not takes.value:
        listed = (audiences.value or ()) if isinstance(audiences, Known) else ()
        asked = {account.audience for account in cluster.identity.accounts}
        if listed and (asked & set(listed) or any(_wants(role, listed) for role in cluster.identity.roles)):
            takes = Unknown(f"pods send only the audience {', '.join(listed)} if their service account requests it")
        names = f"only the audience {', '.join(listed)}" if listed else "no audience"
        says = (
            f"{provider.at.id} accepts {names}, but EKS sends sts.amazonaws.com: pods will get "
            '"InvalidIdentityToken: Incorrect token audience"'
        )
    else:
        says = f"{provider.at.id} accepts tokens for sts.amazonaws.com"
    place = audiences.place or provider.at.place
    steps = (Step(0, "provider", provider.at.id, provider.at.place),)
    says = says if isinstance(takes, Known) else takes.reason
    yield Observation(takes, says, place, steps, fix=AUDIENCE_FIX, remedy=f"{AUDIENCE_FIX.title}.")


def _wants(role: ServiceAccountRole, audiences: Iterable[str]) -> bool:
    """Whether a role compares the audience with one of these, as where service accounts ask for it."""
    conditions = [c for s in role.statements if isinstance(s.conditions, Known) for c in s.conditions.value]
    return any(audience in c.values for c in conditions if c.claim == "aud" for audience in audiences)


FACTS = (
    Fact(
        "irsa.trust_matches",
        BOOLEAN,
        "Whether pods, including the service accounts that name the role, can satisfy its trust policy, and whether "
        "the provider accepts their tokens; one for each statement and provider.",
        "true",
        _trust_matches,
    ),
    Fact(
        "role.trust_matches",
        BOOLEAN,
        "Like irsa.trust_matches, for a role whose cluster is not in the app.",
        "true",
        _role_trust_matches,
        match=OF_ROLE,
    ),
)
