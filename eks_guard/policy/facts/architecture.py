"""The fact about processors: whether the image of a managed node group runs on all of its instance types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import ami_type_fix
from eks_guard.policy.facts.launches import instance_types, launches, through
from eks_guard.policy.facts.properties import is_written, of_property
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.data import Tables
    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import NodeGroup

ARM, X86 = "ARM_64", "x86_64"
"""In the names of AMI types: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
EKS_DEFAULT = "AL2023_x86_64_STANDARD"
"""What EKS takes without an AMI type, whatever the instances are:
https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1494"""
_GRAVITON = regex(r"(?:a1|[a-z]+[0-9]+g[a-z]*)\.")
_INTEL_OR_AMD = regex(r"(?!a1\.|mac)[a-z]+[0-9]+(?![g0-9])[a-z]*(?:-flex)?\.")
"""How the names of instance types begin: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"""


def _runs_on_instances(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    """One observation where some instance type has another processor than the image, or that is open."""
    types, ami = instance_types(group), group.ami_type
    images = [through(launch, lambda template: template.image) for launch in launches(group)]
    if any(map(is_written, images)) or types == Known(()):
        return ()
    other: Value[Any] = lift(_of_other_processor, types, ami)
    runs = lift(lambda name: name is None, other)
    if runs == Known(value=True):
        return ()
    kind, name = in_branches(lift(lambda found: found or EKS_DEFAULT, ami)), in_branches(other)
    says = f"instances of type {name} do not run an image of type {kind}: the deploy will fail " + (
        "at the node group, because its launch template starts no instance"
        if group.instance_types == Known(())
        else f'with "[{name}] is not a valid instance type for requested amiType {kind}"'
    )
    observed = of_property("nodegroup", group.at, f"AMI type {kind}, {in_branches(types)}", runs, says, types.place)
    if isinstance(runs, Unknown) and not runs.candidates:
        open_ = f"whether the instances run an image of type {kind} is unknown: {runs.reason}"
        observed = replace(observed, if_unknown=open_)
    return (replace(observed, fix=_fix(types, ami, context.tables), remedy=REMEDY),)


REMEDY = "Use an AMI type of the instances' processor; a node group has instances of one processor only."


def _fix(types: Value[tuple[str, ...]], ami: Value[Any], tables: Tables) -> Fix | None:
    """The image of the other processor, where all instance types have that one; else what to do by hand."""
    kind = (ami.value or EKS_DEFAULT) if isinstance(ami, Known) else ""
    other = _twin(kind) if isinstance(types, Known) and all(map(_other_than(kind), types.value)) else ""
    if other not in tables.ami_types:
        apart = "one node group for each processor, with an AMI type of its own"
        return Fix.of(apart, typescript=f"// {apart}", python=f"# {apart}", cloudformation=f"# {apart}")
    return ami_type_fix(other)


def standard_fix(types: Value[tuple[str, ...]]) -> Fix | None:
    """Amazon Linux 2023 for the processor of some instance types; None where that is open, or there are two."""
    if not isinstance(types, Known):
        return None
    fits = [kind for kind in (EKS_DEFAULT, _twin(EKS_DEFAULT)) if not any(map(_other_than(kind), types.value))]
    return ami_type_fix(fits[0]) if fits else None


def _twin(kind: str) -> str:
    """The AMI type of the other processor; Amazon Linux 2 has no future."""
    if kind.startswith("AL2_"):
        return "AL2023_ARM_64_STANDARD" if X86 in kind else EKS_DEFAULT
    return kind.replace(X86, ARM) if X86 in kind else kind.replace(ARM, X86)


def _of_other_processor(types: tuple[str, ...], ami: str | None) -> str | None:
    """The first instance type whose processor an image is not for; None where none is known to be another."""
    return next(filter(_other_than(ami or EKS_DEFAULT), types), None)


def _other_than(kind: str) -> Callable[[str], bool]:
    """Whether an instance type is known to have another processor than an AMI type."""
    strange = _INTEL_OR_AMD if ARM in kind else _GRAVITON if X86 in kind else None
    return lambda name: strange is not None and strange.match(name) is not None


FACTS = (
    Fact(
        "nodegroup.runs_on_instances",
        BOOLEAN,
        "Whether the image of a managed node group runs on its instance types; only where one does not, or may not.",
        "true",
        _runs_on_instances,
        match=("nodegroup",),
    ),
)
