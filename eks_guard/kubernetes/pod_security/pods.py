"""Pods and the pods in templates of workloads, with what all checks ask of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_open, listed, mapping
from eks_guard.model.value import Unknown
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import TypeAlias

    Check: TypeAlias = "Callable[[Pod, Notes, str], None]"

FIELDS = ("containers", "initContainers", "ephemeralContainers")
TEMPLATES = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template", "spec"),
    ),
}
USER_NAMESPACES = 34
"""From about this minor on some checks let pods in that have users of their own (`hostUsers: false`); the release that
turned it on is not verified: https://github.com/kubernetes/enhancements/issues/127"""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod or a pod template: its spec, where in the object that is, and the annotations beside it."""

    path: str
    spec: dict[Any, Any]
    annotations: dict[Any, Any]
    minor: int


def pod_of(body: dict[Any, Any], minor: int = 0) -> Pod | None:
    """The pod of an object, or of its template; None for a kind that runs none."""
    keys = TEMPLATES.get(str(body.get("kind")))
    if keys is None:
        return None
    here: Any = body
    for key in keys[:-1]:
        here = mapping(here).get(key)
    spec = mapping(here).get("spec")
    annotations = mapping(mapping(mapping(here).get("metadata")).get("annotations"))
    return Pod(".".join(keys), spec, annotations, minor) if isinstance(spec, dict) else None


def containers_of(pod: Pod) -> Iterator[tuple[str, dict[Any, Any]]]:
    """The containers of all three lists, with their paths."""
    for field in FIELDS:
        for index, row in enumerate(listed(pod.spec.get(field))):
            yield f"{pod.path}.{field}[{index}]", mapping(row)


def contexts_of(pod: Pod, *, with_pod: bool = True) -> Iterator[tuple[str, dict[Any, Any]]]:
    """The security contexts of the pod and of its containers, with their paths."""
    if with_pod:
        yield f"{pod.path}.securityContext", mapping(pod.spec.get("securityContext"))
    for path, container in containers_of(pod):
        yield f"{path}.securityContext", mapping(container.get("securityContext"))


def allow(value: Any, allowed: Collection[Any], path: str, notes: Notes, check: str) -> None:
    """Note a value that is none of those allowed."""
    if is_open(value):
        notes.doubtful(path, check, f"it is known only after deployment: {getattr(value, 'reason', '')}")
    elif value not in allowed:
        known = [
            str(item).lower() if isinstance(item, bool) else str(item) for item in allowed if item not in (None, "")
        ]
        shown = str(value).lower() if isinstance(value, bool) else value
        notes.wrong(path, check, f"is {shown}, but must be {' or '.join(('not set', *known))}")


def has_own_users(pod: Pod) -> bool:
    """Whether a pod may be let in for users of its own, where another one would not."""
    return pod.minor >= USER_NAMESPACES and pod.spec.get("hostUsers") is False


def open_containers(pod: Pod) -> Unknown[Any] | None:
    """Why the containers of a pod are not all known, None where they are."""
    found = [pod.spec.get(field) for field in FIELDS]
    return next((value for value in found if isinstance(value, Unknown)), None)
