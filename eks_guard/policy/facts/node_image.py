"""Facts about the images of nodes: whether they exist for the version of Kubernetes, and run on the instance types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.nodes import NodeGroup, SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, known_in, lift, possible
from eks_guard.model.version import Version
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import ami_fix, ami_type_fix
from eks_guard.policy.facts.launches import (
    CUSTOM,
    NODES,
    eks_image,
    images_of,
    instance_types,
    launches,
    of_image,
    through,
)
from eks_guard.policy.facts.node_class import NODE_CLASSES, node_class_image_exists
from eks_guard.policy.facts.properties import beside_cluster, is_written, of_property, parsed_version, settled
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest
    from eks_guard.policy.facts.launches import Nodes

ARM, X86 = "ARM_64", "x86_64"
"""In the names of AMI types: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
EKS_DEFAULT = "AL2023_x86_64_STANDARD"
"""What EKS takes without an AMI type, whatever the instances are:
https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1494"""
_AL2 = "AL2_x86_64"
SELF_MANAGED_FIX = Fix.of(
    "Run Bottlerocket on the self-managed nodes",
    typescript="machineImageType: eks.MachineImageType.BOTTLEROCKET  // in addAutoScalingGroupCapacity",
    python="machine_image_type=eks.MachineImageType.BOTTLEROCKET  # in add_auto_scaling_group_capacity",
    cloudformation="# ImageId in the launch template: an Amazon Linux 2023 image, with a NodeConfig as user data",
)
"""Instances have no AMI type, and CDK offers them no Amazon Linux 2023 by a name."""
NO_VERSION = "a branch leaves the version to the cluster, which is not part of this app"
OPEN_MINOR = "the minor in the path of its Amazon Linux 2 image is decided when the stack is deployed"
_GRAVITON = regex(r"(?:a1|[a-z]+[0-9]+g[a-z]*)\.")
_INTEL_OR_AMD = regex(r"(?!a1\.|mac)[a-z]+[0-9]+(?![g0-9])[a-z]*(?:-flex)?\.")
"""How the names of instance types begin: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"""


def _ami_exists(subject: Nodes | Manifest, context: Context) -> tuple[Observation, ...]:
    if not isinstance(subject, NodeGroup | SelfManagedGroup):
        return node_class_image_exists(subject, context)
    cluster = context.cluster_of(subject.owner)
    observations: list[Observation] = []
    if cluster is None and not isinstance(subject, NodeGroup):
        return ()
    if isinstance(subject, NodeGroup) and is_written(subject.ami_type):
        observations.extend(_ami_type(subject, cluster, context))
        observations.extend(_own_image(subject, cluster))
    for launch, image in images_of(subject):
        exists = settled(lift(lambda found: _image_exists(found, context.tables), image), OPEN_MINOR)
        fix = SELF_MANAGED_FIX if isinstance(subject, SelfManagedGroup) else None
        says = in_branches(lift(_no_such_image, image))
        observations.append(replace(of_image(cluster, subject, launch, image, exists, says), fix=fix))
    return tuple(observations)


def _ami_type(group: NodeGroup, cluster: Cluster | None, context: Context) -> Iterator[Observation]:
    """Whether the AMI type exists for the version of the cluster, of one outside of the app for that of the group.

    Where the group of such a cluster writes none, EKS takes the cluster's, and nothing here tells it.
    """
    ami = group.ami_type
    runs = running(cluster, context) if cluster else _own_version(group)
    if runs is None:
        return
    words, minor = in_branches(ami), in_branches(runs)
    exists: Value[bool] = lift(lambda kind, minor: _exists(kind, minor, context.tables), ami, runs)
    kinds = list(map(str, possible(ami)))
    unlisted = next((kind for kind in kinds if kind not in context.tables.ami_types), None)
    if unlisted:
        exists = Unknown(_not_in_table(unlisted, context.tables), ami.place)
    says = f"the AMI type {words} does not exist for Kubernetes {minor}: {_refusal(_failing(ami), context.tables)}"
    shown = f"AMI type {words}" if cluster else f"AMI type {words}, version {minor}"
    observed = beside_cluster(cluster, "nodegroup", group.at, shown, exists, says, ami.place)
    yield replace(observed, fix=ami_fix(ami, instance_types(group), context.tables))


