"""Facts about node groups, managed or not, and the cluster that they belong to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.policy import Fix
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.body import beside_cluster, parsed_version, place_of, written
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.words import in_words
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT

if TYPE_CHECKING:
    from eks_guard.data import Tables
    from eks_guard.model.finding import Subject

NODES = ("nodegroup", "self-managed-nodegroup")
_AL2 = "AL2_x86_64"
AMAZON_LINUX_2 = ("amazon-linux-2", "amazon-linux-2-arm64", "amazon-linux-2-gpu")
SELF_MANAGED_FIX = Fix(
    "machineImageType: eks.MachineImageType.BOTTLEROCKET  // of addAutoScalingGroupCapacity",
    "machine_image_type=eks.MachineImageType.BOTTLEROCKET  # of add_auto_scaling_group_capacity",
)
"""Instances have no AMI type, and CDK offers them no Amazon Linux 2023 by a name."""
_IMAGE = re.compile(r"/aws/service/eks/optimized-ami/(\d+\.\d+)/([^/]+)/")
"""Where EKS publishes its images: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""
_BOTTLEROCKET = "BOTTLEROCKET"
"""Begins the AMI types whose releases, such as `1.47.0-6154605b`, count Bottlerocket and not Kubernetes:
https://github.com/bottlerocket-os/bottlerocket/releases"""


def _ami_exists(subject: Subject, context: Context) -> tuple[Observation, ...]:
    if subject.cluster is None:
        return ()
    version, shown = subject.cluster.version, in_words(subject.cluster.version)
    observations = []
    ami = written(subject, "Properties", "AmiType")
    if ami != Known(None, ami.place):
        exists = lift(lambda kind, minor: _exists(kind, minor, context.tables), ami, version)
        says = (
            f"the AMI type {in_words(ami)} does not exist for Kubernetes {shown}: the deploy will fail with "
            f'"AMI Type {in_words(ami)} is only supported for kubernetes versions {_last(ami, context)} or earlier"'
        )
        observations.append(beside_cluster(subject, "AmiType", exists, says))
    parameter = _image_parameter(subject)
    if parameter:
        exists = Known(_exists(_AL2, parameter[1], context.tables) or parameter[2] not in AMAZON_LINUX_2)
        says = (
            f"EKS publishes no Amazon Linux 2 for Kubernetes {parameter[1]}: the deploy will fail with "
            f'"Unable to fetch parameters [{parameter[0]}] from parameter store for this account"'
        )
        fix = SELF_MANAGED_FIX if subject.kind == "self-managed-nodegroup" else None
        observations.append(replace(_about_image(subject, exists, says), fix=fix))
    return tuple(observations)


def _image_parameter(subject: Subject) -> tuple[str, Version, str] | None:
    """The SSM parameter of EKS's own images: its name, its Kubernetes minor, and the system that it names."""
    found = subject.body.get("ImageParameter")
    match = _IMAGE.match(str(found)) if found else None
    return (str(found), Version.parse(match[1]), match[2]) if match else None


def _about_image(subject: Subject, value: Value[Any], says: str) -> Observation:
    cluster = subject.cluster
    assert cluster, "a node group without a cluster of the app is not asked"
    steps = (
        Step(0, "cluster", f"version {in_words(cluster.version)}", cluster.version_place),
        Step(1, subject.kind, f"image {subject.body['ImageParameter']}", subject.place),
    )
    sentence = says if isinstance(value, Known) else f"not known: {value.reason}"
    return Observation(value, sentence, subject.place, steps)


def _exists(kind: Any, version: Version, tables: Tables) -> bool:
    first, last = tables.ami_types.get(str(kind), (None, None))
    return (first is None or version.of_minor >= first) and (last is None or version.of_minor <= last)


def _last(ami: Value[Any], context: Context) -> str:
    last = context.tables.ami_types.get(str(ami.value), (None, None))[1] if isinstance(ami, Known) else None
    return str(last) if last else "known"


