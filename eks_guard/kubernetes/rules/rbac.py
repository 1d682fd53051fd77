"""Roles and bindings: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/rbac/validation/validation.go ."""

from __future__ import annotations

from functools import partial
from typing import Any

from eks_guard.kubernetes.formats import subdomain
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import is_given, is_open, lacks, listed, mapping

RBAC = "rbac"
GROUP = "rbac.authorization.k8s.io"


def role(value: dict[Any, Any], _: str, notes: Notes, *, cluster: bool) -> None:
    """The rules of a Role, or of a ClusterRole, which alone may name URLs."""
    for index, row in enumerate(listed(value.get("rules"))):
        if isinstance(row, dict):
            _judge_rule(row, f"rules[{index}]", notes, cluster=cluster)
    aggregation = value.get("aggregationRule")
    if isinstance(aggregation, dict) and lacks(aggregation, "clusterRoleSelectors"):
        says = "required: at least one clusterRoleSelector required if aggregationRule is non-nil"
        notes.wrong("aggregationRule.clusterRoleSelectors", RBAC, says)


def _judge_rule(row: dict[Any, Any], path: str, notes: Notes, *, cluster: bool) -> None:
    urls = row.get("nonResourceURLs")
    if is_open(urls):
        return
    if not is_given(urls):
        for name, one in (("apiGroups", "api group"), ("resources", "resource")):
            if lacks(row, name):
                notes.wrong(f"{path}.{name}", RBAC, f"required: resource rules must supply at least one {one}")
        return
    if not cluster:
        says = "namespaced rules cannot apply to non-resource URLs"
        notes.wrong(f"{path}.nonResourceURLs", RBAC, says)
    if any(is_given(row.get(name)) for name in ("apiGroups", "resources", "resourceNames")):
        says = "rules cannot apply to both regular resources and non-resource URLs"
        notes.wrong(f"{path}.nonResourceURLs", RBAC, says)


def binding(value: dict[Any, Any], _: str, notes: Notes, *, cluster: bool) -> None:
    """The role and the subjects of a binding, or of one for the whole cluster."""
    reference = value.get("roleRef")
    if reference is None and all(isinstance(key, str) for key in value):
        notes.wrong("roleRef", "required", "required, and missing: roleRef.kind and roleRef.name")
    if isinstance(reference, dict):
        _judge_choice(reference, "apiGroup", "roleRef.apiGroup", notes, (GROUP,))
        if lacks(reference, "kind"):
            notes.wrong("roleRef.kind", "required", "required, and missing")
        kinds = ("ClusterRole",) if cluster else ("ClusterRole", "Role")
        _judge_choice(reference, "kind", "roleRef.kind", notes, kinds)
    for index, row in enumerate(listed(value.get("subjects"))):
        _judge_subject(mapping(row), f"subjects[{index}]", notes, cluster=cluster)


def _judge_subject(row: dict[Any, Any], path: str, notes: Notes, *, cluster: bool) -> None:
    kind = row.get("kind")
    if kind in ("User", "Group"):
        _judge_choice(row, "apiGroup", f"{path}.apiGroup", notes, (GROUP,))
    if kind != "ServiceAccount":
        return
    group = row.get("apiGroup")
    if is_given(group) and not is_open(group):
        notes.wrong(f"{path}.apiGroup", RBAC, f'unsupported value "{group}", must be empty for a ServiceAccount')
    if cluster and lacks(row, "namespace"):
        notes.wrong(f"{path}.namespace", RBAC, "required: a ServiceAccount in a cluster binding needs its namespace")
    if is_given(row.get("name")):
        notes.note(f"{path}.name", RBAC, subdomain(row["name"]))


def _judge_choice(row: dict[Any, Any], key: str, path: str, notes: Notes, known: tuple[str, ...]) -> None:
    found = row.get(key)
    if is_given(found) and isinstance(found, str) and found not in known:
        says = f'unsupported value "{found}", supported values: {", ".join(known)}'
        notes.wrong(path, "enum", says)


RULES = {
    "rbac.v1.Role": (partial(role, cluster=False),),
    "rbac.v1.ClusterRole": (partial(role, cluster=True),),
    "rbac.v1.RoleBinding": (partial(binding, cluster=False),),
    "rbac.v1.ClusterRoleBinding": (partial(binding, cluster=True),),
}
