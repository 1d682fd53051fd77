"""What groups of nodes start their instances from: launch templates, and the images of EKS's own in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.nodes import OPEN_PIECE, ImageParameter, NodeGroup, SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, choose, lift, possible
from eks_guard.model.version import Version
from eks_guard.policy.facts.properties import beside_cluster
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.resource import Site

T = TypeVar("T")
Nodes: TypeAlias = NodeGroup | SelfManagedGroup
Launch: TypeAlias = "Value[LaunchTemplate | None]"

NODES = ("nodegroup", "self-managed-nodegroup")
CUSTOM = "CUSTOM"
"""The AMI type of a group whose launch template names an image."""
_PATHS = (
    regex(r"/aws/service/eks/optimized-ami/(?P<minor>\d+\.\d+|…)/(?P<system>[^/]+)/"),
    regex(r"/aws/service/(?P<system>bottlerocket)/aws-k8s-(?P<minor>\d+\.\d+|…)[^/]*/"),
    regex(r"/aws/service/ami-(?P<system>windows)-latest/.*EKS_Optimized-(?P<minor>\d+\.\d+|…)/"),
)
"""Where images for EKS are published: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html,
https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id-bottlerocket.html,
https://docs.aws.amazon.com/eks/latest/userguide/retrieve-windows-ami-id.html"""
_AMAZON_LINUX_2 = ("amazon-linux-2", "amazon-linux-2-arm64", "amazon-linux-2-gpu")
_AMAZON_LINUX_2023 = "amazon-linux-2023"
_BOTTLEROCKET = "bottlerocket"


@dataclass(frozen=True, slots=True)
class EksImage:
    """An image that is published for EKS: the parameter that names it, its system, and the minor that it is for.

    The minor is None where the deployment decides it.
    """

    path: str
    system: str
    minor: Version | None

    @property
    def is_amazon_linux_2(self) -> bool:
        """Whether it starts by a script, `/etc/eks/bootstrap.sh`."""
        return self.system in _AMAZON_LINUX_2

    @property
    def is_amazon_linux_2023(self) -> bool:
        """Whether it starts by nodeadm, which reads a NodeConfig."""
        return self.system == _AMAZON_LINUX_2023

    @property
    def is_bottlerocket(self) -> bool:
        """Whether it starts by settings in TOML."""
        return self.system == _BOTTLEROCKET


def launches(nodes: Nodes) -> tuple[Launch, ...]:
    """All that a group may start instances from; unknown where that is not in the app or depends on a condition."""
    if isinstance(nodes, NodeGroup):
        return () if nodes.launch_template == Known(None) else (nodes.launch_template,)
    found = nodes.launches
    if isinstance(found, Known):
        return tuple(Known(template, template.at.place) for template in found.value)
    if found.candidates and all(len(candidate.value) <= 1 for candidate in found.candidates):
        branches = [(one.when, Known(next(iter(one.value), None))) for one in found.candidates]
        return (choose(branches, found.reason, found.place),)
    return (Unknown(found.reason, found.place),)


def known_templates(nodes: Nodes) -> tuple[LaunchTemplate, ...]:
    """The launch templates of the app that a group is certain to start instances from."""
    return tuple(launch.value for launch in launches(nodes) if isinstance(launch, Known) and launch.value)


def through(launch: Launch, read: Callable[[LaunchTemplate], Value[T | None]]) -> Value[T | None]:
    """A setting of a launch template, behind the condition that chooses the template; None where there is none."""
    if isinstance(launch, Known):
        return read(launch.value) if launch.value else Known(None, launch.place)
    if not launch.candidates:
        return Unknown(launch.reason, launch.place)
    branches: list[tuple[Any, Value[T | None]]] = [
        (one.when, read(one.value) if one.value else Known(None)) for one in launch.candidates
    ]
    return choose(branches, launch.reason, launch.place)


def instance_types(group: NodeGroup) -> Value[tuple[str, ...]]:
    """The instance types of a managed group: its own, or that of its launch template; none where EKS decides."""
    found = [through(launch, lambda template: template.instance_type) for launch in launches(group)]
    if group.instance_types != Known(()) or not found:
        return group.instance_types
    return lift(lambda name: (name,) if name else (), found[0])


def is_elsewhere(launch: Launch) -> bool:
    """Whether nothing of a launch template is in the app."""
    return isinstance(launch, Unknown) and not launch.candidates


def site(nodes: Nodes, launch: Launch) -> Site:
    """The launch template, which is to be changed; the group where several are possible, or none is in the app."""
    return launch.value.at if isinstance(launch, Known) and launch.value else nodes.at


def eks_image(image: str | ImageParameter | None) -> EksImage | None:
    """What a parameter of EKS's says of its image by its path; None for an image that the app chooses."""
    path = image.path if isinstance(image, ImageParameter) else ""
    match = next((found for pattern in _PATHS if (found := pattern.match(path))), None)
    if match is None:
        return None
    minor = None if match["minor"] == OPEN_PIECE else Version.parse(match["minor"])
    return EksImage(path, match["system"], minor)


def is_eks_image(image: Value[Any]) -> bool:
    """Whether an image is one of EKS's, or may be."""
    return any(map(eks_image, possible(image)))


def kind_of(nodes: Nodes) -> str:
    """The kind of subject that a group is."""
    return "nodegroup" if isinstance(nodes, NodeGroup) else "self-managed-nodegroup"


def images_of(nodes: Nodes) -> Iterator[tuple[Launch, Value[Any]]]:
    """The images of EKS's own that a group starts from, each with the launch template that names it."""
    for launch in launches(nodes):
        image: Value[Any] = through(launch, lambda template: template.image)
        if is_eks_image(image):
            yield launch, image


def of_image(  # noqa: PLR0913 (what an image belongs to, and what is said of it)
    cluster: Cluster | None, nodes: Nodes, launch: Launch, image: Value[Any], value: Value[Any], says: str
) -> Observation:
    """An observation of an image of EKS's own, at the launch template that names it."""
    named = lift(lambda found: getattr(found, "path", found), image)
    at, shown = site(nodes, launch), f"image {in_branches(named)}"
    return beside_cluster(cluster, kind_of(nodes), at, shown, value, says, image.place)
