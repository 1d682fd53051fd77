"""Objects that every server takes which has their kind, and a judge of them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import yaml

from eks_guard.data import Tables
from eks_guard.kubernetes.custom_kinds import kinds_of
from eks_guard.kubernetes.objects import Judge
from eks_guard.kubernetes.table import Schemas

LABELS = {"app": "mill"}
POD = {
    "containers": [
        {
            "name": "mill",
            "image": "example.org/mill:7",
            "ports": [{"name": "http", "containerPort": 8080}],
            "env": [{"name": "GRAIN", "value": "rye"}],
            "resources": {"requests": {"cpu": "50m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
            "volumeMounts": [{"name": "flour", "mountPath": "/flour"}],
            "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
        }
    ],
    "initContainers": [{"name": "sieve", "image": "example.org/sieve:1"}],
    "volumes": [{"name": "flour", "emptyDir": {}}],
    "tolerations": [{"key": "stone", "operator": "Exists"}],
}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": POD}
SELECTOR = {"matchLabels": LABELS}
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["sails"],
            "properties": {
                "sails": {"type": "integer", "minimum": 2},
                "wind": {"type": "string", "enum": ["north", "south"], "default": "north"},
                "names": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                "port": {"x-kubernetes-int-or-string": True},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "code": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4},
            },
        }
    },
}


def _object(api_version: str, kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


OBJECTS: dict[str, dict[str, Any]] = {
    "deployment": _object("apps/v1", "Deployment", "mill", spec={"selector": SELECTOR, "template": TEMPLATE}),
    "stateful": _object(
        "apps/v1",
        "StatefulSet",
        "silo",
        spec={
            "selector": SELECTOR,
            "template": TEMPLATE,
            "volumeClaimTemplates": [{"metadata": {"name": "corn"}, "spec": {"accessModes": ["ReadWriteOnce"]}}],
        },
    ),
    "daemons": _object("apps/v1", "DaemonSet", "mill", spec={"selector": SELECTOR, "template": TEMPLATE}),
    "pod": _object("v1", "Pod", "mill", spec=POD),
    "job": _object("batch/v1", "Job", "grind", spec={"template": {"spec": {**POD, "restartPolicy": "Never"}}}),
    "cron": _object(
        "batch/v1",
        "CronJob",
        "grind",
        spec={
            "schedule": "*/5 6-18 * * mon-fri",
            "jobTemplate": {"spec": {"template": {"spec": {**POD, "restartPolicy": "OnFailure"}}}},
        },
    ),
    "service": _object(
        "v1", "Service", "mill", spec={"selector": LABELS, "ports": [{"port": 80, "targetPort": "http"}]}
    ),
    "ingress": _object(
        "networking.k8s.io/v1",
        "Ingress",
        "mill",
        spec={
            "rules": [
                {
                    "host": "*.mill.example.org",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "mill", "port": {"name": "http"}}},
                            }
                        ]
                    },
                }
            ]
        },
    ),
    "network": _object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "mill",
        spec={
            "podSelector": {},
            "ingress": [{"from": [{"ipBlock": {"cidr": "10.1.0.0/16", "except": ["10.1.2.0/24"]}}]}],
        },
    ),
    "autoscaler": _object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "mill",
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "mill"},
            "maxReplicas": 4,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
                }
            ],
        },
    ),
    "budget": _object("policy/v1", "PodDisruptionBudget", "mill", spec={"minAvailable": "50%", "selector": SELECTOR}),
    "role": _object(
        "rbac.authorization.k8s.io/v1",
        "Role",
        "system:miller",
        rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    ),
    "cluster-binding": _object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        "miller",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        subjects=[{"kind": "ServiceAccount", "name": "miller", "namespace": "default"}],
    ),
    "claim": _object(
        "v1",
        "PersistentVolumeClaim",
        "corn",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}},
    ),
    "volume": _object(
        "v1",
        "PersistentVolume",
        "corn",
        spec={
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "2Gi"},
            "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
        },
    ),
    "class": _object("storage.k8s.io/v1", "StorageClass", "fast", provisioner="ebs.csi.aws.com"),
    "config": _object("v1", "ConfigMap", "mill", data={"grain.txt": "rye"}),
    "secret": _object("v1", "Secret", "mill", type="Opaque", data={"key": "cnll"}),
    "namespace": _object("v1", "Namespace", "mills"),
    "limits": _object(
        "v1",
        "LimitRange",
        "mill",
        spec={"limits": [{"type": "Container", "min": {"cpu": "10m"}, "default": {"cpu": "1"}, "max": {"cpu": 2}}]},
    ),
    "priority": _object("scheduling.k8s.io/v1", "PriorityClass", "urgent", value=1000),
    "webhook": _object(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "weights",
        webhooks=[
            {
                "name": "weights.mill.example.org",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "clientConfig": {"url": "https://mill.example.org/weigh"},
            }
        ],
    ),
    "definition": _object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "windmills.mill.example.org",
        spec={
            "group": "mill.example.org",
            "scope": "Namespaced",
            "names": {"plural": "windmills", "kind": "Windmill"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}],
        },
    ),
    "custom": _object("mill.example.org/v1", "Windmill", "blue", spec={"sails": 4, "free": {"any": {"thing": 1}}}),
}
OBJECTS |= yaml.safe_load((Path(__file__).parent / "more_objects.yaml").read_text(encoding="utf-8"))
SINCE = frozenset({"flow", "level", "vap", "vapb"})
"""Those of kinds that came after 1.25."""
GONE = object()
_LONG = re.compile(r"<(.) \* (\d+)>")


def written(value: Any) -> Any:
    """A value of a table, in which `<gone>` leaves a field out, and `<a * 9>` is a text of nine letters."""
    if isinstance(value, dict):
        return {written(key): written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(inner) for inner in value]
    long = _LONG.fullmatch(value) if isinstance(value, str) else None
    return GONE if value == "<gone>" else long[1] * int(long[2]) if long else value


def edits_in(row: dict[str, Any]) -> dict[str, Any]:
    """The edits of a row of a table, with `P.` for the pod of a workload, and `C.` for its first container."""
    begins = {"P": "spec.template.spec", "C": "spec.template.spec.containers.0"}
    heads = {key: key.partition(".") for key in row}
    full = {key: f"{begins[head]}.{rest}" if head in begins else key for key, (head, _, rest) in heads.items()}
    return {full[key]: written(value) for key, value in row.items()}


def changed(name: str, edits: dict[str, Any]) -> dict[str, Any]:
    """One of the objects with `a.b.0.c` set, or left out where the value is GONE; `~` stands for a dot in a key."""
    found = copy.deepcopy(OBJECTS[name])
    for path, value in edits.items():
        steps: list[Any] = [int(key) if key.isdigit() else key.replace("~", ".") for key in path.split(".")]
        *above, last = steps
        here: Any = found
        for key in above:
            here = here[key] if isinstance(here, list) else here.setdefault(key, {})
        if value is GONE:
            here.pop(last)
        elif isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
    return found


SCHEMAS = Schemas(Tables())
JUDGE = Judge(SCHEMAS, dict(kinds_of([OBJECTS["definition"]])))
