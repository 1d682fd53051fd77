"""The Pod Security Standards: what each check asks of a pod, by the pod's own specification.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.notes import Mistake, Notes
from eks_guard.kubernetes.parts import is_open
from eks_guard.kubernetes.pod_security import baseline, restricted
from eks_guard.kubernetes.pod_security.pods import FIELDS, Pod, containers_of, has_own_users, open_containers, pod_of
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    "refusals",
    "violations",
]

BASELINE, RESTRICTED = "baseline", "restricted"
CHECKS: Mapping[str, Check] = {**baseline.CHECKS, **restricted.CHECKS}
"""The checks by the ids of the Kubernetes project."""
RELAXED = ("procMount", "runAsNonRoot", "runAsUser")
"""Those that newer servers do not ask of a pod with users of its own."""
LEVELS = {BASELINE: tuple(baseline.CHECKS), RESTRICTED: tuple(CHECKS)}


@dataclass(frozen=True, slots=True)
class Enforced:
    """What a namespace of the app enforces: a level, as of each minor that the control plane may run."""

    level: str
    minors: tuple[int, ...]


def violations(check: str, pod: Pod) -> tuple[Mistake, ...]:
    """Where a pod breaks a check such as `privileged`; what only the deployment knows is not certain."""
    notes = Notes(pod.minor)
    CHECKS[check](pod, notes, check)
    open_ = [field for field in (*FIELDS, "volumes", "securityContext") if is_open(pod.spec.get(field))]
    if open_ and not notes.mistakes:
        notes.doubtful(f"{pod.path}.{open_[0]}", check, "it is known only after deployment")
    if check in RELAXED and has_own_users(pod):
        return tuple(replace(mistake, certain=False) for mistake in notes.mistakes)
    return tuple(notes.mistakes)


def refusals(level: str, pod: Pod, minors: Sequence[int]) -> tuple[Mistake, ...]:
    """Where a pod breaks a level, judged as of some minors: certain is only what breaks it in all of them."""
    found: dict[tuple[str, str], dict[int, Mistake]] = {}
    for minor in minors:
        for check in checks_of(level):
            for mistake in violations(check, replace(pod, minor=minor)):
                found.setdefault((mistake.path, check), {}).setdefault(minor, mistake)
    return tuple(_in_all(mistakes, minors) for mistakes in found.values())


def _in_all(mistakes: Mapping[int, Mistake], minors: Sequence[int]) -> Mistake:
    first, *_ = mistakes.values()
    certain = len(mistakes) == len(minors) and all(mistake.certain for mistake in mistakes.values())
    span = "" if len(mistakes) == len(minors) else f" (in Kubernetes 1.{min(mistakes)} to 1.{max(mistakes)})"
    return replace(first, says=first.says + span, certain=certain)


def checks_of(level: str) -> tuple[str, ...]:
    """The checks of a level, none for `privileged`; `restricted` asks for those of `baseline`, too."""
    return LEVELS.get(level, ())
