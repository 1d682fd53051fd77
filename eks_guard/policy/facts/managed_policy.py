"""Whether the policies of AWS that a role names exist, and whether the role may have them.

IAM finds a policy by its whole ARN, of which a path such as `service-role/` is a part, without regard to case
(https://github.com/awslabs/mcp/pull/4101). Names are unique in all paths:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html. Where AWS gave a policy a successor of
nearly the same name, that has one more `_` or `-`, as AWSLambda_FullAccess after AWSLambdaFullAccess (16 since 2017, of
which only AWS_ConfigRole went back from AWS_Config_Role), so a name with more of them than a known one may be new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model import asked
from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix, in_comment
from eks_guard.model.identity import OPEN
from eks_guard.model.kubectl import Step
from eks_guard.model.nodes import OPEN_PIECE
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.properties import why_unknown
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


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is known of a policy: whether a role gets it, None where that is open; `right` is what AWS has instead.

    `why` ends the sentence that names it, or says why it is open.
    """

    exists: bool | None
    why: str = ""
    right: str | None = None


def policies_exist(role: Role, context: Context) -> tuple[Observation, ...]:
    """One observation for each policy that is missing or not known, else one for all."""
    found = tuple(_named(role, context))
    wanting = tuple(_about(role, policy, answer) for policy, answer in found if not answer.exists)
    says = f"AWS has the policies that {role.at.id} names"
    return wanting or ((Observation(Known(value=True), says, role.at.place),) if found else ())


def refusal(role: Role, context: Context) -> str | None:
    """Why CloudFormation cannot create a role; None where it may be able to, as far as policies of AWS go."""
    wrong = [policy for policy, answer in _named(role, context) if answer.exists is False]
    surely = [policy for policy in wrong if policy.named == Known(value=True)]
    for policy in (*surely, *wrong):
        cannot = "cannot" if policy in surely else "may be unable to"
        return f"the deploy {cannot} {asked.REFUSED_ROLE(role.at.id)} {policy.name}, and gets no such policy"
    return None


def _named(role: Role, context: Context) -> Iterator[tuple[NamedPolicy, LookedUp]]:
    policies = context.estate.resources.managed_policies(role.at.resource)
    return ((one, looked_up(one, context.tables)) for one in policies if one.named != Known(value=False))


def looked_up(policy: NamedPolicy, tables: Tables) -> LookedUp:
    """Whether AWS has a policy; one that no table lists may be new."""
    name = policy.name
    if name in tables.managed_policies:
        return LookedUp(exists=True)
    if policy.partition != OPEN:
        return LookedUp(None, f"the tables do not list the policies of the partition {policy.partition}: {name}")
    if name.lower().startswith(LINKED):
        return LookedUp(
            exists=False,
            why="which only a role has that AWS makes itself: "
            'the deploy will fail with "Cannot attach a Service Role Policy to a Customer Role"',
            right=INSTEAD.get(name.rpartition("/")[2]),
        )
    if OPEN in name:
        shown = name.replace(OPEN, OPEN_PIECE)
        return LookedUp(None, f"which policy of AWS it names is decided when the stack is deployed: {shown}")
    table = tables.table(NAMES)
    right = _of_same_letters(name, table, tables)
    if right and right.lower() == name.lower():
        return LookedUp(exists=True)
    return _misspelt(name, right, table)


def _misspelt(name: str, right: str | None, table: Mapping[str, Any]) -> LookedUp:
    last = name.rpartition("/")[2]
    if last.lower() in map(str.lower, table["withdrawn"]):
        return LookedUp(None, f"AWS has withdrawn {last}: a role that has it keeps it, and no other role gets it")
    if right is None or _separators(last) > _separators(right.rpartition("/")[2]):
        but = f", but {right}" if right else ""
        return LookedUp(None, f"AWS had no policy {name} on {table['as_of']}{but}; it may be new")
    fails = f'the deploy will fail with "Policy arn:aws:iam::aws:policy/{name} does not exist or is not attachable"'
    if right.startswith(LINKED):
        return LookedUp(
            exists=False,
            why=f"which AWS has as {right}, for a role that it makes itself: {fails}",
            right=INSTEAD.get(last),
        )
    return LookedUp(exists=False, why=f"which AWS has as {right} only: {fails}", right=right)


def _of_same_letters(name: str, table: Mapping[str, Any], tables: Tables) -> str | None:
    """The policy with the letters and digits of a name, whatever path and separators either has."""
    wanted = _letters(name)
    listed = (path + one for one, path in table["names"].items())
    return next((one for one in (*tables.managed_policies, *listed) if _letters(one) == wanted), None)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.rpartition("/")[2] if letter not in SEPARATORS).lower()


def _separators(name: str) -> int:
    return sum(name.count(one) for one in SEPARATORS)


def _about(role: Role, policy: NamedPolicy, answer: LookedUp) -> Observation:
    holder = role.holder or role.at
    steps = (
        *((Step(0, "takes", holder.id, holder.place),) if holder != role.at else ()),
        Step(1, "role", f"names {policy.name.replace(OPEN, OPEN_PIECE)}", policy.place),
    )
    if answer.exists is None:
        value: Value[bool] = Unknown(answer.why, policy.place)
        ask = f"Ask IAM: `aws iam get-policy --policy-arn arn:aws:iam::aws:policy/{in_comment(policy.name)}`."
        return Observation(
            value,
            f"unknown whether AWS has a policy that {role.at.id} names: {answer.why}",
            policy.place,
            steps,
            settled_by=None if OPEN in policy.name else ask,
        )
    lacks = lift(lambda named: not named, policy.named)
    fix = _name(answer.right, policy.name) if answer.right else _leave_out(policy.name)
    return Observation(
        lacks,
        f"{role.at.id} names the policy {policy.name}, {answer.why}",
        policy.place,
        steps,
        fix=fix,
        remedy=f"{fix.title}.",
        if_unknown=why_unknown(lacks),
    )


def _name(right: str, wrong: str) -> Fix:
    instead = f"instead of {in_comment(wrong)}"
    return Fix.of(
        f"Name the policy {right}",
        module="iam",
        typescript=f"iam.ManagedPolicy.fromAwsManagedPolicyName('{right}'),  // {instead}",
        python=f'iam.ManagedPolicy.from_aws_managed_policy_name("{right}"),  # {instead}',
        cloudformation=f"ManagedPolicyArns:  # {instead}\n  - !Sub arn:${{AWS::Partition}}:iam::aws:policy/{right}",
    )


def _leave_out(wrong: str) -> Fix:
    says = f"without {in_comment(wrong)}: write a policy of your own for what the role needs"
    return Fix.of(
        f"Take {wrong} out of the role, and write a policy of your own for what it needs",
        typescript=f"// {says}",
        python=f"# {says}",
        cloudformation=f"# {says}",
    )
