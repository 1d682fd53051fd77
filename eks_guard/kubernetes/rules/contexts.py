"""What a pod asks of its node: namespaces of the host, kernel settings, an operating system.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidatePodSecurityContext)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import listed, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterable

Containers: TypeAlias = "Iterable[tuple[str, dict[Any, Any]]]"
"""Containers with their paths."""
SECURITY = "security-context"
_SHARED = ("appArmorProfile", "seLinuxOptions", "seccompProfile", "runAsUser", "runAsGroup")
FOREIGN = {
    "linux": (("windowsOptions",), ("windowsOptions",)),
    "windows": (
        (*_SHARED, "fsGroup", "fsGroupChangePolicy", "supplementalGroups", "supplementalGroupsPolicy", "sysctls"),
        (*_SHARED, "allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem"),
    ),
}
"""What the security context of a pod, and of a container, may not have: https://kubernetes.io/docs/concepts/workloads/pods/#pod-os"""
OF_HOST = (("hostNetwork", ("net.",)), ("hostIPC", ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")))
"""How the kernel settings begin that a pod may not have where it shares what they are about with its node."""
REFUSES_SYSCTLS = 30
"""A minor from which on the server surely refuses them; an older kubelet refuses to start such pods."""


def judge_contexts(spec: dict[Any, Any], containers: Containers, path: str, notes: Notes) -> None:
    """Note what a pod asks of its node that excludes something else."""
    _judge_os(spec, containers, path, notes)
    _judge_sysctls(spec, path, notes)
    if spec.get("shareProcessNamespace") is True and spec.get("hostPID") is True:
        says = "ShareProcessNamespace and HostPID cannot both be enabled"
        notes.wrong(f"{path}.shareProcessNamespace", "security-context", says)


def _judge_os(spec: dict[Any, Any], containers: Containers, path: str, notes: Notes) -> None:
    """Fields that only one operating system has may not be set for the other."""
    name = mapping(spec.get("os")).get("name")
    of_pod, of_container = FOREIGN.get(name, ((), ())) if isinstance(name, str) else ((), ())
    contexts = [(f"{path}.securityContext", mapping(spec.get("securityContext")), of_pod)]
    for place, row in containers:
        contexts.append((f"{place}.securityContext", mapping(row.get("securityContext")), of_container))
    for place, context, keys in contexts:
        for key in keys:
            if context.get(key) is not None:
                notes.wrong(f"{place}.{key}", "security-context", f"cannot be set for a {name} pod")


def _judge_sysctls(spec: dict[Any, Any], path: str, notes: Notes) -> None:
    """Kernel settings are there once each, and not for what belongs to the host."""
    rows = listed(mapping(spec.get("securityContext")).get("sysctls"))
    names = [
        (f"{path}.securityContext.sysctls[{i}].name", text(mapping(row).get("name"))) for i, row in enumerate(rows)
    ]
    notes.unique((pair for pair in names if pair[1]), SECURITY)
    note = notes.wrong if notes.minor >= REFUSES_SYSCTLS else notes.doubtful
    for field, begins in OF_HOST if names else ():
        for place, name in names if spec.get(field) is True else ():
            if (name or "").replace("/", ".").startswith(begins):
                note(place, SECURITY, f"{name} may not be specified when '{field}' is true")
