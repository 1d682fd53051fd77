"""Pseudo parameters, as far as the environment of a stack decides them; and the stacks that share one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Environment, Stack

_PARTITIONS = (
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    *((f"{area}-", "aws", "amazonaws.com") for area in ("af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us")),
)
"""How the names of regions begin, their partition and the ends of its domains, as the SDKs of AWS list them:
https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json (1.43.117)"""


PARTITIONS = tuple(dict.fromkeys(partition for _, partition, _ in _PARTITIONS))


def pseudo_parameter(name: str, stack: Stack) -> str | None:
    """Return the value of `AWS::Region` and its kin; None where the deployment decides it."""
    match name:
        case "AWS::Region":
            return stack.environment.region
        case "AWS::AccountId":
            return stack.environment.account
        case "AWS::StackName":
            return None if stack.parent else stack.name
        case "AWS::Partition":
            return _partition_of(stack.environment)
        case "AWS::URLSuffix":
            partition = _partition_of(stack.environment)
            return next((suffix for _, named, suffix in _PARTITIONS if named == partition), None)
    return None


def _partition_of(environment: Environment) -> str | None:
    return (partition_of(environment.region) if environment.region else None) or environment.partition


def partition_of(region: str) -> str | None:
    """Return the partition of a region, which each ARN in it begins with; None for a region of an area that is new."""
    return next((partition for prefix, partition, _ in _PARTITIONS if region.startswith(prefix)), None)


def deployed_with(follow: Follow, stack: Stack) -> Stack:
    """One of the stacks that go into the account and region of a stack, wherever that is: the same one for all of them.

    `cdk deploy` deploys what a stack depends on with it; stacks without an environment then share that of the command:
    https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-deploy.html
    """
    if follow.memory.deployed_with is None:
        follow.memory.deployed_with = _one_of_each(follow.assembly.stacks)
    return follow.memory.deployed_with.get(stack, stack)


def _one_of_each(stacks: Sequence[Stack]) -> Mapping[Stack, Stack]:
    """By stack one of those that depend on each other, directly or not, and that leave their environment open."""
    open_ = {(s.stage, s.id): s for s in stacks if s.environment.account is None and s.environment.region is None}
    groups = {stack: [stack] for stack in open_.values()}
    for stack in open_.values():
        for name in stack.dependencies:
            other = open_.get((stack.stage, name))
            if other and groups[other] is not groups[stack]:
                larger, smaller = sorted((groups[stack], groups[other]), key=len, reverse=True)
                larger += smaller
                groups.update((one, larger) for one in smaller)
    return {stack: group[0] for stack, group in groups.items()}
