"""The Pod Security Standards: what each check asks of a pod, by the pod's own specification.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from eks_guard.kubernetes.notes import Mistake, Notes
from eks_guard.kubernetes.parts import is_open
from eks_guard.kubernetes.pod_security import baseline, restricted
from eks_guard.kubernetes.pod_security.pods import FIELDS, Pod, containers_of, has_own_users, open_containers, pod_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.kubernetes.pod_security.pods import Check

__all__ = [
    "BASELINE",
    "CHECKS",
    "RESTRICTED",
    "Enforced",
    "Pod",
    "checks_of",
    "containers_of",
    "open_containers",
    "pod_of",
    "violations",
]

BASELINE, RESTRICTED = "baseline", "restricted"
CHECKS: Mapping[str, Check] = {**baseline.CHECKS, **restricted.CHECKS}
"""The checks by the ids of the Kubernetes project."""
RELAXED = ("procMount", "runAsNonRoot", "runAsUser")
"""Those that newer servers do not ask of a pod with users of its own."""
LEVELS = {BASELINE: tuple(baseline.CHECKS), RESTRICTED: tuple(CHECKS)}


class Enforced(NamedTuple):
    """What a namespace of the app enforces: a level, as of a minor."""

    level: str
    minor: int


def violations(check: str, pod: Pod) -> tuple[Mistake, ...]:
    """Where a pod breaks a check such as `privileged`; what only the deployment knows is not certain."""
    notes = Notes(pod.minor)
    CHECKS[check](pod, notes, check)
    open_ = [field for field in (*FIELDS, "volumes", "securityContext") if is_open(pod.spec.get(field))]
    if open_ and not notes.mistakes:
        notes.doubtful(f"{pod.path}.{open_[0]}", check, "only the deployment knows it")
    if check in RELAXED and has_own_users(pod):
        return tuple(replace(mistake, certain=False) for mistake in notes.mistakes)
    return tuple(notes.mistakes)


def checks_of(level: str) -> tuple[str, ...]:
    """The checks of a level, none for `privileged`; `restricted` asks for those of `baseline`, too."""
    return LEVELS.get(level, ())
