"""Namespaces that another stack of the app creates: whether that is deployed before what goes into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Known, Unknown, Value
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.resource import Site
    from eks_guard.model.workloads import Manifest
    from eks_guard.policy.facts.fact import Context


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Whether a namespace of another stack is there in time; `says` why it may not be, `asks` what would settle it."""

    in_time: Value[bool]
    says: str
    asks: str


def made_elsewhere(at: Site, goes: str, makers: Sequence[Manifest], namespace: str, context: Context) -> Elsewhere:
    """What is known of a namespace that some manifests create, none of which is in the stack of a resource.

    `goes` begins the sentence: what of the resource goes into the namespace.
    """
    comes_first = context.estate.resources.comes_first
    maker = makers[0].at
    if any(comes_first(one.at.resource, at.resource) for one in makers):
        return Elsewhere(Known(value=True, place=at.place), f"{goes}, which {maker.id} creates before", "")
    waits = comes_first(at.resource, maker.resource)
    order = f"{maker.resource.stack} is deployed after it" if waits else f"nothing orders it after {maker.id}"
    says = (
        f"{goes}, which {maker.id} creates, but {order}: the deploy of a new cluster will fail "
        f'(namespaces "{namespace}" not found) unless the namespace is there first'
    )
    asks = f"Create the namespace {namespace} in a stack that is deployed before {at.resource.stack}"
    if not waits:
        asks = f"{asks}, or make {at.resource.stack} depend on {maker.resource.stack}"
    return Elsewhere(Unknown(says, at.place), says, f"{asks}.")
