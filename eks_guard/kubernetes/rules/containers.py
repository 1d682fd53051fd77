"""Containers: environment, ports, probes, resources, security.

https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (validateContainers)
"""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import ENV_NAME, RELAXED_ENV_NAME, violates
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import OpenText, is_given, is_open, listed, mapping, number, text
from eks_guard.kubernetes.rules.resources import judge_requirements
from eks_guard.matching import regex

ENV = "env"
PROBE = "probe"
SECURITY = "security-context"
RELAXED_ENV = 32
"""RelaxedEnvironmentVariableValidation is on from this minor: https://github.com/kubernetes/enhancements/issues/4369"""
FIELD_PATHS = frozenset(
    {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.host", "spec.serviceAccountName"}
    | {"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"}
)
_SUBSCRIPT = regex(r"metadata\.(?:labels|annotations)\['[^']+'\]")
_RESOURCE = regex(r"(?:limits|requests)\.(?:cpu|memory|ephemeral-storage|hugepages-.+)")
HANDLERS = ("exec", "httpGet", "tcpSocket")


def container(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What the fields of a container have to do with each other."""
    image = text(value.get("image"))
    if image and image != image.strip() and notes.is_pod:  # a template may have blanks: openshift/origin#14659
        notes.wrong(f"{path}.image", "container", "must not have leading or trailing whitespace")
    ports = enumerate(mapping(port) for port in listed(value.get("ports")))
    named = ((f"{path}.ports[{index}].name", text(port.get("name"))) for index, port in ports)
    notes.unique((pair for pair in named if pair[1]), "port")
    judge_requirements(mapping(value.get("resources")), f"{path}.resources", notes)
    for name in ("livenessProbe", "startupProbe"):
        threshold = number(mapping(value.get(name)).get("successThreshold"))
        if threshold not in (None, 0, 1):
            notes.wrong(f"{path}.{name}.successThreshold", PROBE, f"{threshold} must be 1")
    if mapping(value.get("readinessProbe")).get("terminationGracePeriodSeconds") is not None:
        says = "must not be set for readinessProbes"
        notes.wrong(f"{path}.readinessProbe.terminationGracePeriodSeconds", PROBE, says)


def variable(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """An environment variable."""
    if is_given(value.get("name")):
        notes.note(f"{path}.name", ENV, _variable_name(value["name"], notes))
    source, plain = value.get("valueFrom"), value.get("value")
    if source is None or not is_given(plain):
        return
    says = "may not be specified when `value` is not empty"
    if isinstance(plain, OpenText) and not plain.fixed:
        notes.doubtful(f"{path}.valueFrom", ENV, says)
    else:
        notes.wrong(f"{path}.valueFrom", ENV, says)


def _variable_name(name: Any, notes: Notes) -> str | None:
    if notes.minor >= RELAXED_ENV:
        return violates(RELAXED_ENV_NAME, name)
    if isinstance(name, str) and (name == "." or name.startswith("..")):
        return f"\"{name}\" must not be '.' or begin with '..'"
    return violates(ENV_NAME, name)


def variable_source(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """Where the value of a variable comes from."""
    sources = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
    notes.exactly_one(value, path, sources, ENV, "source")
    field = text(mapping(value.get("fieldRef")).get("fieldPath"))
    if field and field not in FIELD_PATHS and not _SUBSCRIPT.fullmatch(field):
        known = ", ".join(sorted(FIELD_PATHS - {"spec.host"}))
        says = f"unsupported value \"{field}\", supported values: {known}, metadata.labels['…']"
        notes.wrong(f"{path}.fieldRef.fieldPath", ENV, says)
    resource = text(mapping(value.get("resourceFieldRef")).get("resource"))
    if resource and not _RESOURCE.fullmatch(resource):
        says = f'unsupported value "{resource}", supported values: limits.cpu, limits.memory, requests.cpu and the like'
        notes.wrong(f"{path}.resourceFieldRef.resource", ENV, says)


def variables_from(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """All variables of a ConfigMap or a Secret."""
    notes.exactly_one(value, path, ("configMapRef", "secretRef"), ENV, "source")
    if is_given(value.get("prefix")):
        notes.note(f"{path}.prefix", ENV, _variable_name(value["prefix"], notes))


def probe(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A probe has one handler."""
    notes.exactly_one(value, path, (*HANDLERS, "grpc"), PROBE, "handler type")


def handler(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A hook of the lifecycle has one handler."""
    notes.exactly_one(value, path, (*HANDLERS, "sleep"), PROBE, "handler type")


def security_context(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The security context of a container."""
    if value.get("allowPrivilegeEscalation") is not False:
        return
    if value.get("privileged") is True:
        says = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        notes.wrong(path, SECURITY, says)
    if "CAP_SYS_ADMIN" in listed(mapping(value.get("capabilities")).get("add")):
        says = "cannot set `allowPrivilegeEscalation` to false and `capabilities.add` CAP_SYS_ADMIN"
        notes.wrong(path, SECURITY, says)


def profile(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A seccomp or AppArmor profile: Localhost, and no other, names one."""
    kind, local = value.get("type"), value.get("localhostProfile")
    if kind == "Localhost" and not is_given(local):
        notes.wrong(f"{path}.localhostProfile", SECURITY, "required: must be set when `type` is Localhost")
    if isinstance(kind, str) and kind != "Localhost" and local is not None and not is_open(local):
        notes.wrong(f"{path}.localhostProfile", SECURITY, "can only be set when `type` is Localhost")


RULES = {
    "core.v1.Container": (container,),
    "core.v1.EphemeralContainer": (container,),
    "core.v1.EnvVar": (variable,),
    "core.v1.EnvVarSource": (variable_source,),
    "core.v1.EnvFromSource": (variables_from,),
    "core.v1.Probe": (probe,),
    "core.v1.LifecycleHandler": (handler,),
    "core.v1.SecurityContext": (security_context,),
    "core.v1.SeccompProfile": (profile,),
    "core.v1.AppArmorProfile": (profile,),
}
