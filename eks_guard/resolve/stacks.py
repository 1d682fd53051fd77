"""The stacks that are deployed on their own: account, region, stage and tags, as far as the assembly says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.model import asked
from eks_guard.model.resource import DeployedStack
from eks_guard.model.value import Known, Place, Unknown

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Stack
    from eks_guard.model.value import Value


def deployed_stack(stack: Stack) -> DeployedStack:
    """Where a stack goes. Without a manifest, whoever deploys the template decides."""
    place = Place(stack.document.name)
    return DeployedStack(
        id=stack.id,
        stage=stack.path,
        account=_given(stack.environment.account, "AWS::AccountId", place),
        region=_given(stack.environment.region, "AWS::Region", place),
        partition=pseudo_parameter("AWS::Partition", stack),
        tags=_tags(stack, place),
    )


def _given(found: str | None, name: str, place: Place) -> Value[str]:
    return Unknown(asked.PSEUDO(name), place) if found is None else Known(found, place)


def _tags(stack: Stack, place: Place) -> Value[tuple[tuple[str, str], ...]]:
    if stack.tags is None:
        return Unknown(f"the tags of stack {stack.id} are decided when it is deployed", place)
    return Known(tuple((str(key), str(value)) for key, value in stack.tags.items()), place)
