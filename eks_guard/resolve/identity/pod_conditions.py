"""Whether EKS Pod Identity meets the conditions of a trust: it sends the account, the cluster, and tags of the pod.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.resolution import Attribute
from eks_guard.assembly.stack import Node
from eks_guard.resolve.identity.arn_patterns import is_pattern
from eks_guard.resolve.identity.conditions import NEVER_SENT, Met, compared, met_by, never_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.resolve.identity.documents import Statement

ACCOUNT = "aws:sourceaccount"
TAG = "aws:requesttag/"
CLUSTER = "eks-cluster-name"
"""The tag that has the name of the cluster; others have namespace, service account and pod."""


def meets(statement: Statement, sent: Mapping[str, Resolution]) -> Met:
    """Return whether EKS meets the conditions of a statement; `sent` has the tags of an association by their keys."""

    def judge(operator: str, key: str, values: tuple[Resolution, ...]) -> Met:
        if key in NEVER_SENT:
            return never_sent(operator, key, values)
        if key == ACCOUNT:
            own = Node(statement.node.stack, (), {"Ref": "AWS::AccountId"})
            return Met(compared(operator, [same(value, own) for value in values]))
        if key == "aws:sourcearn":
            return Met(compared(operator, [_is_cluster(value, sent.get(CLUSTER)) for value in values]))
        tag = sent.get(key.removeprefix(TAG)) if key.startswith(TAG) else None
        if tag is None or any(map(is_pattern, values)):
            return Met(answer=None)
        return Met(compared(operator, [same(value, tag) for value in values]))

    return met_by(statement, judge)


def _is_cluster(arn: Resolution, name: Resolution | None) -> bool | None:
    """Whether an ARN is that of the cluster that an association names."""
    if isinstance(arn, Attribute) and isinstance(name, Attribute) and arn.resource is name.resource:
        return True if arn.name == "Arn" else None
    return None
