"""Pseudo parameters, as far as the environment of a stack decides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Stack

_PARTITIONS = (("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"))


def pseudo_parameter(name: str, stack: Stack) -> str | None:
    """Return the value of `AWS::Region` and its kin; None where the deployment decides it."""
    region = stack.environment.region
    match name:
        case "AWS::Region":
            return region
        case "AWS::AccountId":
            return stack.environment.account
        case "AWS::StackName":
            return None if stack.parent else stack.name
        case "AWS::Partition" if region:
            return next((partition for prefix, partition, _ in _PARTITIONS if region.startswith(prefix)), "aws")
        case "AWS::URLSuffix" if region:
            return next((suffix for prefix, _, suffix in _PARTITIONS if region.startswith(prefix)), "amazonaws.com")
    return None
