"""Node classes of Karpenter: manifests that say which image the nodes to come start from.

https://karpenter.sh/docs/concepts/nodeclasses/
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, known_in, lift
from eks_guard.model.workloads import NODE_CLASS_KINDS
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.manifest import objects_of
from eks_guard.policy.facts.properties import beside_cluster
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.version import Version
    from eks_guard.model.workloads import Manifest, ManifestObject
    from eks_guard.policy.facts.fact import Context

NODE_CLASSES = ("manifest",)
"""The kind of subject that a node class is part of."""
_GROUP = "karpenter.k8s.aws/"
_CHOOSES = ("id", "name", "owner", "tags", "ssmParameter")
"""Keys of a term with which the app chooses images itself; the family then only says how they start."""
_AL2, _AL2023, _TABLED = "al2", "al2023", "AL2_x86_64"
_RELEASE = regex(r"v(\d{4})(\d{2})(\d{2})")
"""Of an alias that pins images: the day of their release, which Karpenter looks up for the minor of the cluster:
https://karpenter.sh/docs/concepts/nodeclasses/#alias"""
EARLY = datetime.timedelta(days=60)
"""How long before a minor EKS may publish images for it."""
REMEDY = (
    "Let the node class take Amazon Linux 2023 or Bottlerocket, of a release that the version has; Karpenter then "
    "replaces its nodes."
)
_FIX = Fix.of(
    "Let Karpenter use Amazon Linux 2023",
    typescript="amiSelectorTerms: [{ alias: 'al2023@latest' }],  // replaces al2 and amiFamily: 'AL2'",
    python='"amiSelectorTerms": [{"alias": "al2023@latest"}],  # replaces al2 and "amiFamily": "AL2"',
    cloudformation="# in the Manifest: amiSelectorTerms [{alias: al2023@latest}], and no amiFamily AL2",
)


def node_class_image_exists(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Whether EKS publishes the image of each node class in a manifest for the version of the cluster."""
    classes = tuple(filter(_is_node_class, objects_of(manifest)))
    cluster = context.cluster_of(manifest.owner) if classes else None
    if cluster is None:
        return ()
    runs = running(cluster, context)
    observations = []
    for item in classes:
        for name, written in _images(item):
            missing: Value[str | None] = Known(None, manifest.objects.place)
            if lift(_is_of_each_minor, name) != Known(value=True):
                missing = lift(lambda text, minor: _no_image(text, minor, context.tables), name, runs)
            observations.append(_observed(manifest, item, (cluster, runs), missing, written))
    return tuple(observations)


def has_no_node_class(manifest: Manifest) -> bool:
    """Whether a manifest has no node class, and so names no image."""
    return not any(map(_is_node_class, objects_of(manifest)))


def _is_of_each_minor(name: str) -> bool:
    """Whether EKS has the newest image of a system for whatever it runs."""
    system, _, release = name.partition("@")
    return system != _AL2 and _RELEASE.fullmatch(release) is None


def _no_image(name: str, minor: Version, tables: Tables) -> str | None:
    """Why EKS has no image of a name such as `al2@latest` for a minor; None where it has one."""
    system, _, release = name.partition("@")
    last = tables.ami_types.get(_TABLED, (None, None))[1]
    if system == _AL2 and last is not None and minor.of_minor > last:
        return f"EKS publishes no image of Amazon Linux 2 for Kubernetes {minor.of_minor}"
    day = _RELEASE.fullmatch(release) if system in (_AL2, _AL2023) else None
    support = tables.eks_versions.get(minor.of_minor)
    if day is None or support is None or support.released is None:
        return None
    published = f"{day[1]}-{day[2]}-{day[3]}"
    is_older = published < (support.released - EARLY).isoformat()
    says = f"EKS has no image of {published} for Kubernetes {minor.of_minor}, which it runs since {support.released}"
    return says if is_older else None


def _is_node_class(item: ManifestObject) -> bool:
    named = item.kind in NODE_CLASS_KINDS and item.api_version.startswith(_GROUP)
    return named and isinstance(item.body.get("spec"), dict)


def _images(item: ManifestObject) -> Iterator[tuple[Value[str], str]]:
    """The images that a node class starts by their name, each as it is written."""
    spec = item.body["spec"]
    terms = spec.get("amiSelectorTerms") or spec.get("amiSelector") or []
    terms = [term for term in terms if isinstance(term, dict)] if isinstance(terms, list) else [{"tags": terms}]
    aliases = [term["alias"] for term in terms if isinstance(term.get("alias"), str)]
    for alias in aliases:
        yield _named(alias), f"alias: {alias}"
    family = spec.get("amiFamily")
    if isinstance(family, str) and not aliases and not any(key in term for term in terms for key in _CHOOSES):
        yield _named(family), f"amiFamily: {family}"


def _named(text: str) -> Value[str]:
    """`al2@latest` as it is, `al2` of `AL2`."""
    name = text.lower()
    system = name.partition("@")[0]
    if OPEN_PART in system:
        return Unknown("the image of the node class is decided when the stack is deployed")
    return Known(system if OPEN_PART in name else name)


def _observed(
    manifest: Manifest,
    item: ManifestObject,
    runs_on: tuple[Cluster, Value[Version]],
    missing: Value[str | None],
    written: str,
) -> Observation:
    cluster, runs = runs_on
    why = next(
        filter(None, known_in(missing)), f"whether EKS has its image for Kubernetes {in_branches(runs)} is unknown"
    )
    says = f"{item.kind} {item.name!r} starts nodes by {written}: {why}; Karpenter finds no image and creates no nodes"
    shown = f"{item.kind} {item.name}, {written}"
    place = manifest.objects.place
    fine = lift(lambda reason: reason is None, missing)
    return replace(beside_cluster(cluster, "manifest", manifest.at, shown, fine, says, place), fix=_FIX, remedy=REMEDY)
