"""Whether EKS takes the labels and taints of a managed node group, and nodes with them join.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html,
https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html,
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.matching import regex
from eks_guard.model.counting import how_many
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import Known, Unknown, Value, choose, flatten, known_in, lift
from eks_guard.policy.facts.launches import through
from eks_guard.policy.facts.properties import of_property, settled
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import Label, NodeGroup, Taint
    from eks_guard.model.value import Place
    from eks_guard.policy.facts.fact import Context

T = TypeVar("T")
KIND = "node group"
RESERVED = ("kubernetes.io", "k8s.io")
OF_KUBELET = ("kubelet.kubernetes.io", "node.kubernetes.io")
"""Domains whose labels the kubelet may give its node, and those below them."""
GIVEN_BY_KUBELET = frozenset(
    [
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    ]
)
"""https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go"""
VALUE = regex(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
LONGEST = 63
"""Characters in the value of a label."""
EFFECTS = ("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE")
MOST_TAINTS = 50
"""The user guide: a node group takes 50 taints at most."""


LABEL_FIX = Fix.of(
    "Label nodes with a prefix of your own",
    typescript="labels: { 'example.com/role': 'baking' },  // a prefix of your own, and your value",
    python='labels={"example.com/role": "baking"},  # a prefix of your own, and your value',
    cloudformation="Labels: {example.com/role: baking}  # a prefix of your own, and your value",
)
TAINT_FIX = Fix.of(
    "Spell the effect as the API of EKS does",
    typescript="taints: [{ key: 'dedicated', value: 'baking', effect: 'NO_SCHEDULE' }],  // your key and value",
    python='taints=[eks.CfnNodegroup.TaintProperty(key="dedicated", value="baking", effect="NO_SCHEDULE")],  # yours',
    cloudformation="Taints:  # your keys and values\n  - {Key: dedicated, Value: baking, Effect: NO_SCHEDULE}",
)


def labels_accepted(group: NodeGroup, _: Context) -> tuple[Observation, ...]:
    """One observation for each label that is refused or open, else one for all."""
    by_kubelet = _labelled_by_kubelet(group)
    found = _about(group, group.labels, lambda label: _of_label(label, by_kubelet), "labels")
    return tuple(replace(one, fix=LABEL_FIX) for one in found)


def taints_accepted(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    """One observation for each taint that is refused or open, else one for all."""
    remedy = f"{TAINT_FIX.title}."
    effects = (replace(one, fix=TAINT_FIX, remedy=remedy) for one in _about(group, group.taints, _of_taint, "taints"))
    return (*_few_enough(group, context), *effects)


def _about(
    group: NodeGroup, listed: Value[tuple[T, ...]], refused: Callable[[T], Value[str | None]], what: str
) -> tuple[Observation, ...]:
    """What is wrong with each entry of a list, or with the lists that conditions choose between."""
    if isinstance(listed, Known):
        found = [why for entry in listed.value if (why := refused(entry)) != Known(None)]
    else:
        branches = [(one.when, _first(list(map(refused, one.value)))) for one in listed.candidates]
        found = [choose(branches, listed.reason, listed.place)]
    return tuple(_observed(group, why, what, listed.place) for why in found or [Known(None, listed.place)])


def _first(found: list[Value[str | None]]) -> Value[str | None]:
    """The first entry that is refused for certain; else what is open of the others."""
    certain = next((why for why in found if isinstance(why, Known) and why.value), None)
    return certain or next((why for why in found if isinstance(why, Unknown)), Known(None))


def _observed(group: NodeGroup, why: Value[str | None], what: str, place: Place | None) -> Observation:
    accepted = lift(lambda found: found is None, why)
    says = in_branches(lift(lambda found: found or f"none of the {what} that are written out is refused", why))
    return of_property(KIND, group.at, what, accepted, says, why.place or place)


def _of_label(label: Label, by_kubelet: Value[bool]) -> Value[str | None]:
    if _is_reserved(label.key) and by_kubelet != Known(value=False):
        says = (
            f'the kubelet may not give its node the label {label.key}, and stops: no node joins, with "unknown '
            "'kubernetes.io' or 'k8s.io' labels specified with --node-labels\""
        )
        present: Value[bool] = Known(value=True)
        if None in known_in(label.value):
            present = lift(lambda found: found is not None, label.value)
        return lift(lambda there, given: says if there and given else None, present, by_kubelet)
    return lift(lambda found: None if found is None else _of_value(label.key, found), label.value)


def _of_value(key: str, value: str) -> str | None:
    if len(value) > LONGEST:
        return f"the value of the label {key} has {len(value)} characters: EKS takes at most {LONGEST}"
    if VALUE.fullmatch(value):
        return None
    return (
        f'the value of the label {key} is {value!r}: the deploy will fail with "field must consist of alphanumeric '
        "characters, '-', '_' or '.', and must start and end with an alphanumeric character\""
    )


def _is_reserved(key: str) -> bool:
    """Whether the kubelet refuses to give its node a label, which it does for unknown ones of Kubernetes."""
    domain, slash, _ = key.partition("/")
    if not slash or key in GIVEN_BY_KUBELET or _is_in(domain, OF_KUBELET):
        return False
    return _is_in(domain, RESERVED)


def _is_in(domain: str, parents: tuple[str, ...]) -> bool:
    return any(f".{domain}".endswith(f".{parent}") for parent in parents)


def _labelled_by_kubelet(group: NodeGroup) -> Value[bool]:
    """Whether EKS writes the labels into the user data, as it does for its own images only."""
    image: Value[Any] = through(group.launch_template, lambda template: template.image)
    return lift(lambda found: found is None, image)


def _of_taint(taint: Value[Taint | None]) -> Value[str | None]:
    effect = flatten(lift(lambda found: found.effect if found else Known(None), taint))
    return lift(lambda found: None if found is None or found in EFFECTS else _of_effect(found), effect)


def _of_effect(effect: str) -> str:
    names = ", ".join(EFFECTS)
    return (
        f"the effect of a taint is {effect}, which EKS spells in another way: "
        f'"Invalid taint effect: {effect}, must be one of these [{names}]"'
    )


def _few_enough(group: NodeGroup, context: Context) -> Iterator[Observation]:
    """An observation where there are more taints than EKS takes, or may be."""
    counted = partial(context.estate.resources.count, cases=group.at.cases)
    there = lift(lambda found: [lift(lambda one: one is not None, taint) for taint in found], group.taints)
    count = lift(lambda claims: how_many(claims, counted), there)
    if not any(most > MOST_TAINTS for _, most in known_in(count)):
        return
    few = lift(lambda found: True if found[1] <= MOST_TAINTS else None if found[0] <= MOST_TAINTS else False, count)
    shown = f"{in_branches(lift(_range, count))} taints"
    says = f"the group has {shown}: EKS takes at most {MOST_TAINTS}"
    value = settled(few, "conditions decide how many taints there are")
    observed = of_property(KIND, group.at, shown, value, says, group.taints.place)
    yield replace(observed, remedy=f"Leave at most {MOST_TAINTS} taints.")


def _range(bounds: tuple[int, int]) -> str:
    least, most = bounds
    return str(most) if least == most else f"{least} to {most}"
