"""The checks of the Pod Security Standards, where the policies' own cases do not lead."""

from __future__ import annotations

import pytest

from eks_guard.kubernetes.parts import OpenText
from eks_guard.kubernetes.pod_security import CHECKS, checks_of, pod_of, violations
from eks_guard.model.value import Unknown

STRICT = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {"name": "mill", "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
    ],
}


def found(check: str, spec: dict, minor: int = 36, annotations: dict | None = None) -> list[str]:
    body = {"kind": "Pod", "metadata": {"annotations": annotations or {}}, "spec": spec}
    pod = pod_of(body, minor)
    assert pod
    return [mistake.path if mistake.certain else f"{mistake.path}?" for mistake in violations(check, pod)]


@pytest.mark.parametrize("check", CHECKS)
def test_a_strict_pod_passes_every_check(check: str) -> None:
    assert found(check, STRICT) == []


def test_restricted_asks_for_all_of_baseline() -> None:
    assert set(checks_of("baseline")) < set(checks_of("restricted")) == set(CHECKS)
    assert checks_of("privileged") == ()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("CronJob", "spec.jobTemplate.spec.template.spec"),
        ("DaemonSet", "spec.template.spec"),
        ("PodTemplate", "template.spec"),
    ],
)
def test_the_pod_of_every_workload_is_found(kind: str, path: str) -> None:
    body: dict = {"kind": kind}
    here = body
    for key in path.split("."):
        here[key] = {}
        here = here[key]
    pod = pod_of(body)
    assert pod
    assert pod.path == path
    assert pod_of({"kind": "Service", "spec": {}}) is None


def test_a_check_that_came_with_a_version_holds_from_it_on() -> None:
    probe = {"containers": [{"livenessProbe": {"tcpSocket": {"port": 1, "host": "a"}}}]}
    assert found("hostProbesAndHostLifecycle", probe, 33) == []
    assert found("hostProbesAndHostLifecycle", probe, 34) == ["spec.containers[0].livenessProbe.tcpSocket.host"]
    sysctl = {"securityContext": {"sysctls": [{"name": "net.ipv4.tcp_rmem"}]}, "containers": []}
    assert found("sysctls", sysctl, 31)
    assert not found("sysctls", sysctl, 32)
    engine = {"securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}, "containers": []}
    assert found("seLinuxOptions", engine, 30)
    assert not found("seLinuxOptions", engine, 31)


def test_all_three_lists_of_containers_count() -> None:
    bad = [{"securityContext": {"privileged": True}}]
    spec = {"containers": [], "initContainers": bad, "ephemeralContainers": bad}
    assert len(found("privileged", spec)) == 2


def test_what_the_deployment_decides_is_not_certain() -> None:
    assert found("privileged", {"containers": [{"securityContext": {"privileged": Unknown("later")}}]}) == [
        "spec.containers[0].securityContext.privileged?"
    ]
    assert found("privileged", {"containers": Unknown("later")}) == ["spec.containers?"]
    open_ = {"containers": [{"securityContext": {"capabilities": {"drop": [OpenText((None,))]}}}]}
    assert found("capabilities_restricted", open_) == ["spec.containers[0].securityContext.capabilities.drop?"]


def test_windows_pods_are_free_of_what_linux_pods_need() -> None:
    spec = {"os": {"name": "windows"}, "containers": [{"name": "mill"}]}
    for check in ("allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"):
        assert found(check, spec) == []


def test_the_annotation_of_apparmor_counts() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/mill"
    assert found("appArmorProfile", {"containers": []}, annotations={key: "unconfined"})
    assert not found("appArmorProfile", {"containers": []}, annotations={key: "localhost/mine"})
