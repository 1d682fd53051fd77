"""What kubectl refuses of a patch."""

from __future__ import annotations

from typing import Any

import pytest

from eks_guard.kubernetes.parts import OpenText
from eks_guard.kubernetes.patches import is_custom, mistakes_in
from eks_guard.model.value import Unknown


@pytest.mark.parametrize(
    ("kind", "patch", "says"),
    [
        ("json", {"spec": {}}, "must be a list of operations"),
        ("json", "text", "must be a list of operations"),
        ("json", ["replace"], "must be an operation"),
        ("json", [{"op": "set", "path": "/a"}], "must be one of add"),
        ("json", [{"path": "/a"}], "must be one of add"),
        ("json", [{"op": "remove"}], "path is missing"),
        ("json", [{"op": "remove", "path": "a/b"}], "begins with /"),
        ("json", [{"op": "move", "path": "/a"}], "has no from"),
        ("merge", [{"op": "remove", "path": "/a"}], "must be an object"),
        ("strategic", [], "must be an object"),
        ("strategic", None, "must be an object"),
    ],
)
def test_a_patch_is_refused(kind: str, patch: Any, says: str) -> None:
    (mistake,) = mistakes_in(kind, patch, "applyPatch")
    assert says in str(mistake)


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("json", []),
        ("json", [{"op": "add", "path": "", "value": 1}, {"op": "copy", "from": "/a", "path": "/b"}]),
        ("json", [{"op": OpenText((None,)), "path": OpenText((None, "/a"))}]),
        ("json", Unknown("later")),
        ("merge", {"spec": None}),
        ("strategic", {"spec": {"$patch": "replace"}}),
    ],
)
def test_a_patch_is_taken(kind: str, patch: Any) -> None:
    assert mistakes_in(kind, patch, "applyPatch") == ()


@pytest.mark.parametrize(
    ("target", "custom"),
    [
        ("deployment/a", False),
        ("deployments.apps/a", False),
        ("deployments.v1.apps/a", False),
        ("ingresses.networking.k8s.io/a", False),
        ("configmap/a", False),
        ("nodepools.karpenter.sh/default", True),
        ("nodepools.v1.karpenter.sh/default", True),
        ("gateways.gateway.networking.k8s.io/a", True),
        ("bakery/warm", True),
        ("Bakeries/warm", True),
    ],
)
def test_a_custom_resource_is_told_from_one_of_kubernetes(target: str, custom: bool) -> None:
    assert is_custom(target, {"bakery", "bakeries"}) is custom
