"""The checks of the level *baseline*.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_open, listed, mapping
from eks_guard.kubernetes.pod_security.pods import Pod, allow, containers_of, contexts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.kubernetes.pod_security.pods import Check

LOCAL_OR_DEFAULT = (None, "RuntimeDefault", "Localhost")
CAPABILITIES = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"}
    | {"SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
)
SYSCTLS = (
    (0, "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start"),
    (0, "net.ipv4.tcp_syncookies net.ipv4.ping_group_range"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
)
"""Sysctls that a pod may set, and the minor from which on."""
SELINUX_TYPES = (None, "", "container_t", "container_init_t", "container_kvm_t")
ENGINE_TYPE = ("container_engine_t", 31)
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
HOST_FIELDS_FROM = 34


def _of_contexts(key: str, allowed: Collection[Any], *, with_pod: bool) -> Check:
    def check(pod: Pod, notes: Notes, name: str) -> None:
        for path, context in contexts_of(pod, with_pod=with_pod):
            allow(context.get(key), allowed, f"{path}.{key}", notes, name)

    return check


def _of_profiles(key: str) -> Check:
    def check(pod: Pod, notes: Notes, name: str) -> None:
        for path, context in contexts_of(pod):
            profile = context.get(key)
            kind = profile if is_open(profile) else mapping(profile).get("type")
            allow(kind, LOCAL_OR_DEFAULT, f"{path}.{key}.type", notes, name)

    return check


def _host_process(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in contexts_of(pod):
        options = mapping(context.get("windowsOptions"))
        allow(options.get("hostProcess"), (None, False), f"{path}.windowsOptions.hostProcess", notes, name)


def _host_namespaces(pod: Pod, notes: Notes, name: str) -> None:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        allow(pod.spec.get(key), (None, False), f"{pod.path}.{key}", notes, name)


def added_capabilities(pod: Pod, notes: Notes, name: str, allowed: Collection[str] = CAPABILITIES) -> None:
    """Note the capabilities that a container adds beyond some."""
    for path, context in contexts_of(pod, with_pod=False):
        added = mapping(context.get("capabilities")).get("add")
        for index, item in enumerate([added] if is_open(added) else listed(added)):
            allow(item, sorted(allowed), f"{path}.capabilities.add[{index}]", notes, name)


def _host_paths(pod: Pod, notes: Notes, name: str) -> None:
    for index, volume in enumerate(listed(pod.spec.get("volumes"))):
        if mapping(volume).get("hostPath") is not None:
            notes.wrong(
                f"{pod.path}.volumes[{index}].hostPath", name, "must not be set: it mounts a folder of the node"
            )


def _host_ports(pod: Pod, notes: Notes, name: str) -> None:
    for path, container in containers_of(pod):
        for index, port in enumerate(listed(container.get("ports"))):
            allow(mapping(port).get("hostPort"), (None, 0), f"{path}.ports[{index}].hostPort", notes, name)


def _host_fields(pod: Pod, notes: Notes, name: str) -> None:
    """Since 1.34: probes and hooks may not name a host, through which the kubelet would reach anything."""
    if pod.minor < HOST_FIELDS_FROM:
        return
    for path, container in containers_of(pod):
        hooks = mapping(container.get("lifecycle"))
        probes = [(key, container.get(key)) for key in ("livenessProbe", "readinessProbe", "startupProbe")]
        probes += [(f"lifecycle.{key}", hooks.get(key)) for key in ("postStart", "preStop")]
        for key, probe in probes:
            for action in ("httpGet", "tcpSocket"):
                host = mapping(mapping(probe).get(action)).get("host")
                allow(host, (None, ""), f"{path}.{key}.{action}.host", notes, name)


def _apparmor(pod: Pod, notes: Notes, name: str) -> None:
    _of_profiles("appArmorProfile")(pod, notes, name)
    for key, value in pod.annotations.items():
        if isinstance(key, str) and key.startswith(APPARMOR) and isinstance(value, str):
            fits = value in ("", "runtime/default") or value.startswith("localhost/")
            path = f"{pod.path.removesuffix('.spec')}.metadata.annotations[{key}]"
            notes.note(path, name, None if fits else f"is {value}, but must be runtime/default or localhost/…")


def _selinux(pod: Pod, notes: Notes, name: str) -> None:
    types = (*SELINUX_TYPES, ENGINE_TYPE[0]) if pod.minor >= ENGINE_TYPE[1] else SELINUX_TYPES
    for path, context in contexts_of(pod):
        options = mapping(context.get("seLinuxOptions"))
        allow(options.get("type"), types, f"{path}.seLinuxOptions.type", notes, name)
        for key in ("user", "role"):
            allow(options.get(key), (None, ""), f"{path}.seLinuxOptions.{key}", notes, name)


def _sysctls(pod: Pod, notes: Notes, name: str) -> None:
    allowed = [word for minor, words in SYSCTLS if pod.minor >= minor for word in words.split()]
    for index, row in enumerate(listed(mapping(pod.spec.get("securityContext")).get("sysctls"))):
        allow(mapping(row).get("name"), allowed, f"{pod.path}.securityContext.sysctls[{index}].name", notes, name)


CHECKS: dict[str, Check] = {
    "windowsHostProcess": _host_process,
    "hostNamespaces": _host_namespaces,
    "privileged": _of_contexts("privileged", (None, False), with_pod=False),
    "capabilities_baseline": added_capabilities,
    "hostPathVolumes": _host_paths,
    "hostPorts": _host_ports,
    "hostProbesAndHostLifecycle": _host_fields,
    "appArmorProfile": _apparmor,
    "seLinuxOptions": _selinux,
    "procMount": _of_contexts("procMount", (None, "Default"), with_pod=False),
    "seccompProfile_baseline": _of_profiles("seccompProfile"),
    "sysctls": _sysctls,
}
