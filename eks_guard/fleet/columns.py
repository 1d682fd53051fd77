"""The tables of a run: their columns with the types of DuckDB. A name is for ever; additions come at the end."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = "eks-guard.fleet/1"
TEXT, COUNT, DAY, FLAG = "VARCHAR", "BIGINT", "DATE", "BOOLEAN"

ARCHIVES: Final = {
    "run": TEXT,
    "url": TEXT,
    "version": TEXT,
    "labels": "MAP(VARCHAR, VARCHAR)",
    "status": TEXT,
    "reason": TEXT,
    "assemblies": COUNT,
    "stacks": COUNT,
    "clusters": COUNT,
    "bytes": COUNT,
    "bytes_read": COUNT,
    "seconds": "DOUBLE",
    "version_id": TEXT,
    "notes": "VARCHAR[]",
    "audited_on": DAY,
}
CLUSTERS: Final = {
    "run": TEXT,
    "url": TEXT,
    "assembly": TEXT,
    "cluster": TEXT,
    "stack": TEXT,
    "account": TEXT,
    "region": TEXT,
    "origin": TEXT,
    "version": TEXT,
    "version_unknown": TEXT,
    "support": TEXT,
    "end_of_support": DAY,
    "kubectl": TEXT,
    "helm": TEXT,
    "cdk": TEXT,
    "endpoint": TEXT,
    "logging": TEXT,
    "nodes": COUNT,
    "highest_severity": TEXT,
    "failed": COUNT,
    "unknown": COUNT,
    "name": TEXT,
    "end_of_extended_support": DAY,
    "node_types": "VARCHAR[]",
}
FINDINGS: Final = {
    "run": TEXT,
    "url": TEXT,
    "assembly": TEXT,
    "account": TEXT,
    "region": TEXT,
    "stack": TEXT,
    "subject": TEXT,
    "policy": TEXT,
    "severity": TEXT,
    "outcome": TEXT,
    "waived": TEXT,
    "because": TEXT,
    "source": TEXT,
    "line": COUNT,
    "template": TEXT,
    "pointer": TEXT,
    "fingerprint": TEXT,
    "cluster": TEXT,
    "kind": TEXT,
    "closes_gate": FLAG,
    "baseline": TEXT,
}
PLANS: Final = {
    "run": TEXT,
    "url": TEXT,
    "assembly": TEXT,
    "account": TEXT,
    "region": TEXT,
    "stack": TEXT,
    "cluster": TEXT,
    "version": TEXT,
    "target": TEXT,
    "step": TEXT,
    "phase": TEXT,
    "weight": TEXT,
    "item": TEXT,
    "subject": TEXT,
    "says": TEXT,
    "fingerprint": TEXT,
}
TABLES: Final = {"archives": ARCHIVES, "clusters": CLUSTERS, "findings": FINDINGS, "plans": PLANS}
