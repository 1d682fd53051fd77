"""A managed node group of Amazon Linux 2023, where EKS has no Amazon Linux 2 any more."""

from __future__ import annotations

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import constant_writer
from eks_guard.fix.members import made_by_cluster
from eks_guard.fix.options import read
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal
from eks_guard.model.nodes import NodeGroup
from eks_guard.model.value import Known

SUCCESSORS = {
    "AL2_x86_64": "AL2023_X86_64_STANDARD",
    "AL2_ARM_64": "AL2023_ARM_64_STANDARD",
    "AL2_x86_64_GPU": "AL2023_X86_64_NVIDIA",
}
"""What takes the place of an AMI type, with the same architecture and accelerator:
https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html"""
DEFAULT = (
    "it is the default capacity of the cluster, whose options take no AMI type: set `defaultCapacity: 0`, and add a "
    "node group that names one"
)
ANNOUNCES = (("AWS::EKS::Nodegroup", ("AmiType",)),)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that name the AMI type of Amazon Linux 2023."""
    group = job.finding.subject.thing
    if not isinstance(group, NodeGroup):
        return Refusal("self-managed nodes have no AMI type; their image and user data change together")
    ami_type = group.ami_type.value if isinstance(group.ami_type, Known) else None
    successor = SUCCESSORS.get(str(ami_type))
    if successor is None:
        return Refusal(f"no AMI type is known to replace {ami_type or 'an unknown one'}")
    found = made_by_cluster(job, ("addNodegroupCapacity",), "Nodegroup", "Nodegroup")
    if isinstance(found, Refusal):
        return Refusal(DEFAULT, found.at) if group.at.id.endswith("/NodegroupDefaultCapacity") else found
    call, index = found
    for name, value, why in (
        (
            "nodegroupName",
            group.name,
            "it has a fixed name, so EKS cannot create the new one before the old one is gone",
        ),
        (
            "launchTemplateSpec",
            group.launch_template,
            "its launch template may hold an image and user data of Amazon Linux 2",
        ),
        ("releaseVersion", group.release_version, "its release version is one of Amazon Linux 2"),
    ):
        absent = isinstance(value, Known) and value.value is None
        if not absent or read(job.names, call, name, index) is not None:
            return Refusal(why, call)
    edits = set_property(
        job.names, call, "amiType", constant_writer(job.names, call, "NodegroupAmiType", successor), index
    )
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"AMI type of {call.place}", ANNOUNCES)


RECIPE = Recipe(
    ("node-ami-supported",),
    propose,
    Safety.REVIEW,
    deploy="EKS replaces the node group: it adds new nodes, then drains the old ones",
)
