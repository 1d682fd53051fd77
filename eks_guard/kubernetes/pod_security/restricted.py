"""The checks that the level *restricted* adds.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, listed, mapping
from eks_guard.kubernetes.pod_security.baseline import LOCAL_OR_DEFAULT, added_capabilities
from eks_guard.kubernetes.pod_security.pods import Pod, allow, contexts_of

if TYPE_CHECKING:
    from eks_guard.kubernetes.pod_security.pods import Check

VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)


def _volumes(pod: Pod, notes: Notes, name: str) -> None:
    for index, volume in enumerate(listed(pod.spec.get("volumes"))):
        bad = [key for key, value in mapping(volume).items() if key not in VOLUMES | {"name"} and value is not None]
        if bad:
            says = f"is a {bad[0]} volume, but must be one of {', '.join(sorted(VOLUMES))}"
            notes.wrong(f"{pod.path}.volumes[{index}]", name, says)


def _is_windows(pod: Pod) -> bool:
    return mapping(pod.spec.get("os")).get("name") == "windows"


def _escalation(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in () if _is_windows(pod) else contexts_of(pod, with_pod=False):
        found, place = context.get("allowPrivilegeEscalation"), f"{path}.allowPrivilegeEscalation"
        if found is None and not has_open_keys(context):
            notes.wrong(place, name, "must be set to false")
        else:
            allow(found, (False,), place, notes, name)


def _non_root(pod: Pod, notes: Notes, name: str) -> None:
    of_pod = mapping(pod.spec.get("securityContext")).get("runAsNonRoot")
    if of_pod is False:
        notes.wrong(f"{pod.path}.securityContext.runAsNonRoot", name, "must not be false")
    for path, context in contexts_of(pod, with_pod=False):
        found = context.get("runAsNonRoot")
        if found is False or (found is None and of_pod in (None, False)):
            notes.wrong(f"{path}.runAsNonRoot", name, "must be set to true, here or for the whole pod")
        elif is_open(found) or (found is None and is_open(of_pod)):
            notes.doubtful(f"{path}.runAsNonRoot", name, "it is known only after deployment")


def _run_as_user(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in contexts_of(pod):
        user = context.get("runAsUser")
        if is_open(user):
            notes.doubtful(f"{path}.runAsUser", name, "it is known only after deployment")
        elif user == 0:
            notes.wrong(f"{path}.runAsUser", name, "must not be 0, which is root")


def _seccomp(pod: Pod, notes: Notes, name: str) -> None:
    if _is_windows(pod):
        return
    of_pod = mapping(mapping(pod.spec.get("securityContext")).get("seccompProfile")).get("type")
    for path, context in contexts_of(pod, with_pod=False):
        own = mapping(context.get("seccompProfile")).get("type")
        kind, place = (own, path) if is_given(own) else (of_pod, path)
        if not is_given(kind):
            notes.wrong(
                f"{place}.seccompProfile.type", name, "must be set to RuntimeDefault or Localhost, here or for the pod"
            )
        else:
            allow(kind, LOCAL_OR_DEFAULT, f"{place}.seccompProfile.type", notes, name)


def _restricted_capabilities(pod: Pod, notes: Notes, name: str) -> None:
    if _is_windows(pod):
        return
    for path, context in contexts_of(pod, with_pod=False):
        capabilities = context.get("capabilities")
        dropped = mapping(capabilities).get("drop")
        if is_open(capabilities) or is_open(dropped) or any(map(is_open, listed(dropped))):
            notes.doubtful(f"{path}.capabilities.drop", name, "it is known only after deployment")
        elif "ALL" not in listed(dropped):
            notes.wrong(f"{path}.capabilities.drop", name, "must have ALL")
    added_capabilities(pod, notes, name, ("NET_BIND_SERVICE",))


CHECKS: dict[str, Check] = {
    "restrictedVolumes": _volumes,
    "allowPrivilegeEscalation": _escalation,
    "runAsNonRoot": _non_root,
    "runAsUser": _run_as_user,
    "seccompProfile_restricted": _seccomp,
    "capabilities_restricted": _restricted_capabilities,
}
