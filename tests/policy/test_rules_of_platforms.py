"""What platform teams ask of objects, in the form of kube-linter's checks and Kyverno's policies, as own rules."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from eks_guard.audit import Options, audit
from eks_guard.policy.selection import Wanted

POLICY = """
id: mine
title: what our platform asks
severity: low
match: object
{kinds}
expect:
{expect}
rationale: Because.
remediation: Do it.
"""
CONTAINER = {"name": "a", "image": "registry.example.org/a:1.2"}


def workload(kind: str = "Deployment", spec: Any = None, pod: Any = None, *containers: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "a"}},
        "spec": {"containers": list(containers) or [CONTAINER], **(pod or {})},
    }
    body: dict[str, Any] = {"template": template, **(spec or {})}
    if kind == "CronJob":
        body = {"schedule": "@daily", "jobTemplate": {"spec": body}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a"}, "spec": body}


def container(**fields: Any) -> dict[str, Any]:
    return {**CONTAINER, **fields}


def other(kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **fields}


LIMITED = {"resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}}}
READ_ONLY = {"securityContext": {"readOnlyRootFilesystem": True}}
RULES = {
    "no image without a tag or with latest": (
        "- {path: '$.containers[*].image', matches: ':[0-9][^/]*$'}",
        "",
        [workload(), workload("CronJob"), other("Service")],
        [
            workload("Deployment", None, None, CONTAINER, container(image="a")),
            workload("CronJob", None, None, container(image="a:latest")),
            workload("DaemonSet", None, {"initContainers": [container(image="example.org:5000/a")]}),
        ],
    ),
    "images of our registry": (
        "- {path: '$.containers[*].image', matches: '^registry\\.example\\.org/'}",
        "",
        [workload()],
        [workload("Job", None, None, container(image="docker.io/a:1"))],
    ),
    "requests are set": (
        "- {path: '$.containers[*].resources.requests.cpu', exists: true}",
        "",
        [workload("Deployment", None, None, container(**LIMITED), container(**LIMITED))],
        [
            workload(),
            workload("Deployment", None, None, container(**LIMITED), container()),
            workload("Deployment", None, {"initContainers": [container()]}, container(**LIMITED)),
        ],
    ),
    "memory is limited": (
        "- {path: '$.containers[*].resources.limits.memory', exists: true}",
        "kinds: [StatefulSet]",
        [workload("StatefulSet", None, None, container(**LIMITED)), workload("Deployment")],
        [workload("StatefulSet")],
    ),
    "the root file system is read-only": (
        "- {path: '$.containers[*].securityContext.readOnlyRootFilesystem', equals: true}",
        "",
        [workload("Deployment", None, None, container(**READ_ONLY))],
        [workload(), workload("Deployment", None, None, container(**READ_ONLY), container())],
    ),
    "no folder of the node": (
        "- {path: '$.pod.volumes[*].hostPath', exists: false}",
        "",
        [workload(), workload("Deployment", None, {"volumes": [{"name": "a", "emptyDir": {}}]})],
        [workload("Deployment", None, {"volumes": [{"name": "b"}, {"name": "a", "hostPath": {"path": "/"}}]})],
    ),
    "every namespace has a team": (
        "- {path: '$.metadata.labels.team', exists: true}",
        "kinds: [Namespace]",
        [{**other("Namespace"), "metadata": {"name": "a", "labels": {"team": "a"}}}, workload()],
        [other("Namespace")],
    ),
    "at least two replicas": (
        "- {path: '$.spec.replicas', at_least: 2}",
        "kinds: [Deployment]",
        [workload("Deployment", {"replicas": 2})],
        [workload("Deployment", {"replicas": 1}), workload()],
    ),
    "a service account of its own": (
        "- {path: '$.pod.serviceAccountName', exists: true}",
        "",
        [workload("Deployment", None, {"serviceAccountName": "a"})],
        [workload()],
    ),
    "no port on the nodes": (
        "- any_of: [{path: '$.spec.type', exists: false}, {path: '$.spec.type', one_of: [ClusterIP, LoadBalancer]}]",
        "kinds: [Service]",
        [other("Service", spec={}), other("Service", spec={"type": "ClusterIP"})],
        [other("Service", spec={"type": "NodePort"})],
    ),
    "both probes": (
        "- {path: '$.containers[*].livenessProbe', exists: true}\n  - {path: '$.containers[*].readinessProbe', exists: true}",
        "",
        [workload("Deployment", None, None, container(livenessProbe={"a": 1}, readinessProbe={"a": 1}))],
        [workload(), workload("Deployment", None, None, container(livenessProbe={"a": 1}))],
    ),
    "no secret in the environment": (
        "- {path: '$.containers[*].env[*].valueFrom.secretKeyRef', exists: false}",
        "",
        [workload(), workload("Deployment", None, None, container(env=[{"name": "a", "value": "b"}]))],
        [
            workload(
                "Deployment", None, None, container(env=[{"name": "a", "valueFrom": {"secretKeyRef": {"name": "b"}}}])
            )
        ],
    ),
    "no star in a role": (
        "- {path: '$.rules[*].verbs', excludes: ['*']}",
        "kinds: [Role, ClusterRole]",
        [other("ClusterRole", rules=[{"verbs": ["get"]}]), workload()],
        [other("Role", rules=[{"verbs": ["get"]}, {"verbs": ["*"]}])],
    ),
    "all capabilities are dropped": (
        "- {path: '$.containers[*].securityContext.capabilities.drop', contains: [ALL]}",
        "",
        [workload("Deployment", None, None, container(securityContext={"capabilities": {"drop": ["ALL"]}}))],
        [
            workload(),
            workload("Deployment", None, None, container(securityContext={"capabilities": {"drop": ["KILL"]}})),
        ],
    ),
}


def outcomes(tmp_path: Path, expect: str, kinds: str, bodies: list[Any]) -> list[str]:
    """What a rule says of each of some objects, in their order."""
    (tmp_path / "mine.yaml").write_text(POLICY.format(expect=f"  {expect}", kinds=kinds))
    resources: dict[str, Any] = {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "c", "Version": "1.35"}}}
    for index, body in enumerate(bodies):
        text = body if isinstance(body, dict) and "Fn::Join" in body else json.dumps([body])
        properties = {"ClusterName": {"Ref": "C"}, "Manifest": text}
        resources[f"M{index:02}"] = {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}
    template = tmp_path / "App.template.json"
    template.write_text(json.dumps({"Parameters": {"P": {"Type": "String"}}, "Resources": resources}))
    wanted = Wanted(policies=(tmp_path / "mine.yaml",), select=("mine",))
    report = audit(Options(path=str(template), today=datetime.date(2026, 11, 26), wanted=wanted))
    found = sorted((finding.subject.id, str(finding.outcome)) for finding in report.findings)
    return [outcome for _, outcome in found]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_what_fits_and_fails_what_does_not(rule: str, tmp_path: Path) -> None:
    expect, kinds, good, bad = RULES[rule]
    found = outcomes(tmp_path, expect, kinds, [*good, *bad])
    assert "fail" not in found[: len(good)]
    assert "unknown" not in found
    assert found[len(good) :] == ["fail"] * len(bad)


def test_containers_that_only_the_deployment_knows_are_unknown(tmp_path: Path) -> None:
    before, after = json.dumps([workload("Deployment", None, None)]).split(json.dumps([CONTAINER]))
    text = {"Fn::Join": ["", [before, {"Ref": "P"}, after]]}
    assert outcomes(tmp_path, *RULES["requests are set"][:2], [text]) == ["unknown"]
