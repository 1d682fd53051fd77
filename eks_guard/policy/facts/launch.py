"""Facts about the instances of a group: how many, and how they start: templates, SSH, metadata service, user data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, Known, Value, lift
from eks_guard.policy.facts.fact import Context, Fact, later
from eks_guard.policy.facts.launches import NODES, eks_image, is_eks_image, is_elsewhere, launches, site, through
from eks_guard.policy.facts.properties import is_written, of_property, settled
from eks_guard.policy.facts.settings_text import is_toml
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import LaunchTemplate, NodeGroup
    from eks_guard.policy.facts.launches import EksImage, Nodes

BOOTSTRAP = "/etc/eks/bootstrap.sh"
BOTTLEROCKET_FIX = Fix.of(
    "Give Bottlerocket the cluster in its settings, as TOML",
    module="ec2",
    typescript="const settings = ec2.UserData.custom([  // userData of the launch template\n"
    "  '[settings.kubernetes]',\n"
    '  `cluster-name = "${cluster.clusterName}"`,\n'
    '  `api-server = "${cluster.clusterEndpoint}"`,\n'
    '  `cluster-certificate = "${cluster.clusterCertificateAuthorityData}"`,\n'
    "].join('\\n'));",
    python='settings = ec2.UserData.custom("\\n".join([  # user_data of the launch template\n'
    '    "[settings.kubernetes]",\n'
    "    f'cluster-name = \"{cluster.cluster_name}\"',\n"
    "    f'api-server = \"{cluster.cluster_endpoint}\"',\n"
    "    f'cluster-certificate = \"{cluster.cluster_certificate_authority_data}\"',\n"
    "]))",
    cloudformation="LaunchTemplateData:  # in the launch template; Cluster is the logical id of the cluster\n"
    "  UserData:\n"
    "    Fn::Base64: !Sub |\n"
    "      [settings.kubernetes]\n"
    '      cluster-name = "${Cluster}"\n'
    '      api-server = "${Cluster.Endpoint}"\n'
    '      cluster-certificate = "${Cluster.CertificateAuthorityData}"',
)
"""https://bottlerocket.dev/en/os/latest/#/api/settings/kubernetes/"""
UNDECIDED = "the effect of the user data is decided when the stack is deployed, or when an instance starts"
_ASKED_FOR = regex(r"(?:-[efrsx]|\btest)\s+[\"']?/etc/eks/bootstrap\.sh")
"""A script that looks whether the file is there before it calls it."""
_NODE_CONFIG = regex(r"application/node\.eks\.aws|kind:\s*[\"']?NodeConfig\b|\"kind\":\s*\"NodeConfig\"")


def _ssh_limited(group: NodeGroup, _: Context) -> tuple[Observation, ...]:
    key = group.takes_ssh
    if key == Known(value=False):
        return ()
    limited = lift(lambda taken, named: named or not taken, key, group.limits_ssh)
    says = (
        f"{group.at.id} enables SSH without naming source security groups: EKS opens port 22 of every node to 0.0.0.0/0"
    )
    return (of_property("nodegroup", group.at, group.at.id, limited, says, key.place),)


def _imds_tokens(nodes: Nodes, _: Context) -> tuple[Observation, ...]:
    says = "without a token: a forged request is enough to read the node's credentials"
    return _imds(nodes, lambda template: template.http_tokens, "HttpTokens is", says)


def _imds_hops(nodes: Nodes, _: Context) -> tuple[Observation, ...]:
    says = "over more than one hop: any pod can read the node's credentials"
    return _imds(nodes, lambda template: template.hop_limit, "HttpPutResponseHopLimit is", says)


def _imds(
    nodes: Nodes, option: Callable[[LaunchTemplate], Value[Any]], name: str, then: str
) -> tuple[Observation, ...]:
    """An option of the metadata service in the launch template; what that leaves open, the AMI decides."""
    observations = []
    for launch in launches(nodes):
        found = through(launch, option)
        if is_written(found) and not is_elsewhere(launch):
            shown = f"{name} {in_branches(found)}"
            says = f"{shown}, so the nodes' metadata service answers {then}"
            observations.append(of_property("launch template", site(nodes, launch), shown, found, says, found.place))
    return tuple(observations)