def _own_version(group: NodeGroup) -> Value[Version] | None:
    if not is_written(group.version):
        return None
    version = parsed_version(group.version)
    return Unknown(NO_VERSION, version.place) if None in known_in(version) else lift(lambda found: found, version)


def _own_image(group: NodeGroup, cluster: Cluster | None) -> Iterator[Observation]:
    """Whether a group of the type CUSTOM starts from a launch template that names an image.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-custom-ami
    """
    ami = group.ami_type
    if lift(lambda kind: kind == CUSTOM, ami) == Known(value=False):
        return
    for launch in launches(group) or (Known(None, ami.place),):
        image: Value[Any] = through(launch, lambda template: template.image)
        named = lift(lambda kind, found: kind != CUSTOM or found is not None, ami, image)
        says = f"the AMI type is {in_branches(ami)}, but no launch template names an image: EKS refuses the node group"
        observed = beside_cluster(
            cluster, "nodegroup", group.at, f"AMI type {in_branches(ami)}", named, says, ami.place
        )
        remedy = "Name the image in the launch template of the node group, or set an AMI type of EKS's own."
        yield replace(observed, fix=standard_fix(instance_types(group)), remedy=remedy)


def _not_in_table(kind: str, tables: Tables) -> str:
    from eks_guard.spelling import slip  # noqa: PLC0415 (few types are in no table)

    meant = slip(kind, tables.ami_types)
    hint = f"; did you mean {meant}?" if meant else ""
    return f"the table of AMI types, as of {tables.used['ami_types']}, does not have {kind}{hint}"


def _failing(ami: Value[Any]) -> str:
    """The type in the message of EKS, which names one."""
    return str(ami.value if isinstance(ami, Known) else ami.candidates[0].value if ami.candidates else "…")


def _image_exists(image: Any, tables: Tables) -> bool | None:
    """EKS publishes Amazon Linux 2 up to the last minor of the AMI types with it; None where the minor is open."""
    found = eks_image(image)
    if found is None or not found.is_amazon_linux_2:
        return True
    return _exists(_AL2, found.minor, tables) if found.minor else None


def _no_such_image(image: Any) -> str:
    found = eks_image(image)
    if found is None:
        return "an image that the app chooses itself"
    return (
        f'EKS publishes no Amazon Linux 2 image for Kubernetes {found.minor}: the deploy will fail with "Unable to '
        f'fetch parameters [{found.path}] from parameter store for this account"'
    )


def _exists(kind: Any, version: Version, tables: Tables) -> bool:
    first, last = tables.ami_types.get(str(kind), (None, None))
    return (first is None or version.of_minor >= first) and (last is None or version.of_minor <= last)


def _refusal(kind: str, tables: Tables) -> str:
    first, last = tables.ami_types.get(kind, (None, None))
    if last:
        message = f"AMI Type {kind} is only supported for kubernetes versions {last} or earlier"
        return f'the deploy will fail with "{message}"'
    return f"{first} is the first that has it" if first else "the deploy will fail"


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
        "nodegroup.ami_exists",
        BOOLEAN,
        "Whether nodes' image exists for the cluster's Kubernetes version; of a cluster of another app, the group's.",
        "true",
        _ami_exists,
        match=(*NODES, *NODE_CLASSES),
        by_version=True,
    ),
    Fact(
        "nodegroup.runs_on_instances",
        BOOLEAN,
        "Whether the image of a managed node group runs on its instance types; only where one does not, or may not.",
        "true",
        _runs_on_instances,
        match=("nodegroup",),
    ),
)
