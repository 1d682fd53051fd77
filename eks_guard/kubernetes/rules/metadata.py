"""Names, labels and annotations of objects.

https://github.com/kubernetes/apimachinery/blob/master/pkg/api/validation/objectmeta.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.formats import (
    DNS_1035_LABEL,
    annotation_key,
    dns_label,
    path_segment,
    qualified_name,
    subdomain,
    violates,
)
from eks_guard.kubernetes.notes import Notes, of_key
from eks_guard.kubernetes.parts import OpenText, has_open_keys, is_given, is_open, lacks, listed, mapping
from eks_guard.kubernetes.rules.selectors import judge_labels

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "name"
LABEL = "label"
SECURITY = "security-context"
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
PROFILES = ("", "runtime/default", "unconfined")
FINALIZERS = ("foregroundDeletion", "kubernetes", "orphan")
"""Those without a domain that core, apps and batch take: validateKubeFinalizerName in pkg/apis/core/validation."""
UNSTORED = (None, "", "0")
"""The resource versions of an object that is not stored yet: ErrResourceVersionSetOnCreate in apiserver/pkg/storage."""
MOST_ANNOTATIONS = 256 * 1024
PATH_NAMED = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
UNNAMED = frozenset(
    {"CertificateSigningRequest", "IPAddress", "APIService", "ClusterTrustBundle", "ServiceCIDR", "Event"}
)
"""Kinds with rules of their own for names, which are not judged."""
LABELS_FROM = {"Namespace": 0, "StatefulSet": 27}
"""Kinds named by a DNS label, and from which minor on: https://github.com/kubernetes/kubernetes/pull/114172"""
RELAXED_SERVICES = (36, 37)
"""Minors in which the name of a Service may (beta), and surely does, begin with a digit: KEP-5311."""
LONGEST = {"CronJob": 52, "Job": 63}
"""The controllers add to the name, or make it a label."""


def judge_metadata(body: dict[Any, Any], kind: str, notes: Notes, *, own: bool) -> None:
    """Note what is wrong with the metadata of an object of a kind; `own`: whether the kind is Kubernetes' own."""
    metadata = body.get("metadata")
    if metadata is None and all(isinstance(key, str) for key in body):
        notes.wrong("metadata.name", "required", "required: name or generateName is missing")
    if not isinstance(metadata, dict):
        return
    if is_given(metadata.get("name")):
        _judge_name(metadata["name"], kind if own else "", notes)
    elif lacks(metadata, "name") and lacks(metadata, "generateName"):
        notes.wrong("metadata.name", "required", "required: name or generateName is missing")
    elif isinstance(prefix := metadata.get("generateName"), str) and prefix:
        notes.note("metadata.generateName", NAME, _name_rule(kind if own else "", notes)(f"{prefix}x"))
    if is_given(metadata.get("namespace")):
        notes.note("metadata.namespace", NAME, dns_label(metadata["namespace"]))
    if metadata.get("resourceVersion") not in UNSTORED and isinstance(metadata["resourceVersion"], str):
        says = "should not be set on objects to be created: leave out what the server fills in"
        notes.wrong("metadata.resourceVersion", "stored", says)
    judge_labels(metadata.get("labels"), "metadata.labels", notes)
    judge_annotations(metadata.get("annotations"), "metadata.annotations", notes)
    for index, finalizer in enumerate(listed(metadata.get("finalizers"))):
        wrong = qualified_name(finalizer) or (_unknown_finalizer(finalizer) if _of_core(body) else None)
        notes.note(f"metadata.finalizers[{index}]", NAME, wrong)


def _of_core(body: dict[Any, Any]) -> bool:
    version = body.get("apiVersion")
    return isinstance(version, str) and (version == "v1" or version.startswith(("apps/", "batch/")))


def _unknown_finalizer(name: Any) -> str | None:
    if not isinstance(name, str) or "/" in name or name in FINALIZERS:
        return None
    return f'"{name}" is neither a standard finalizer, one of {", ".join(FINALIZERS)}, nor has it a domain and a slash'


