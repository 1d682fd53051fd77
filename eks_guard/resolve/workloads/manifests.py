"""The Kubernetes objects in the manifests that an app applies.

A manifest is JSON text, usually a `Fn::Join` with intrinsics between its pieces. Each intrinsic that only a
deployment knows becomes a placeholder, so the objects can be parsed and the open parts stay recognisable.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.composed import text_from
from eks_guard.assembly.following.resolution import Attribute, Choice, Unresolved, reason_of
from eks_guard.assembly.stack import Node
from eks_guard.kubernetes.parts import mapping
from eks_guard.kubernetes.texts import with_quotes
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.model.workloads import Manifest, ManifestContent, ManifestObject, ManifestText
from eks_guard.records import replace
from eks_guard.resolve.read import flag, read
from eks_guard.resolve.site import site_of
from eks_guard.resolve.workloads.aws_auth import mapped_roles
from eks_guard.resolve.workloads.manifest_texts import manifest_text
from eks_guard.resolve.workloads.objects import OPEN, KubernetesObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from eks_guard.assembly.following.expressions import Expression
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.resource import Owner, Target
    from eks_guard.model.workloads import Chart
    from eks_guard.resolve.workloads.deploy_order import Order

WORKLOADS = frozenset(
    {"CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"}
)
"""The kinds that run pods."""
OF_CLUSTER = frozenset(
    {"APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding"}
    | {"ClusterTrustBundle", "CustomResourceDefinition", "DeviceClass", "FlowSchema", "IPAddress", "IngressClass"}
    | {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Namespace"}
    | {"Node", "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice", "RuntimeClass"}
    | {"ServiceCIDR", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
    | {"ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass"}
)
"""The kinds of Kubernetes' own that are in no namespace: `kubectl api-resources --namespaced=false`."""


class Manifests:
    """What the manifests of one assembly hold, each parsed once."""

    def __init__(self) -> None:
        self._texts: dict[Resource, Value[ManifestText]] = {}
        self._objects: dict[Resource, tuple[KubernetesObject, ...] | None] = {}
        self._chosen: set[Resource] = set()

    def text(self, manifest: Resource) -> Value[ManifestText]:
        """The text of a manifest, parsed; unknown where it is no text, or the deployment decides all of it."""
        self._read(manifest)
        return self._texts[manifest]

    def objects(self, manifest: Resource) -> tuple[KubernetesObject, ...] | None:
        """The objects of a manifest, also those inside a `List`; None where its text is not decided or is no JSON."""
        self._read(manifest)
        return self._objects[manifest]

    def branches(self, manifest: Resource) -> Unknown[ManifestContent] | None:
        """The contents that a manifest may have; None where nothing chooses between a few of them."""
        self.objects(manifest)  # its text is put together once
        if manifest not in self._chosen:
            return None
        from eks_guard.resolve.workloads.branches import branches_of  # noqa: PLC0415 (few manifests have any)

        return branches_of(manifest, self._content)

    def objects_by_branch(self, manifest: Resource) -> tuple[tuple[KubernetesObject, ...], ...]:
        """The objects of a manifest in each branch of a deployment; one branch where nothing chooses between a few."""
        objects = self.objects(manifest)
        if manifest in self._chosen:
            from eks_guard.resolve.workloads.branches import branches_of  # noqa: PLC0415 (few manifests have any)

            chosen = branches_of(manifest, lambda one: self.objects(one) or ())
            if chosen:
                return tuple(branch.value for branch in chosen.candidates)
        return (objects or (),)

    def _content(self, manifest: Resource) -> ManifestContent:
        return ManifestContent(_objects(self, manifest), self.text(manifest))

    def _read(self, manifest: Resource) -> None:
        """Put the text of a manifest together and parse it, once where no part of it is open."""
        if manifest in self._objects:
            return
        raw = manifest.properties.raw
        node = manifest.properties.child("Manifest", raw["Manifest"]) if "Manifest" in mapping(raw) else None
        pieces = list(node.parts()) if node else []
        text = self._texts[manifest] = manifest_text(manifest, node, pieces)
        match text:
            case Known(ManifestText(json=parsed, mistake=None)) if all(isinstance(piece, str) for piece in pieces):
                self._objects[manifest] = _objects_in(manifest, parsed, {})
            case _:
                self._objects[manifest] = self._with_placeholders(manifest, pieces)

    def _with_placeholders(
        self, manifest: Resource, pieces: Sequence[str | Resolution]
    ) -> tuple[KubernetesObject, ...] | None:
        open_parts: dict[str, Resolution] = {}

        def placeholder(part: Resolution) -> str:
            name = _mark(part, open_parts)
            open_parts[name] = part
            if isinstance(part, Choice):
                self._chosen.add(manifest)
            return name

        written = text_from(pieces, placeholder) if pieces else None
        try:
            parsed = json.loads(with_quotes(written)) if written is not None else None
        except (ValueError, RecursionError):
            return None
        return _objects_in(manifest, parsed, open_parts)