def _starts_as_image_does(nodes: Nodes, _: Context) -> tuple[Observation, ...]:
    """Whether the user data is what the image of EKS's own starts with; it only says so where the image is known."""
    observations = []
    for launch in launches(nodes):
        image = through(launch, lambda template: template.image)
        data = through(launch, lambda template: template.user_data)
        if not is_eks_image(image) or data == Known(None):
            continue
        starts = settled(lift(lambda found, text: _starts(eks_image(found), text or ""), image, data), UNDECIDED)
        named = in_branches(lift(lambda found: getattr(eks_image(found), "path", "another"), image))
        mismatch = in_branches(lift(lambda found: _mismatch(eks_image(found)), image))
        says = f"{mismatch}: the deploy succeeds, but no node of {nodes.at.id} ever joins the cluster"
        shown = f"user data of the image {named}"
        observed = of_property("launch template", site(nodes, launch), shown, starts, says, data.place)
        if lift(lambda found: _is_bottlerocket(eks_image(found)), image) == Known(value=True):
            observed = replace(observed, fix=BOTTLEROCKET_FIX, remedy=f"{BOTTLEROCKET_FIX.title}.")
        observations.append(observed)
    return tuple(observations)


def _is_bottlerocket(image: EksImage | None) -> bool:
    return image is not None and image.is_bottlerocket


def _starts(image: EksImage | None, text: str) -> bool | None:
    """None where the script itself looks for the file, or an open part of it may be what is missing."""
    if _is_bottlerocket(image):
        return is_toml(text)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    calls = any(BOOTSTRAP in line for line in lines)
    configured = _NODE_CONFIG.search(text) is not None
    if image is None or calls == configured:
        return True
    if image.is_amazon_linux_2023 and calls:
        return None if _ASKED_FOR.search(text) or text.startswith(OPEN_PART) else False
    return not (image.is_amazon_linux_2 and configured)


def _mismatch(image: EksImage | None) -> str:
    if image is None:
        return "the image is a different one"
    if image.is_bottlerocket:
        return "the user data is not TOML, the only form in which Bottlerocket reads its settings"
    if image.is_amazon_linux_2:
        return "the user data contains a NodeConfig, but the image is Amazon Linux 2, which does not read it"
    return f"the user data calls {BOOTSTRAP}, but the image is Amazon Linux 2023, which has no such script"


def _labels_accepted(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    return () if group.labels == Known(()) else _labels(group, context)


def _taints_accepted(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    return () if group.taints == Known(()) else _taints(group, context)


_labels = later("eks_guard.policy.facts.node_labels", "labels_accepted")
_taints = later("eks_guard.policy.facts.node_labels", "taints_accepted")
FACTS = (
    Fact(
        "nodegroup.labels_accepted",
        BOOLEAN,
        "Whether EKS takes each label of a managed node group, and nodes with it join the cluster.",
        "true",
        _labels_accepted,
        match=("nodegroup",),
    ),
    Fact(
        "nodegroup.taints_accepted",
        BOOLEAN,
        "Whether EKS takes the taints of a managed node group: effects as its API spells them, and at most 50.",
        "true",
        _taints_accepted,
        match=("nodegroup",),
    ),
    Fact(
        "nodegroup.sizes_ordered",
        BOOLEAN,
        (
            "Whether minSize, desiredSize and maxSize of a managed node group are in this order, and maxUnavailable is "
            "at most maxSize; one for each written two."
        ),
        "true",
        later("eks_guard.policy.facts.node_sizes", "ordered"),
        match=("nodegroup",),
    ),
    Fact(
        "nodegroup.ssh_limited",
        BOOLEAN,
        "Whether a node group with SSH enabled names the security groups that may connect.",
        "true",
        _ssh_limited,
        match=("nodegroup",),
    ),
    Fact(
        "nodegroup.imds_tokens",
        TEXT,
        "Whether the launch template of a node group requires tokens for instance metadata: required or optional.",
        "required",
        _imds_tokens,
        match=NODES,
        of_written=True,
        words=("required", "optional"),
    ),
    Fact(
        "nodegroup.imds_hops",
        INTEGER,
        "The metadata hop limit in the launch template of a node group.",
        "1",
        _imds_hops,
        match=NODES,
        of_written=True,
    ),
    Fact(
        "nodegroup.starts_as_image_does",
        BOOLEAN,
        (
            "Whether the user data bootstraps a node the way its image expects: with a script, or with a NodeConfig "
            "for nodeadm."
        ),
        "true",
        _starts_as_image_does,
        match=NODES,
    ),
)
