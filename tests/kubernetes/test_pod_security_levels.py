"""Pods that pass and that fail each control, at each level and version, in the form of upstream's own fixtures.

https://github.com/kubernetes/pod-security-admission/tree/master/test
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from eks_guard.kubernetes.pod_security import CHECKS, RELAXED, checks_of, pod_of, refusals, violations

ROWS = yaml.safe_load((Path(__file__).parent / "pod_security.yaml").read_text(encoding="utf-8"))
BASELINE = {
    "containers": [{"name": "mill", "image": "example.org/mill:7"}],
    "initContainers": [{"name": "sieve", "image": "example.org/sieve:1"}],
}
STRICT = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
SMALLEST = {
    "baseline": BASELINE,
    "restricted": {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        **{field: [{**row, "securityContext": STRICT} for row in rows] for field, rows in BASELINE.items()},
    },
}
VERSIONS = range(25, 38)
BOTH = {"seccompProfile_restricted": "seccompProfile_baseline", "capabilities_restricted": "capabilities_baseline"}
"""Controls of restricted that ask for more than the one of baseline, which may fail for the same reason."""
KINDS = ("Pod", "Deployment", "CronJob")


def specimen(level: str, edits: dict[str, Any], kind: str = "Pod") -> dict[str, Any]:
    """The smallest pod of a level with some edits, as a pod or in the template of a workload."""
    spec = json.loads(json.dumps(SMALLEST[level]))  # no part of it is shared
    annotations = edits.get("annotations", {})
    for path, value in edits.items():
        head, *keys = path.split(".")
        if head == "annotations":
            continue
        here: Any = {"C": spec["containers"][0], "I": spec["initContainers"][0]}.get(head, spec)
        keys = keys if head in ("C", "I") else [head, *keys]
        for key in keys[:-1]:
            here = here.setdefault(key, {})
        here[keys[-1]] = value
    template = {"metadata": {"annotations": annotations}, "spec": spec}
    match kind:
        case "Deployment":
            return {"kind": kind, "spec": {"template": template}}
        case "CronJob":
            return {"kind": kind, "spec": {"jobTemplate": {"spec": {"template": template}}}}
    return {"kind": kind, **template}


def broken(body: dict[str, Any], level: str, minor: int) -> set[str]:
    """The controls of a level that a pod breaks for certain."""
    pod = pod_of(body, minor)
    assert pod
    return {check for check in checks_of(level) if any(mistake.certain for mistake in violations(check, pod))}


def test_every_control_has_pods_that_pass_and_pods_that_fail() -> None:
    assert set(ROWS) == set(CHECKS)
    assert all(row["pass"] and row["fail"] for row in ROWS.values())


@pytest.mark.parametrize("level", SMALLEST)
def test_the_smallest_pod_of_a_level_passes_it(level: str) -> None:
    assert [minor for minor in VERSIONS if broken(specimen(level, {}), level, minor)] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("check", "edits"), [(name, edits) for name, row in ROWS.items() for edits in row["pass"]])
def test_a_pod_passes(check: str, edits: dict[str, Any], kind: str) -> None:
    level = ROWS[check]["level"]
    for minor in VERSIONS:
        assert broken(specimen(level, edits, kind), level, minor) == set(), minor


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("check", "edits"), [(name, edits) for name, row in ROWS.items() for edits in row["fail"]])
def test_a_pod_fails_that_control_alone(check: str, edits: dict[str, Any], kind: str) -> None:
    row = ROWS[check]
    for minor in VERSIONS:
        found = broken(specimen(row["level"], edits, kind), row["level"], minor)
        expected = {check} if minor >= row.get("from", 0) else set()
        if check == "windowsHostProcess":
            found -= {"hostNamespaces"}  # such a pod shares the network of its node
        assert found - {BOTH.get(check)} == expected, minor


@pytest.mark.parametrize(
    ("sysctl", "since"),
    [
        ("net.ipv4.ip_local_reserved_ports", 27),
        *(
            (f"net.ipv4.tcp_{name}", 29)
            for name in ("keepalive_time", "fin_timeout", "keepalive_intvl", "keepalive_probes")
        ),
        *((f"net.ipv4.tcp_{name}", 32) for name in ("rmem", "wmem")),
    ],
)
def test_a_sysctl_is_safe_from_a_version_on(sysctl: str, since: int) -> None:
    body = specimen("baseline", {"securityContext.sysctls": [{"name": sysctl, "value": "1"}]})
    assert [minor for minor in VERSIONS if not broken(body, "baseline", minor)] == list(range(since, VERSIONS.stop))


def test_the_type_of_a_container_engine_is_safe_from_1_31_on() -> None:
    body = specimen("baseline", {"C.securityContext.seLinuxOptions.type": "container_engine_t"})
    assert [minor for minor in VERSIONS if not broken(body, "baseline", minor)] == list(range(31, VERSIONS.stop))


def test_windows_pods_are_free_of_what_linux_pods_need() -> None:
    edits: dict[str, object] = {
        "os.name": "windows",
        "C.securityContext": {},
        "I.securityContext": {},
        "securityContext.seccompProfile": None,
    }
    assert broken(specimen("restricted", edits), "restricted", 36) == set()


@pytest.mark.parametrize("check", RELAXED)
def test_whether_users_of_their_own_let_pods_in_is_left_open_for_newer_servers(check: str) -> None:
    edits = {"hostUsers": False, **ROWS[check]["fail"][-1]}
    level = ROWS[check]["level"]
    assert [minor for minor in VERSIONS if broken(specimen(level, edits), level, minor)] == list(range(25, 34))


def test_what_only_some_minors_refuse_is_not_certain() -> None:
    pod = pod_of(specimen("baseline", {"C.livenessProbe.tcpSocket": {"port": 1, "host": "a"}, "hostPID": True}))
    assert pod
    found = {mistake.rule: mistake.certain for mistake in refusals("baseline", pod, (33, 34))}
    assert found == {"hostNamespaces": True, "hostProbesAndHostLifecycle": False}
