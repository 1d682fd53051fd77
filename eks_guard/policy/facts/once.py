"""Facts about what a cluster takes once, and about names that EKS takes once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.policy.facts.cluster import one
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster, Repeated

ACCESS = "access"
"""Begins what the policy's own lines are about: `grantAccess` makes an entry that is easily overlooked."""
NAMED = ("node", "Fargate", "cluster")
"""Begin what can have any name."""
REFUSALS = {
    "add-on": 'the deploy will fail with "Addon already exists"',
    ACCESS: 'the deploy will fail with "The specified access entry resource is already in use on this cluster"',
    "Pod": 'the deploy will fail with "Association already exists"',
    "capability": "EKS creates one of each type on a cluster",
    "node": 'the deploy will fail with "NodeGroup already exists with name"',
    "Fargate": 'the deploy will fail with "A Fargate Profile already exists with this name in this cluster."',
    "cluster": 'the deploy will fail with "Cluster already exists with name"',
}
"""What EKS does about the second one, by the first word of what it is."""


def _declared_once(cluster: Cluster, _: Context) -> tuple[Observation, ...]:
    found = tuple(_about(pair) for pair in cluster.repeated)
    things = (*cluster.addons, *cluster.capabilities, *cluster.access_entries, *cluster.identity.associations)
    names = [group.name for group in cluster.node_groups] + [profile.name for profile in cluster.fargate.profiles]
    count = len(things) + sum(name != Known(None) for name in names)
    if not count:
        return found
    says = "each add-on, capability, access entry, association and name of nodes is declared once"
    return found or one(cluster, Known(value=True, place=cluster.place), says, f"{count} resources")


def _about(pair: Repeated) -> Observation:
    refusal = next(says for word, says in REFUSALS.items() if pair.what.startswith(word))
    says = f"the {pair.what} is declared by {pair.one.id} and by {pair.other.id}"
    value: Value[bool] = Known(value=False, place=pair.other.place)
    if isinstance(pair.same, Unknown):
        says = f"the {pair.what} may be declared twice, by {pair.one.id} and by {pair.other.id}: {pair.same.reason}"
        value = Unknown(says, pair.other.place)
    else:
        says = f"{says}: {refusal}"
    steps = (
        Step(0, "first", f"{pair.one.id}: {pair.what}", pair.one.place),
        Step(0, "second", pair.other.id, pair.other.place),
    )
    both = f"{pair.one.id} or {pair.other.id}"
    remedy = f"Give {both} another name, or none." if pair.what.startswith(NAMED) else f"Keep one of the two, {both}."
    by_policy = pair.what.startswith(ACCESS)
    return Observation(value, says, pair.other.place, steps, remedy=None if by_policy else remedy)


FACTS = (
    Fact(
        "resources.declared_once",
        BOOLEAN,
        (
            "Whether no add-on, capability, access entry or association is declared twice, and no name of a cluster, a "
            "managed node group or a Fargate profile; one observation for each pair."
        ),
        "true",
        _declared_once,
    ),
)
