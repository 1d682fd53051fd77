"""Whether the policies of AWS that a role names exist, and whether the role may have them.

IAM finds a policy by its whole ARN, of which a path such as `service-role/` is a part, without regard to case
(https://github.com/awslabs/mcp/pull/4101). It has to be of the partition that the role is in
(https://github.com/aws/aws-parallelcluster/pull/6492, https://github.com/pulumi/pulumi-aws-apigateway/issues/347); a
bare name is no ARN (https://github.com/davidtucker/ps-serverless-app/issues/19). Boundaries have to exist, too, and
cannot be those of roles that AWS makes itself:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html. Names are unique in all paths:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html. Where AWS gave a policy a successor of
nearly the same name, that has one more `_` or `-`, as AWSLambda_FullAccess after AWSLambdaFullAccess (16 since 2017, of
which only AWS_ConfigRole went back from AWS_Config_Role), so a name with more of them than a known one may be new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model import asked
from eks_guard.model.finding import Observation
from eks_guard.model.fix import in_comment
from eks_guard.model.identity import OPEN, REFUSES_ROLE
from eks_guard.model.kubectl import Step
from eks_guard.model.nodes import OPEN_PIECE
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.managed_policy_fixes import fix_of
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.facts.service_trust import is_cut_off
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from eks_guard.data import Tables
    from eks_guard.model.identity import NamedPolicy, Role
    from eks_guard.policy.facts.fact import Context

LINKED = "aws-service-role/"
"""The path of policies that only the roles have which AWS makes for a service:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html"""
INSTEAD = {
    "AmazonEKSServiceRolePolicy": "AmazonEKSClusterPolicy",
    "AWSServiceRoleForAmazonEKSNodegroup": "AmazonEKSWorkerNodePolicy",
    "AmazonEKSForFargateServiceRolePolicy": "AmazonEKSFargatePodExecutionRolePolicy",
}
"""What a role of the app has in place of a policy for a role that EKS makes."""
SEPARATORS = "_-"
NAMES = "managed_policy_names"
SHORTEST = 20
"""Characters of an ARN at least: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html"""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is known of a policy: whether a role gets it, None where that is open; `right` is what AWS has instead.

    `why` ends the sentence that names it, or says why it is open.
    """

    exists: bool | None
    why: str = ""
    right: str | None = None


def policies_exist(role: Role, context: Context) -> tuple[Observation, ...]:
    """One observation for each policy that is missing or not known, else one for all.

    In regions that are cut off from the others, only what is named in a way that no IAM takes is looked at.
    """
    listed = not is_cut_off(role.at.stack, context)
    found = tuple(one for one in _named(role, context) if listed or _is_misnamed(one[0]))
    wanting = tuple(_about(role, policy, answer) for policy, answer in found if not answer.exists)
    says = f"AWS has the policies that {role.at.id} names"
    return wanting or ((Observation(Known(value=True), says, role.at.place),) if found else ())


def refusal(role: Role, context: Context) -> str | None:
    """Why CloudFormation cannot create a role; None where it may be able to, as far as policies of AWS go."""
    wrong = [policy for policy, answer in _named(role, context) if answer.exists is False]
    surely = [policy for policy in wrong if policy.named == Known(value=True)]
    for policy in (*surely, *wrong):
        cannot = "cannot" if policy in surely else "may be unable to"
        return f"the deploy {cannot} {asked.REFUSED_ROLE(role.at.id)} {_shown(policy)}, and gets no such policy"
    return None


def _named(role: Role, context: Context) -> Iterator[tuple[NamedPolicy, LookedUp]]:
    policies = context.estate.resources.managed_policies(role.at.resource)
    return ((one, looked_up(one, context.tables)) for one in policies if one.named != Known(value=False))


def _is_misnamed(policy: NamedPolicy) -> bool:
    return policy.partition is None or policy.is_elsewhere


def looked_up(policy: NamedPolicy, tables: Tables) -> LookedUp:
    """Whether a role gets a policy of AWS, or one that is misnamed; one that no table lists may be new."""
    if _is_misnamed(policy):
        return _misnamed(policy, tables)
    name = policy.name
    if name in tables.managed_policies:
        return LookedUp(exists=True)
    if policy.partition != OPEN:
        return LookedUp(None, f"the tables do not list the policies of the partition {policy.partition}: {name}")
    return _by_name(policy, tables)


