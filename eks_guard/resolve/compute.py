"""What pods of a cluster run on: Fargate alone, or nodes as well, and whether CoreDNS fits that.

EKS runs CoreDNS as pods on nodes unless told otherwise:
https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.assembly.resolution import Absent, Attribute, Literal
from eks_guard.assembly.texts import text_of
from eks_guard.model.cluster import Fargate
from eks_guard.model.value import Known, Unknown, Value, either
from eks_guard.resolve.identity import ADDON
from eks_guard.resolve.instances import SELF_MANAGED, owner_of
from eks_guard.resolve.kubectl import MANIFEST
from eks_guard.resolve.workloads import HELM_CHART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.resolve.workloads import Manifests

PROFILES = {
    "Custom::AWSCDK-EKS-FargateProfile": (("Config", "clusterName"), ("Config", "selectors"), "namespace", "labels"),
    "AWS::EKS::FargateProfile": (("ClusterName",), ("Selectors",), "Namespace", "Labels"),
}
"""Where each spelling of a Fargate profile has its cluster, its selectors, and what stands in one."""
NODE_GROUP = "AWS::EKS::Nodegroup"
PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"
COREDNS_LABELS = (("k8s-app", "kube-dns"), ("eks.amazonaws.com/component", "coredns"))
"""The labels of CoreDNS's pods that a selector may ask for."""
PROVISIONER = "karpenter"
"""Makes nodes for the pods that wait for one."""


class Computes:
    """The Fargate profiles and the nodes of one assembly."""

    def __init__(self, manifests: Manifests) -> None:
        self._references = references = manifests.references
        self._manifests = manifests
        self._profiles = [
            (profile, references.dig(profile.properties, *PROFILES[profile.type][0]))
            for profile in references.assembly.resources(*PROFILES)
        ]

    def fargate(self, consumers: Sequence[Resource], belongs: Callable[[Resolution], bool]) -> Fargate:
        """How a cluster uses Fargate; `consumers` are the custom resources that talk to it."""
        profiles = [profile for profile, name in self._profiles if belongs(name)]
        if not profiles:
            return Fargate((), Known(value=False), Known(value=False))
        places = tuple(profile.place for profile in profiles)
        return Fargate(places, self._alone(consumers, belongs), self._coredns(profiles, consumers, belongs))

    def _alone(self, consumers: Iterable[Resource], belongs: Callable[[Resolution], bool]) -> Value[bool]:
        """Whether nothing in the app makes nodes. Instances that no tag gives to a cluster may be for any."""
        resources = self._references.assembly.resources
        for group in resources(NODE_GROUP, SELF_MANAGED):
            owner = self._name(group) if group.type == NODE_GROUP else owner_of(self._references, group)
            if owner is None or belongs(owner):
                return Known(value=False, place=group.place)
        makes = either([self._makes_nodes(consumer) for consumer in consumers])
        return makes if isinstance(makes, Unknown) else Known(not makes.value, makes.place)

    def _makes_nodes(self, consumer: Resource) -> Value[bool]:
        """Whether a manifest or a chart is one of Karpenter's."""
        if consumer.type == HELM_CHART:
            named = [self._references.dig(consumer.properties, key) for key in ("Chart", "Repository", "Release")]
            return either([self._says(found, PROVISIONER) for found in named])
        if consumer.type != MANIFEST:
            return Known(value=False)
        objects = self._manifests.objects(consumer)
        if objects is None:
            return Unknown(f"the manifest of {consumer.logical_id} cannot be read from the template", consumer.place)
        found = any(PROVISIONER in str(item.body.get("apiVersion")) for item in objects)
        return Known(found, consumer.place)

    def _coredns(
        self, profiles: Iterable[Resource], consumers: Iterable[Resource], belongs: Callable[[Resolution], bool]
    ) -> Value[bool]:
        addons = (addon for addon in self._references.assembly.resources(ADDON) if belongs(self._name(addon)))
        return either(
            [
                *(self._patches_coredns(consumer) for consumer in consumers if consumer.type == PATCH),
                *(self._places_coredns(addon) for addon in addons),
                *(selects for profile in profiles for selects in self._selects_coredns(profile)),
            ]
        )

    def _patches_coredns(self, patch: Resource) -> Value[bool]:
        """CDK's `coreDnsComputeType: FARGATE` patches the deployment with an annotation."""
        named = self._says(self._references.dig(patch.properties, "ResourceName"), "coredns")
        asked = self._says(self._references.dig(patch.properties, "ApplyPatchJson"), "fargate")
        return _both(named, asked)

    def _places_coredns(self, addon: Resource) -> Value[bool]:
        named = self._says(self._references.dig(addon.properties, "AddonName"), "coredns")
        asked = self._says(self._references.dig(addon.properties, "ConfigurationValues"), "fargate")
        return _both(named, asked)

    def _selects_coredns(self, profile: Resource) -> Iterator[Value[bool]]:
        _, where, namespace, labels = PROFILES[profile.type]
        selectors = self._references.dig(profile.properties, *where)
        if not (isinstance(selectors, Literal) and isinstance(selectors.node.raw, list)):
            yield Unknown(f"what {profile.logical_id} selects is decided when the stack is deployed", profile.place)
            return
        for index, raw in enumerate(selectors.node.raw):
            yield self._selects(selectors.node.child(index, raw), namespace, labels)

    def _selects(self, selector: Node, namespace: str, labels: str) -> Value[bool]:
        found = self._references.dig(selector, namespace)
        if not (isinstance(found, Literal) and isinstance(found.node.raw, str)):
            return Unknown("which namespace a Fargate profile selects is decided at deploy time", selector.place)
        asked = self._references.dig(selector, labels)
        pairs = _pairs(asked.node.raw) if isinstance(asked, Literal) else ()
        fits = fnmatchcase("kube-system", found.node.raw) and all(pair in COREDNS_LABELS for pair in pairs)
        return Known(fits, selector.place)

    def _says(self, found: Resolution, word: str) -> Value[bool]:
        """Whether a text holds a word, in any case of letters."""
        if isinstance(found, Absent):
            return Known(value=False, place=found.node.place)
        if isinstance(found, Attribute):
            return Unknown(f"{found.name} of {found.resource.logical_id} is known only after deployment")
        text = text_of(self._references, found.node, lambda _: "$")
        if text is not None and word in text.lower():
            return Known(value=True, place=found.node.place)
        if text is None or "$" in text:
            return Unknown("a part of the text is decided when the stack is deployed", found.node.place)
        return Known(value=False, place=found.node.place)

    def _name(self, resource: Resource) -> Resolution:
        return self._references.dig(resource.properties, "ClusterName")


def _pairs(labels: object) -> Iterator[tuple[object, object]]:
    """Labels as pairs: the API's mapping, or CloudFormation's list of keys and values."""
    if isinstance(labels, dict):
        yield from labels.items()
    for row in labels if isinstance(labels, list) else ():
        yield (row.get("Key"), row.get("Value")) if isinstance(row, dict) else (None, None)


def _both(one: Value[bool], other: Value[bool]) -> Value[bool]:
    """False if one is; else unknown if one is."""
    for value in (one, other):
        if isinstance(value, Known) and not value.value:
            return value
    return one if isinstance(one, Unknown) else other