def _minors_behind(subject: Subject, _: Context) -> tuple[Observation, ...]:
    if subject.cluster is None:
        return ()
    observations = []
    for name in ("Version", "ReleaseVersion"):
        found = written(subject, "Properties", name)
        if found == Known(None, found.place):
            continue
        version = parsed_version(found)
        if name == "ReleaseVersion":
            ami = written(subject, "Properties", "AmiType")
            if isinstance(ami, Unknown):
                version = Unknown(ami.reason, ami.place)
            elif str(ami.value).startswith(_BOTTLEROCKET):
                continue
        behind = lift(minors_between, subject.cluster.version, version)
        says = (
            f"{name} gives the nodes {in_words(version)}, the control plane runs {in_words(subject.cluster.version)}: "
            "nodes may not be newer, and not more than three minors older"
        )
        observations.append(beside_cluster(subject, name, behind, says))
    image = _image_parameter(subject)
    if image:
        behind = lift(lambda version: minors_between(version, image[1]), subject.cluster.version)
        says = (
            f"the image of {subject.id} is for Kubernetes {image[1]}, the control plane runs "
            f"{in_words(subject.cluster.version)}: nodes may not be newer, and not more than three minors older"
        )
        observations.append(_about_image(subject, behind, says))
    return tuple(observations)


def _ssh_limited(subject: Subject, _: Context) -> tuple[Observation, ...]:
    key = written(subject, "Properties", "RemoteAccess", "Ec2SshKey")
    if key == Known(None, key.place):
        return ()
    sources = written(subject, "Properties", "RemoteAccess", "SourceSecurityGroups")
    limited = lift(bool, sources)
    if isinstance(key, Unknown) and key.candidates and limited != Known(value=True, place=limited.place):
        limited = Unknown(key.reason, key.place)
    says = (
        f"{subject.id} takes SSH and names no security group that may connect: "
        "EKS opens port 22 of every node to 0.0.0.0/0"
    )
    return (_setting(subject, limited, says, "Properties", "RemoteAccess"),)


def _imds_tokens(subject: Subject, _: Context) -> tuple[Observation, ...]:
    says = "without asking for a token: a request that somebody forged is enough to read the credentials of the node"
    return _imds(subject, "HttpTokens", says)


def _imds_hops(subject: Subject, _: Context) -> tuple[Observation, ...]:
    return _imds(
        subject, "HttpPutResponseHopLimit", "over more than one hop: any pod can read the credentials of the node"
    )


def _imds(subject: Subject, name: str, then: str) -> tuple[Observation, ...]:
    """An option of the metadata service in the launch template; what that leaves open, the AMI decides."""
    keys = ("LaunchTemplate", "Properties", "LaunchTemplateData", "MetadataOptions", name)
    found = written(subject, *keys)
    if found == Known(None, found.place):
        return ()
    says = f"{name} is {in_words(found)}, so the metadata service of the nodes answers {then}"
    return (_setting(subject, found, says, "Properties", "LaunchTemplate"),)


def _setting(subject: Subject, value: Value[Any], says: str, *keys: str) -> Observation:
    place = place_of(subject, *keys)
    sentence = says if isinstance(value, Known) else f"not known: {value.reason}"
    return Observation(value, sentence, place, (Step(0, subject.kind, subject.id, place),))


FACTS = (
    Fact(
        "nodegroup.ami_exists",
        BOOLEAN,
        "Whether the AMI type of a node group exists for the version of its cluster.",
        "true",
        _ami_exists,
        match=NODES,
    ),
    Fact(
        "nodegroup.minors_behind",
        INTEGER,
        "How many minors a node group's Version or ReleaseVersion is behind its cluster; negative if ahead.",
        "1",
        _minors_behind,
        match=NODES,
    ),
    Fact(
        "nodegroup.ssh_limited",
        BOOLEAN,
        "Whether a node group that takes SSH names the security groups that may connect.",
        "true",
        _ssh_limited,
        match=NODES,
    ),
    Fact(
        "nodegroup.imds_tokens",
        TEXT,
        "Whether the launch template of a node group wants tokens for instance metadata: required or optional.",
        "required",
        _imds_tokens,
        match=NODES,
    ),
    Fact(
        "nodegroup.imds_hops",
        INTEGER,
        "Over how many hops the launch template of a node group lets instance metadata travel.",
        "1",
        _imds_hops,
        match=NODES,
    ),
)
