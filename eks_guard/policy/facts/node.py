"""Facts about managed node groups and add-ons, and the cluster that they belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.body import place_of, written
from eks_guard.policy.facts.cluster import in_words
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT

if TYPE_CHECKING:
    from eks_guard.data import AddonVersions, Tables
    from eks_guard.model.finding import Subject

NODES = ("nodegroup", "self-managed-nodegroup")
KUBE_PROXY = "kube-proxy"
MAX_BEHIND = 3
"""Minors that kube-proxy may be older: https://kubernetes.io/releases/version-skew-policy/#kube-proxy"""
_AL2 = "AL2_x86_64"
AMAZON_LINUX_2 = ("amazon-linux-2", "amazon-linux-2-arm64", "amazon-linux-2-gpu")
_IMAGE = re.compile(r"/aws/service/eks/optimized-ami/(\d+\.\d+)/([^/]+)/")
"""Where EKS publishes its images: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""
_RELEASE = re.compile(r"(\d+\.\d+)\.\d+-\d+")


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
        observations.append(_about(subject, "AmiType", exists, says))
    parameter = _image_parameter(subject)
    if parameter:
        exists = Known(_exists(_AL2, parameter[1], context.tables) or parameter[2] not in AMAZON_LINUX_2)
        says = (
            f"EKS publishes no Amazon Linux 2 for Kubernetes {parameter[1]}: the deploy will fail with "
            f'"Unable to fetch parameters [{parameter[0]}] from parameter store for this account"'
        )
        observations.append(_about_image(subject, exists, says))
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
    return Observation(value, says if isinstance(value, Known) else f"not known: {value.reason}", subject.place, steps)


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
        version = _parsed(found)
        behind = lift(minors_between, subject.cluster.version, version)
        says = (
            f"{name} gives the nodes {in_words(version)}, the control plane runs {in_words(subject.cluster.version)}: "
            "nodes may not be newer, and not more than three minors older"
        )
        observations.append(_about(subject, name, behind, says))
    image = _image_parameter(subject)
    if image:
        behind = lift(lambda version: minors_between(version, image[1]), subject.cluster.version)
        says = (
            f"the image of {subject.id} is for Kubernetes {image[1]}, the control plane runs "
            f"{in_words(subject.cluster.version)}: nodes may not be newer, and not more than three minors older"
        )
        observations.append(_about_image(subject, behind, says))
    return tuple(observations)


def _addon_fits(subject: Subject, context: Context) -> tuple[Observation, ...]:
    """kube-proxy counts as Kubernetes does; for others EKS has lists, and one newer than ours may have come since."""
    name, pinned = written(subject, "Properties", "AddonName"), written(subject, "Properties", "AddonVersion")
    if subject.cluster is None or pinned == Known(None, pinned.place):
        return ()
    if isinstance(name, Unknown):
        return (_about(subject, "AddonVersion", Unknown(name.reason, pinned.place), ""),)
    if name.value == KUBE_PROXY:
        behind = lift(minors_between, subject.cluster.version, _parsed(pinned))
        fits = lift(lambda minors: 0 <= minors <= MAX_BEHIND, behind)
        return (
            _about(subject, "AddonVersion", fits, _refused(subject, pinned, "not newer, at most three minors older")),
        )
    listed = lift(lambda version: _row(str(name.value), version, context.tables), subject.cluster.version)
    if listed == Known(None, listed.place):
        return ()
    fits = lift(_is_listed, pinned, listed)
    newest = listed.value.newest if isinstance(listed, Known) and listed.value else "another version"
    if fits == Known(None, fits.place):
        as_of = context.tables.used["eks_addons"]
        reason = f"{in_words(pinned)} is newer than {newest}, the newest for this minor in the table of {as_of}"
        fits = Unknown(reason, pinned.place)
    return (_about(subject, "AddonVersion", lift(bool, fits), _refused(subject, pinned, f"{newest} is the newest")),)


def _refused(subject: Subject, pinned: Value[Any], expected: str) -> str:
    version = in_words(subject.cluster.version) if subject.cluster else ""
    return (
        f"AddonVersion is {in_words(pinned)}, the control plane runs {version} ({expected}): "
        'the deploy will fail with "Addon version specified is not supported"'
    )


def _row(addon: str, version: Version, tables: Tables) -> AddonVersions | None:
    return tables.addons.get(addon, {}).get(version.of_minor)


def _is_listed(version: Any, listed: AddonVersions | None) -> bool | None:
    """None for a version that the table cannot judge: newer than what it knows."""
    if listed is None or version in listed.every:
        return True
    if _build(version) > _build(listed.newest):
        return None
    return not listed.every


def _build(version: Any) -> tuple[int, ...]:
    """`v1.12.4-eksbuild.31` as numbers."""
    return tuple(int(digits) for digits in re.findall(r"\d{1,9}", str(version)))


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


def _parsed(found: Value[Any]) -> Value[Version]:
    if isinstance(found, Unknown):
        return Unknown(found.reason, found.place)
    text = str(found.value)
    release = _RELEASE.fullmatch(text)
    try:
        return Known(Version.parse(release[1] if release else text), found.place)
    except ValueError as error:
        return Unknown(str(error), found.place)


def _about(subject: Subject, name: str, value: Value[Any], says: str) -> Observation:
    cluster = subject.cluster
    assert cluster, "a node group without a cluster of the app is not asked"
    place = place_of(subject, "Properties", name)
    steps = (
        Step(0, "cluster", f"version {in_words(cluster.version)}", cluster.version_place),
        Step(1, subject.kind, f"{name} {in_words(written(subject, 'Properties', name))}", place),
    )
    return Observation(value, says if isinstance(value, Known) else f"not known: {value.reason}", place, steps)


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
    Fact(
        "addon.version_fits",
        BOOLEAN,
        "Whether the pinned version of an add-on fits its cluster: by the skew of kube-proxy, or by what EKS lists.",
        "true",
        _addon_fits,
        match=("addon",),
    ),
)
