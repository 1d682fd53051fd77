"""Fargate profiles, and whether CoreDNS runs where a cluster has nothing but them.

EKS runs CoreDNS as pods on nodes unless told otherwise:
https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from operator import not_
from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Literal
from eks_guard.model.cluster import Fargate
from eks_guard.model.nodes import FargateProfile, Selector
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, either, lift
from eks_guard.records import dataclass
from eks_guard.resolve.read import read, read_targets, read_text, text
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.addons import Addon
    from eks_guard.model.resource import Owner
    from eks_guard.model.workloads import Chart, Manifest, Patch
    from eks_guard.resolve.identity.roles import Roles

PROFILE_NAME = "fargateProfileName"
COREDNS = "coredns"
COMPUTE_TYPE, ON_NODES = "compute", '"ec2"'
COREDNS_LABELS = (("k8s-app", "kube-dns"), ("eks.amazonaws.com/component", "coredns"))
"""The labels of CoreDNS's pods that a selector may ask for."""
PROVISIONER = "karpenter"
"""Makes nodes for the pods that wait for one."""
SYSTEM = "kube-system"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The names under which a type has its settings; `at` is where they begin."""

    at: tuple[str, ...]
    capital: bool

    def keys(self, name: str) -> tuple[str, ...]:
        """The path of a setting, given in camelCase."""
        return (*self.at, self.key(name))

    def key(self, name: str) -> str:
        """A name as this type writes it."""
        return name[0].upper() + name[1:] if self.capital else name


PROFILES = {
    "Custom::AWSCDK-EKS-FargateProfile": Spelling(("Config",), capital=False),
    "AWS::EKS::FargateProfile": Spelling((), capital=True),
}


def cluster_key(profile: Resource) -> tuple[str, ...]:
    """Where a profile names its cluster."""
    return PROFILES[profile.type].keys("clusterName")


def fargate_profile_of(roles: Roles, resource: Resource, owner: Owner) -> FargateProfile:
    """A Fargate profile, in either spelling."""
    spelling, properties = PROFILES[resource.type], resource.properties
    return FargateProfile(
        at=site_of(resource),
        owner=owner,
        name=read_text(properties, *spelling.keys(PROFILE_NAME)),
        role=roles.read(properties, *spelling.keys("podExecutionRoleArn")),
        subnets=read_targets(properties, *spelling.keys("subnets")),
        selectors=_selectors(resource, spelling),
    )


def _selectors(profile: Resource, spelling: Spelling) -> Value[tuple[Selector, ...]]:
    found = profile.properties.dig(*spelling.keys("selectors"))
    if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
        return Unknown(f"the selectors of {profile.logical_id} are decided when the stack is deployed", profile.place)
    return Known(tuple(_selector(entry, spelling) for entry in found.node.items() or ()), found.node.place)


def _selector(entry: Node, spelling: Spelling) -> Selector:
    namespace: Value[str | None] = read(entry, spelling.key("namespace"), parse=text, absent=None)
    labels = entry.dig(spelling.key("labels"))
    pairs = tuple(_pairs(labels.node.raw)) if isinstance(labels, Literal) else ()
    return Selector(lift(lambda name: name or "", namespace), Known(pairs), entry.place)


def _pairs(labels: object) -> Iterator[tuple[str, str]]:
    """Labels as pairs: the API's mapping, or CloudFormation's list of keys and values."""
    if isinstance(labels, dict):
        yield from ((str(key), str(value)) for key, value in labels.items())
    for row in labels if isinstance(labels, list) else ():
        yield (str(row.get("Key")), str(row.get("Value"))) if isinstance(row, dict) else ("", "")


@dataclass(frozen=True, slots=True)
class Beside:
    """What else a cluster has that makes nodes, or places CoreDNS."""

    has_nodes: bool
    addons: Sequence[Addon]
    manifests: Sequence[Manifest]
    charts: Sequence[Chart]
    patches: Sequence[Patch]


def fargate_of(profiles: tuple[FargateProfile, ...], beside: Beside) -> Fargate:
    """How a cluster uses Fargate."""
    if not profiles:
        return Fargate((), Known(value=False), Known(value=False))
    return Fargate(profiles, _alone(beside), _coredns(profiles, beside))


def _alone(beside: Beside) -> Value[bool]:
    """Whether nothing in the app makes nodes."""
    if beside.has_nodes:
        return Known(value=False)
    makes = either([*map(_is_provisioner, beside.charts), *map(_holds_provisioner, beside.manifests)])
    return makes if isinstance(makes, Unknown) else Known(not makes.value, makes.place)


def _is_provisioner(chart: Chart) -> Value[bool]:
    return either([_says(value, PROVISIONER) for value in (chart.chart, chart.repository, chart.release)])


def _holds_provisioner(manifest: Manifest) -> Value[bool]:
    found = lift(lambda objects: any(PROVISIONER in item.api_version for item in objects), manifest.objects)
    return Known(found.value, manifest.at.place) if isinstance(found, Known) else found


def _coredns(profiles: Iterable[FargateProfile], beside: Beside) -> Value[bool]:
    """Whether a profile takes the pods of CoreDNS, which no annotation does alone, and nothing holds them back."""
    taken = either([selects for profile in profiles for selects in _selects_coredns(profile)])
    held = either(
        [
            *(_holds_on_nodes(patch.target, patch.apply) for patch in beside.patches),
            *(_holds_on_nodes(addon.name, addon.configuration) for addon in beside.addons),
        ]
    )
    return _both(taken, lift(not_, held))


def _holds_on_nodes(name: Value[str | None], settings: Value[str | None]) -> Value[bool]:
    """Whether CoreDNS is told to run on EC2, as by CDK's `coreDnsComputeType: EC2`."""
    compute = _both(_says(settings, COMPUTE_TYPE), _says(settings, ON_NODES))
    return _both(_says(name, COREDNS), compute)


def _selects_coredns(profile: FargateProfile) -> Iterator[Value[bool]]:
    if isinstance(profile.selectors, Unknown):
        yield Unknown(profile.selectors.reason, profile.selectors.place)
        return
    for selector in profile.selectors.value:
        if isinstance(selector.namespace, Unknown):
            yield Unknown("the namespace that a Fargate profile selects is decided at deploy time", selector.place)
        else:
            yield lift(_takes_coredns, selector.namespace, selector.labels)


def _takes_coredns(namespace: str, labels: tuple[tuple[str, str], ...]) -> bool:
    return fnmatchcase(SYSTEM, namespace) and all(pair in COREDNS_LABELS for pair in labels)


def _says(value: Value[str | None], word: str) -> Value[bool]:
    """Whether a text holds a word, in any case of letters; a part that is open may hold it."""
    if isinstance(value, Unknown):
        return lift(lambda found: word in (found or "").lower(), value)
    written = (value.value or "").lower()
    if word in written:
        return Known(value=True, place=value.place)
    if OPEN_PART in written:
        return Unknown("a part of the text is decided when the stack is deployed", value.place)
    return Known(value=False, place=value.place)


def _both(one: Value[bool], other: Value[bool]) -> Value[bool]:
    """False if one is; else unknown if one is."""
    for value in (one, other):
        if isinstance(value, Known) and not value.value:
            return value
    return one if isinstance(one, Unknown) else other
