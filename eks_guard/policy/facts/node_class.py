"""Node classes of Karpenter: manifests that say which image the nodes to come start from.

https://karpenter.sh/docs/concepts/nodeclasses/
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, lift
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.properties import beside_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Manifest, ManifestObject
    from eks_guard.policy.facts.fact import Context

NODE_CLASSES = ("manifest",)
"""The kind of subject that a node class is part of."""
_GROUP = "karpenter.k8s.aws/"
_KINDS = ("EC2NodeClass", "AWSNodeTemplate")
_CHOOSES = ("id", "name", "owner", "tags", "ssmParameter")
"""Keys of a term with which the app chooses images itself; the family then only says how they start."""
_AL2, _TABLED = "al2", "AL2_x86_64"
_FIX = Fix.of(
    "Let Karpenter use Amazon Linux 2023",
    typescript="amiSelectorTerms: [{ alias: 'al2023@latest' }],  // replaces al2 and amiFamily: 'AL2'",
    python='"amiSelectorTerms": [{"alias": "al2023@latest"}],  # replaces al2 and "amiFamily": "AL2"',
    cloudformation="# in the Manifest: amiSelectorTerms [{alias: al2023@latest}], and no amiFamily AL2",
)


def node_class_image_exists(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Whether EKS publishes the image of each node class in a manifest for the version of the cluster."""
    cluster = context.cluster_of(manifest.owner)
    objects = manifest.objects.value if isinstance(manifest.objects, Known) else ()
    if cluster is None:
        return ()
    last = context.tables.ami_types.get(_TABLED, (None, None))[1]
    runs = running(cluster, context)
    observations = []
    for item in objects:
        for family, written in _families(item):
            fine: Value[bool] = lift(
                lambda name, minor: name != _AL2 or last is None or minor.of_minor <= last, family, runs
            )
            observations.append(_observed(manifest, item, (cluster, runs), fine, written))
    return tuple(observations)


def _families(item: ManifestObject) -> Iterator[tuple[Value[str], str]]:
    """The systems that a node class starts by their name, each as it is written."""
    spec = item.body.get("spec")
    if not (item.api_version.startswith(_GROUP) and item.kind in _KINDS and isinstance(spec, dict)):
        return
    terms = spec.get("amiSelectorTerms") or spec.get("amiSelector") or []
    terms = [term for term in terms if isinstance(term, dict)] if isinstance(terms, list) else [{"tags": terms}]
    aliases = [term["alias"] for term in terms if isinstance(term.get("alias"), str)]
    for alias in aliases:
        yield _system(alias), f"alias: {alias}"
    family = spec.get("amiFamily")
    if isinstance(family, str) and not aliases and not any(key in term for term in terms for key in _CHOOSES):
        yield _system(family), f"amiFamily: {family}"


def _system(text: Any) -> Value[str]:
    """`al2` of `al2@latest` or of `AL2`."""
    name = text.partition("@")[0].lower()
    if OPEN_PART in name:
        return Unknown("the image of the node class is decided when the stack is deployed")
    return Known(name)


def _observed(
    manifest: Manifest, item: ManifestObject, runs_on: tuple[Cluster, Value[Version]], fine: Value[bool], written: str
) -> Observation:
    cluster, runs = runs_on
    says = (
        f"{item.kind} {item.name!r} uses Amazon Linux 2 ({written}), for which EKS publishes no image on Kubernetes "
        f"{in_branches(runs)}: Karpenter finds no image and creates no nodes"
    )
    shown = f"{item.kind} {item.name}, {written}"
    place = manifest.objects.place
    return replace(beside_cluster(cluster, "manifest", manifest.at, shown, fine, says, place), fix=_FIX)
