"""What hostile assemblies are made of."""

from __future__ import annotations

from typing import Any

CLUSTER = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": {"Cluster": CLUSTER, **resources}}