def _by_name(policy: NamedPolicy, tables: Tables) -> LookedUp:
    name = policy.name
    if name.lower().startswith(LINKED):
        will = 'the deploy will fail with "Cannot attach a Service Role Policy to a Customer Role"'
        return LookedUp(
            exists=False,
            why="which only a role has that AWS makes itself: " + (REFUSES_ROLE if policy.bounds else will),
            right=INSTEAD.get(name.rpartition("/")[2]),
        )
    if OPEN in name:
        shown = name.replace(OPEN, OPEN_PIECE)
        return LookedUp(None, f"which policy of AWS it names is decided when the stack is deployed: {shown}")
    table = tables.table(NAMES)
    right = _of_same_letters(name, table, tables)
    if right and right.lower() == name.lower():
        return LookedUp(exists=True)
    return _misspelt(policy, right, table)


def _misspelt(policy: NamedPolicy, right: str | None, table: Mapping[str, Any]) -> LookedUp:
    name = policy.name
    last = name.rpartition("/")[2]
    if last.lower() in map(str.lower, table["withdrawn"]):
        return LookedUp(None, f"AWS has withdrawn {last}: a role that has it keeps it, and no other role gets it")
    if right is None or _separators(last) > _separators(right.rpartition("/")[2]):
        but = f", but {right}" if right else ""
        return LookedUp(None, f"AWS had no policy {name} on {table['as_of']}{but}; it may be new")
    begins = "Scope ARN:" if policy.bounds else "Policy"
    fails = f'the deploy will fail with "{begins} {_arn(policy)} does not exist or is not attachable"'
    if right.startswith(LINKED):
        return LookedUp(
            exists=False,
            why=f"which AWS has as {right}, for a role that it makes itself: {fails}",
            right=INSTEAD.get(last),
        )
    return LookedUp(exists=False, why=f"which AWS has as {right} only: {fails}", right=right)


def _misnamed(policy: NamedPolicy, tables: Tables) -> LookedUp:
    """A policy that is named in a way that no IAM takes; what AWS has of that name, if it has it."""
    if policy.is_elsewhere:
        meant = _by_name(policy, tables) if policy.is_of_aws else LookedUp(exists=True)
        why = f"which is not of the partition {policy.of_stack}, where the role is: "
        will = 'the deploy will fail with "Invalid ARN partition"'
        return LookedUp(exists=False, why=why + will, right=policy.name if meant.exists else meant.right)
    right = _of_same_letters(policy.name, tables.table(NAMES), tables)
    is_quoted = len(policy.arn) >= SHORTEST and OPEN_PIECE not in policy.arn and not policy.bounds
    will = f'the deploy will fail with "ARN {policy.arn} is not valid"' if is_quoted else REFUSES_ROLE
    is_taken = right and not right.startswith(LINKED)
    return LookedUp(exists=False, why=f"which is not the ARN of a policy: {will}", right=right if is_taken else None)


def _of_same_letters(name: str, table: Mapping[str, Any], tables: Tables) -> str | None:
    """The policy with the letters and digits of a name, whatever path and separators either has."""
    wanted = _letters(name)
    listed = (path + one for one, path in table["names"].items())
    return next((one for one in (*tables.managed_policies, *listed) if _letters(one) == wanted), None)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.rpartition("/")[2] if letter not in SEPARATORS).lower()


def _separators(name: str) -> int:
    return sum(name.count(one) for one in SEPARATORS)


def _arn(policy: NamedPolicy) -> str:
    """The ARN of a policy of AWS, in the partition of the role."""
    return f"arn:{policy.of_stack or 'aws'}:iam::aws:policy/{policy.name}"


def _shown(policy: NamedPolicy) -> str:
    """How a sentence names a policy: by its name, or by all that is written where that is what is wrong."""
    if policy.partition is None:
        return f'"{policy.arn}"'
    return (policy.arn if policy.is_elsewhere else policy.name).replace(OPEN, OPEN_PIECE)


def _about(role: Role, policy: NamedPolicy, answer: LookedUp) -> Observation:
    holder = role.holder or role.at
    what = "the boundary" if policy.bounds else "the policy"
    steps = (
        *((Step(0, "takes", holder.id, holder.place),) if holder != role.at else ()),
        Step(1, "role", f"names {_shown(policy)}", policy.place),
    )
    if answer.exists is None:
        value: Value[bool] = Unknown(answer.why, policy.place)
        ask = f"Ask IAM: `aws iam get-policy --policy-arn {in_comment(_arn(policy))}`."
        return Observation(
            value,
            f"unknown whether AWS has a policy that {role.at.id} names: {answer.why}",
            policy.place,
            steps,
            settled_by=None if OPEN in policy.name else ask,
        )
    lacks = lift(lambda named: not named, policy.named)
    fix = fix_of(policy, answer.right)
    return Observation(
        lacks,
        f"{role.at.id} names {what} {_shown(policy)}, {answer.why}",
        policy.place,
        steps,
        fix=fix,
        remedy=f"{fix.title}.",
        if_unknown=why_unknown(lacks),
    )
