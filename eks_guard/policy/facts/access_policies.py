"""Whether EKS has the access policies that an access entry names, and takes them by these ARNs.

It finds them by the whole ARN, in the partition of the cluster: https://github.com/gravitational/teleport/issues/53813.
AWS alone makes access policies, and more each year: a name that the table does not list is none only if it is a slip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.data import access_policies
from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, lift, possible
from eks_guard.policy.facts.properties import of_property, settled
from eks_guard.records import replace
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from eks_guard.model.finding import Observation
    from eks_guard.model.identity import AccessEntry
    from eks_guard.model.value import Value
    from eks_guard.policy.facts.fact import Context

TABLE = "access_policies"
ACCESS_POLICY = regex(r"arn:(?:aws[a-z-]*|\*):eks::aws:cluster-access-policy/\S+")
"""The ARN of an access policy, with `*` for its open parts."""
SHAPE = "arn:aws:eks::aws:cluster-access-policy/…"
OF_IAM = ":iam::"
ADMIN = "AmazonEKSClusterAdminPolicy"
OPEN_POLICY = "whether it is the ARN of an access policy is known only when the stack is deployed"
OPEN_NAME = "which access policy it names is known only when the stack is deployed"
FAILS = 'the deploy will fail with "The specified policyArn could not be found"'
ASK = "Ask EKS: `aws eks list-access-policies`."


def of_policies(entry: AccessEntry, context: Context) -> Iterator[Observation]:
    """Whether what an entry names are access policies, of its partition, and there."""
    stack = context.estate.stack(entry.at.stack)
    partition = stack.partition if stack else None
    names = access_policies()
    policies = entry.policies
    known = settled(_all(policies, _is_of_eks), OPEN_POLICY)
    foreign = _first(policies, _is_of_eks)
    says = f"{entry.at.id} names {_foreign(foreign)}: EKS takes only its access policies, {SHAPE}"
    name = foreign.rpartition("/")[2]
    yield _of(entry, known, says, _fix(name if name in names else ADMIN, partition))
    if known == Known(value=False) or not possible(policies):
        return
    if partition:
        fits = settled(_all(policies, lambda arn: _is_in(arn, partition)), OPEN_POLICY)
        wrong = _first(policies, lambda arn: _is_in(arn, partition))
        says = f"{entry.at.id} names {wrong}, which is not of the partition {partition}, where its cluster is: {FAILS}"
        yield _of(entry, fits, says, _fix(wrong.rpartition("/")[2], partition))
    if all(arn.rpartition("/")[2] in names for arns in possible(policies) for arn in arns):
        return
    table = context.tables.table(TABLE)
    doubtful = _first(policies, lambda arn: False if _exists(arn, table) is None else None)
    there = settled(_all(policies, lambda arn: _exists(arn, table)), _doubt(doubtful, table))
    wrong = _first(policies, lambda arn: _exists(arn, table)).rpartition("/")[2]
    right = slip(wrong, table["names"]) or ADMIN
    says = f"{entry.at.id} names the access policy {wrong}, which EKS has as {right} only: {FAILS}"
    yield replace(
        _of(entry, there, says, _fix(right, partition)),
        settled_by=None if OPEN_PART in doubtful.rpartition("/")[2] else ASK,
    )


def _of(entry: AccessEntry, value: Value[bool], says: str, fix: Fix) -> Observation:
    shown = f"AccessPolicies {in_branches(entry.policies)}"
    lines = of_property("access entry", entry.at, shown, value, says, entry.policies.place)
    return replace(lines, fix=fix, remedy=f"{fix.title}.")


def _all(policies: Value[tuple[str, ...]], judge: Callable[[str], bool | None]) -> Value[bool | None]:
    """Whether all ARNs are so; None where one leaves it open."""

    def judged(arns: tuple[str, ...]) -> bool | None:
        found = set(map(judge, arns))
        return False if False in found else None if None in found else True

    return lift(judged, policies)


def _first(policies: Value[tuple[str, ...]], judge: Callable[[str], bool | None]) -> str:
    """The first ARN that is not so, an empty text where there is none."""
    return next((arn for each in possible(policies) for arn in each if judge(arn) is False), "")


def _foreign(arn: str) -> str:
    """What EKS does not take as an access policy, in words."""
    if OF_IAM in arn:
        return "a policy of IAM"
    return f'"{arn}", which is not the ARN of an access policy' if arn else "what may be no access policy"


def _is_of_eks(arn: str) -> bool | None:
    shown = OPEN_PARTS.sub("*", arn)
    if ACCESS_POLICY.fullmatch(shown):
        return True
    return None if "*" in shown and OF_IAM not in shown and not any(map(str.isspace, shown)) else False


def _is_in(arn: str, partition: str) -> bool | None:
    written = arn.split(":")[1] if ":" in arn else OPEN_PART
    return None if OPEN_PART in written else written == partition


def _exists(arn: str, table: Mapping[str, Any]) -> bool | None:
    """Whether EKS has an access policy; None for one that may be new, and where an open part decides it."""
    name = arn.rpartition("/")[2]
    if name in table["names"]:
        return True
    meant = slip(name, table["names"], changed=False)
    is_sure = meant and meant.lower() != name.lower() and not any(map(str.isdigit, name))
    return False if is_sure and OPEN_PART not in name else None


def _doubt(arn: str, table: Mapping[str, Any]) -> str:
    name = arn.rpartition("/")[2]
    if OPEN_PART in name:
        return OPEN_NAME
    meant = slip(name, table["names"])
    return f"EKS had no access policy {name} on {table['as_of']}{f', but {meant}' if meant else ''}; it may be new"


def _fix(name: str, partition: str | None) -> Fix:
    arn = f"arn:{partition or 'aws'}:eks::aws:cluster-access-policy/{name}"
    return Fix.of(
        f"Name the access policy {name} of EKS by its ARN",
        typescript=f"policyArn: '{arn}',",
        python=f'"policyArn": "{arn}",',
        cloudformation=f"PolicyArn: !Sub arn:${{AWS::Partition}}:eks::aws:cluster-access-policy/{name}",
    )
