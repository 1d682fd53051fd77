"""The Pod Security Standards: what each check asks of a pod, by the pod's own specification.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from eks_guard.kubernetes.notes import Mistake, Notes
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, listed, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import TypeAlias

    Check: TypeAlias = "Callable[[Pod, Notes, str], None]"

FIELDS = ("containers", "initContainers", "ephemeralContainers")
BASELINE, RESTRICTED = "baseline", "restricted"
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
VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)
APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
HOST_FIELDS_FROM = 34
TEMPLATES = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template", "spec"),
    ),
}


class Enforced(NamedTuple):
    """What a namespace of the app enforces: a level, as of a minor."""

    level: str
    minor: int


class Pod(NamedTuple):
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


def violations(check: str, pod: Pod) -> tuple[Mistake, ...]:
    """Where a pod breaks a check such as `privileged`; what only the deployment knows is not certain."""
    notes = Notes(pod.minor)
    CHECKS[check][1](pod, notes, check)
    open_ = [field for field in (*FIELDS, "volumes", "securityContext") if is_open(pod.spec.get(field))]
    if open_ and not notes.mistakes:
        notes.doubtful(f"{pod.path}.{open_[0]}", check, "only the deployment knows it")
    return tuple(notes.mistakes)


def _contexts(pod: Pod, *, with_pod: bool = True) -> Iterator[tuple[str, dict[Any, Any]]]:
    if with_pod:
        yield f"{pod.path}.securityContext", mapping(pod.spec.get("securityContext"))
    for path, container in containers_of(pod):
        yield f"{path}.securityContext", mapping(container.get("securityContext"))


def _allow(value: Any, allowed: Collection[Any], path: str, notes: Notes, check: str) -> None:
    """Note a value that is none of those allowed."""
    if is_open(value):
        notes.doubtful(path, check, f"only the deployment knows it: {getattr(value, 'reason', '')}")
    elif value not in allowed:
        known = [
            str(item).lower() if isinstance(item, bool) else str(item) for item in allowed if item not in (None, "")
        ]
        shown = str(value).lower() if isinstance(value, bool) else value
        notes.wrong(path, check, f"is {shown}, and must be {' or '.join(('not set', *known))}")


def _of_contexts(key: str, allowed: Collection[Any], *, with_pod: bool) -> Check:
    def check(pod: Pod, notes: Notes, name: str) -> None:
        for path, context in _contexts(pod, with_pod=with_pod):
            _allow(context.get(key), allowed, f"{path}.{key}", notes, name)

    return check


def _of_profiles(key: str) -> Check:
    def check(pod: Pod, notes: Notes, name: str) -> None:
        for path, context in _contexts(pod):
            profile = context.get(key)
            kind = profile if is_open(profile) else mapping(profile).get("type")
            _allow(kind, LOCAL_OR_DEFAULT, f"{path}.{key}.type", notes, name)

    return check


def _host_process(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in _contexts(pod):
        options = mapping(context.get("windowsOptions"))
        _allow(options.get("hostProcess"), (None, False), f"{path}.windowsOptions.hostProcess", notes, name)


def _host_namespaces(pod: Pod, notes: Notes, name: str) -> None:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        _allow(pod.spec.get(key), (None, False), f"{pod.path}.{key}", notes, name)


def _added_capabilities(pod: Pod, notes: Notes, name: str, allowed: Collection[str] = CAPABILITIES) -> None:
    for path, context in _contexts(pod, with_pod=False):
        added = mapping(context.get("capabilities")).get("add")
        for index, item in enumerate([added] if is_open(added) else listed(added)):
            _allow(item, sorted(allowed), f"{path}.capabilities.add[{index}]", notes, name)


def _host_paths(pod: Pod, notes: Notes, name: str) -> None:
    for index, volume in enumerate(listed(pod.spec.get("volumes"))):
        if mapping(volume).get("hostPath") is not None:
            notes.wrong(
                f"{pod.path}.volumes[{index}].hostPath", name, "must not be set: it mounts a folder of the node"
            )


def _host_ports(pod: Pod, notes: Notes, name: str) -> None:
    for path, container in containers_of(pod):
        for index, port in enumerate(listed(container.get("ports"))):
            _allow(mapping(port).get("hostPort"), (None, 0), f"{path}.ports[{index}].hostPort", notes, name)


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
                _allow(host, (None, ""), f"{path}.{key}.{action}.host", notes, name)


def _apparmor(pod: Pod, notes: Notes, name: str) -> None:
    _of_profiles("appArmorProfile")(pod, notes, name)
    for key, value in pod.annotations.items():
        if isinstance(key, str) and key.startswith(APPARMOR) and isinstance(value, str):
            fits = value in ("", "runtime/default") or value.startswith("localhost/")
            path = f"{pod.path.removesuffix('.spec')}.metadata.annotations[{key}]"
            notes.note(path, name, None if fits else f"is {value}, and must be runtime/default or localhost/…")


def _selinux(pod: Pod, notes: Notes, name: str) -> None:
    types = (*SELINUX_TYPES, ENGINE_TYPE[0]) if pod.minor >= ENGINE_TYPE[1] else SELINUX_TYPES
    for path, context in _contexts(pod):
        options = mapping(context.get("seLinuxOptions"))
        _allow(options.get("type"), types, f"{path}.seLinuxOptions.type", notes, name)
        for key in ("user", "role"):
            _allow(options.get(key), (None, ""), f"{path}.seLinuxOptions.{key}", notes, name)


def _sysctls(pod: Pod, notes: Notes, name: str) -> None:
    allowed = [word for minor, words in SYSCTLS if pod.minor >= minor for word in words.split()]
    for index, row in enumerate(listed(mapping(pod.spec.get("securityContext")).get("sysctls"))):
        _allow(mapping(row).get("name"), allowed, f"{pod.path}.securityContext.sysctls[{index}].name", notes, name)


def _volumes(pod: Pod, notes: Notes, name: str) -> None:
    for index, volume in enumerate(listed(pod.spec.get("volumes"))):
        bad = [key for key, value in mapping(volume).items() if key not in VOLUMES | {"name"} and value is not None]
        if bad:
            says = f"is a {bad[0]} volume, and must be one of {', '.join(sorted(VOLUMES))}"
            notes.wrong(f"{pod.path}.volumes[{index}]", name, says)


def _is_windows(pod: Pod) -> bool:
    return mapping(pod.spec.get("os")).get("name") == "windows"


def _escalation(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in () if _is_windows(pod) else _contexts(pod, with_pod=False):
        found, place = context.get("allowPrivilegeEscalation"), f"{path}.allowPrivilegeEscalation"
        if found is None and not has_open_keys(context):
            notes.wrong(place, name, "must be set to false")
        else:
            _allow(found, (False,), place, notes, name)


def _non_root(pod: Pod, notes: Notes, name: str) -> None:
    of_pod = mapping(pod.spec.get("securityContext")).get("runAsNonRoot")
    if of_pod is False:
        notes.wrong(f"{pod.path}.securityContext.runAsNonRoot", name, "must not be false")
    for path, context in _contexts(pod, with_pod=False):
        found = context.get("runAsNonRoot")
        if found is False or (found is None and of_pod in (None, False)):
            notes.wrong(f"{path}.runAsNonRoot", name, "must be set to true, here or for the whole pod")
        elif is_open(found) or (found is None and is_open(of_pod)):
            notes.doubtful(f"{path}.runAsNonRoot", name, "only the deployment knows it")


def _run_as_user(pod: Pod, notes: Notes, name: str) -> None:
    for path, context in _contexts(pod):
        user = context.get("runAsUser")
        if is_open(user):
            notes.doubtful(f"{path}.runAsUser", name, "only the deployment knows it")
        elif user == 0:
            notes.wrong(f"{path}.runAsUser", name, "must not be 0, which is root")


def _seccomp(pod: Pod, notes: Notes, name: str) -> None:
    if _is_windows(pod):
        return
    of_pod = mapping(mapping(pod.spec.get("securityContext")).get("seccompProfile")).get("type")
    for path, context in _contexts(pod, with_pod=False):
        own = mapping(context.get("seccompProfile")).get("type")
        kind, place = (own, path) if is_given(own) else (of_pod, path)
        if not is_given(kind):
            notes.wrong(
                f"{place}.seccompProfile.type", name, "must be set to RuntimeDefault or Localhost, here or for the pod"
            )
        else:
            _allow(kind, LOCAL_OR_DEFAULT, f"{place}.seccompProfile.type", notes, name)


def _restricted_capabilities(pod: Pod, notes: Notes, name: str) -> None:
    if _is_windows(pod):
        return
    for path, context in _contexts(pod, with_pod=False):
        capabilities = context.get("capabilities")
        dropped = mapping(capabilities).get("drop")
        if is_open(capabilities) or is_open(dropped) or any(map(is_open, listed(dropped))):
            notes.doubtful(f"{path}.capabilities.drop", name, "only the deployment knows it")
        elif "ALL" not in listed(dropped):
            notes.wrong(f"{path}.capabilities.drop", name, "must have ALL")
    _added_capabilities(pod, notes, name, ("NET_BIND_SERVICE",))


CHECKS: dict[str, tuple[str, Check]] = {
    "windowsHostProcess": (BASELINE, _host_process),
    "hostNamespaces": (BASELINE, _host_namespaces),
    "privileged": (BASELINE, _of_contexts("privileged", (None, False), with_pod=False)),
    "capabilities_baseline": (BASELINE, _added_capabilities),
    "hostPathVolumes": (BASELINE, _host_paths),
    "hostPorts": (BASELINE, _host_ports),
    "hostProbesAndHostLifecycle": (BASELINE, _host_fields),
    "appArmorProfile": (BASELINE, _apparmor),
    "seLinuxOptions": (BASELINE, _selinux),
    "procMount": (BASELINE, _of_contexts("procMount", (None, "Default"), with_pod=False)),
    "seccompProfile_baseline": (BASELINE, _of_profiles("seccompProfile")),
    "sysctls": (BASELINE, _sysctls),
    "restrictedVolumes": (RESTRICTED, _volumes),
    "allowPrivilegeEscalation": (RESTRICTED, _escalation),
    "runAsNonRoot": (RESTRICTED, _non_root),
    "runAsUser": (RESTRICTED, _run_as_user),
    "seccompProfile_restricted": (RESTRICTED, _seccomp),
    "capabilities_restricted": (RESTRICTED, _restricted_capabilities),
}
"""The checks by the ids of the Kubernetes project, each with the level that asks for it first."""


def checks_of(level: str) -> tuple[str, ...]:
    """The checks of a level; `restricted` asks for those of `baseline`, too."""
    wanted = {BASELINE: (BASELINE,), RESTRICTED: (BASELINE, RESTRICTED)}.get(level, ())
    return tuple(name for name, (own, _) in CHECKS.items() if own in wanted)
