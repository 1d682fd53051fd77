"""What a service sends when it takes a role: the account, and the ARN of what it takes the role for.

https://docs.aws.amazon.com/eks/latest/userguide/cross-service-confused-deputy-prevention.html,
https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import same, same_arn
from eks_guard.assembly.following.expressions import Expression, expression, joined
from eks_guard.assembly.stack import Node
from eks_guard.resolve.identity.arn_patterns import fits_arn, is_pattern
from eks_guard.resolve.identity.conditions import Met, compared, met_by
from eks_guard.resolve.nodes.fargate import PROFILES
from eks_guard.resolve.spellings import CLUSTER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.resolve.identity.documents import Statement


def meets(statement: Statement, taken: Resource) -> bool | None:
    """Return whether a service that takes a role for a resource meets the conditions of a statement."""
    own = Node(taken.stack, (), {"Ref": "AWS::AccountId"})
    arn = _arn_of(taken)

    def judge(operator: str, key: str, values: tuple[Resolution, ...]) -> Met:
        if arn is None:
            return Met(answer=None)
        if key == "aws:sourceaccount":
            return Met(compared(operator, [same(value, own) for value in values]))
        if key == "aws:sourcearn":
            return Met(compared(operator, [_is(value, arn, operator) for value in values]))
        return Met(answer=None)

    return met_by(statement, judge).answer


def _is(value: Resolution, arn: Expression, operator: str) -> bool | None:
    if not is_pattern(value):
        return same_arn(value, arn)
    return None if "equals" in operator and "arn" not in operator else fits_arn(value, arn)


def _arn_of(taken: Resource) -> Expression | None:
    """The ARN of a cluster or Fargate profile; None for what EKS is not known to send."""
    named = Node(taken.stack, (), {"Ref": taken.logical_id})
    if taken.type in CLUSTER_TYPES:
        return joined((*_beginning(taken), Expression((":cluster/",)), expression(named)))
    if taken.type not in PROFILES:
        return None
    keys = PROFILES[taken.type].keys
    cluster, profile = (taken.properties.dig(*keys(name)) for name in ("clusterName", "fargateProfileName"))
    slash = Expression(("/",))
    names = (Expression((":fargateprofile/",)), expression(cluster), slash, expression(profile))
    return joined((*_beginning(taken), *names, slash, expression(named)))  # the last is an id that EKS makes up


def _beginning(taken: Resource) -> Iterator[Expression]:
    """`arn:aws:eks:REGION:ACCOUNT`."""
    yield Expression(("arn:",))
    yield expression(Node(taken.stack, (), {"Ref": "AWS::Partition"}))
    yield Expression((":eks:",))
    yield expression(Node(taken.stack, (), {"Ref": "AWS::Region"}))
    yield Expression((":",))
    yield expression(Node(taken.stack, (), {"Ref": "AWS::AccountId"}))