def _judge_name(name: Any, kind: str, notes: Notes) -> None:
    if kind in UNNAMED:
        return
    longest = LONGEST.get(kind)
    if longest and isinstance(name, str) and len(name) > longest:
        notes.wrong("metadata.name", "job", f'"{name}" must be no more than {longest} characters')
    wrong = _name_rule(kind, notes)(name)
    if wrong and kind == "Service" and notes.minor == RELAXED_SERVICES[0] and not dns_label(name):
        notes.doubtful("metadata.name", NAME, f"{wrong}, unless the server relaxes this rule, as 1.37 does")
    else:
        notes.note("metadata.name", NAME, wrong)


def _name_rule(kind: str, notes: Notes) -> Callable[[Any], str | None]:
    if kind == "Service":
        return dns_label if notes.minor >= RELAXED_SERVICES[1] else service_name
    if kind in PATH_NAMED:
        return path_segment
    return dns_label if kind in LABELS_FROM and notes.minor >= LABELS_FROM[kind] else subdomain


def service_name(value: Any) -> str | None:
    """What is wrong with the name of a Service, which begins with a letter."""
    if isinstance(value, OpenText) and value.pieces and value.pieces[0] and not value.pieces[0][0].isalpha():
        return f'"{value}" {DNS_1035_LABEL.says}'
    return violates(DNS_1035_LABEL, value)


def judge_annotations(value: Any, path: str, notes: Notes) -> None:
    """Note keys that are none for annotations, and too much text; the values are free."""
    size = 0
    for key, found in mapping(value).items():
        notes.note_entry(path, key, LABEL, annotation_key(key))
        size += sum(len(part.encode(errors="surrogatepass")) for part in (key, found) if isinstance(part, str))
    if size > MOST_ANNOTATIONS:
        notes.wrong(path, "size", f"Too long: must have at most {MOST_ANNOTATIONS} bytes, but have {size}")


def pod_template(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The labels and annotations of a pod template, whose name does not matter, and that it has a pod."""
    if value.get("spec") is None and not has_open_keys(value):
        notes.wrong(f"{path}.spec.containers", "required", "required, and missing")
    metadata = mapping(value.get("metadata"))
    judge_labels(metadata.get("labels"), f"{path}.metadata.labels", notes)
    judge_annotations(metadata.get("annotations"), f"{path}.metadata.annotations", notes)
    _judge_apparmor(value, f"{path}.metadata.annotations", notes)


def pod(value: dict[Any, Any], _: str, notes: Notes) -> None:
    """The annotations of a pod that are about its containers."""
    _judge_apparmor(value, "metadata.annotations", notes)


def _judge_apparmor(body: dict[Any, Any], path: str, notes: Notes) -> None:
    """Annotations of AppArmor are about a container of the pod, and name a profile: ValidateAppArmorPodAnnotations."""
    spec = mapping(body.get("spec"))
    containers = [spec.get(field) or [] for field in ("containers", "initContainers", "ephemeralContainers")]
    names = [mapping(row).get("name") for rows in containers for row in listed(rows)]
    is_whole = all(isinstance(name, str) for name in names) and not any(map(is_open, containers))
    for key, profile in mapping(mapping(body.get("metadata")).get("annotations")).items():
        if not isinstance(key, str) or not key.startswith(APPARMOR):
            continue
        name = key.removeprefix(APPARMOR)
        if name not in names and is_whole and not has_open_keys(spec):
            notes.wrong(of_key(path, key), SECURITY, f'"{name}": container not found')
        if isinstance(profile, str) and profile not in PROFILES and not profile.startswith("localhost/"):
            notes.wrong(of_key(path, key), SECURITY, f'invalid AppArmor profile name: "{profile}"')


RULES = {"core.v1.PodTemplateSpec": (pod_template,), "core.v1.Pod": (pod,)}