def _objects_in(
    manifest: Resource, parsed: Any, open_parts: Mapping[str, Resolution]
) -> tuple[KubernetesObject, ...] | None:
    items = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(item, dict) for item in items):
        return None
    return tuple(_flat(KubernetesObject(manifest, index, item, open_parts) for index, item in enumerate(items)))


def _mark(part: Resolution, marked: Mapping[str, Resolution]) -> str:
    """What stands in the text for an open part: the same for the same one, and OPEN where it has no name."""
    match part:
        case Attribute(resource, name):
            return f"${{{resource.logical_id}.{name}}}"
        case Unresolved(Node(raw={"Ref": str(name)})) if name.startswith("AWS::"):
            return f"${{{name}}}"
        case Unresolved(node) | Choice(node) if node.pointer[:1] == ("Parameters",):
            mark = f"${{{node.pointer[1]}}}"
            return mark if marked.get(mark, part) is part else OPEN  # another stack has a parameter of this name
    return OPEN


def manifest_of(
    manifests: Manifests, order: Order, of_arn: Callable[[Expression], Target], resource: Resource, owner: Owner
) -> Manifest:
    """What a custom resource applies to a cluster."""
    return Manifest(
        at=site_of(resource),
        owner=owner,
        objects=_objects(manifests, resource),
        text=manifests.text(resource),
        skips_validation=read(resource.properties, "SkipValidation", parse=flag, absent=False),
        overwrites=read(resource.properties, "Overwrite", parse=flag, absent=False),
        prunes=read(resource.properties, "PruneLabel", parse=_is_written, absent=False),
        mapped_roles=mapped_roles(manifests.objects(resource), resource.place, of_arn),
        branches=manifests.branches(resource),
        after=order.before(resource),
    )


def _is_written(node: Node) -> Value[bool]:
    return Known(bool(node.raw), node.place)


def _objects(manifests: Manifests, manifest: Resource) -> Value[tuple[ManifestObject, ...]]:
    found = manifests.objects(manifest)
    if found is None:
        return Unknown(f"the manifest of {manifest.logical_id} cannot be read from the template", manifest.place)
    return Known(tuple(_written(item) for item in found), manifest.place)


def _written(item: KubernetesObject) -> ManifestObject:
    metadata = item.body.get("metadata")
    given = metadata.get("namespace") if isinstance(metadata, dict) else None
    api_version = str(item.body.get("apiVersion") or "")
    namespace = given if isinstance(given, str) and given and not _is_of_cluster(api_version, item.kind) else None
    open_ = any(part in f"{namespace or ''}/{item.name}" for part in item.open_parts) or not item.name
    reasons = (reason_of(part) for mark, part in item.open_parts.items() if mark in f"{api_version} {item.kind}")
    return ManifestObject(api_version, item.kind, namespace, item.name, open_, next(reasons, None), item.body)


def _is_of_cluster(api_version: str, kind: str) -> bool:
    """Whether an object of Kubernetes' own is in no namespace; one that is written on it is not read."""
    group = api_version.rpartition("/")[0]
    return kind in OF_CLUSTER and (not group or group.endswith(".k8s.io"))


def runs_workloads(manifests: Iterable[Manifest], charts: Sequence[Chart]) -> Value[bool]:
    """Whether the app runs pods on a cluster: a chart, or an object of a kind that does."""
    if charts:
        return Known(value=True, place=charts[0].at.place)
    unread: Value[bool] = Known(value=False)
    for manifest in manifests:
        match manifest.objects:
            case Unknown(reason, place):
                unread = Unknown(reason, place)
            case Known(objects) if any(item.kind in WORKLOADS for item in objects):
                return Known(value=True, place=manifest.at.place)
    return unread


def _flat(objects: Iterable[KubernetesObject]) -> Iterator[KubernetesObject]:
    """The objects, with those inside a `List` taken out of it."""
    for item in objects:
        items = item.body.get("items")
        if item.kind.endswith("List") and isinstance(items, list):
            yield from (replace(item, body=inner) for inner in items if isinstance(inner, dict))
        else:
            yield item
