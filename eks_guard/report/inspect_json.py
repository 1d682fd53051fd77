"""`inspect --format json`: what was understood, `eks-guard.inspect/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.value import Unknown, describe
from eks_guard.model.version import Version
from eks_guard.report.json_report import assembly as assembly_json
from eks_guard.report.json_report import source
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.cluster import Cluster, Evidence, Handler, KubectlProvider, Layer
    from eks_guard.model.finding import Assembly
    from eks_guard.model.identity import IrsaRole, TrustStatement
    from eks_guard.model.value import Value

SCHEMA = "eks-guard.inspect/1"


def render(assembly: Assembly, clusters: Sequence[Cluster], problems: Sequence[str]) -> str:
    """The clusters as JSON. A known value is itself, an unknown one says why, null is known to be absent."""
    document = {
        "schema": SCHEMA,
        "assembly": assembly_json(assembly),
        "clusters": [_cluster(cluster) for cluster in clusters],
        "problems": list(problems),
    }
    return as_json(document)


def _cluster(cluster: Cluster) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "public": _value(cluster.endpoint.public),
        "private": _value(cluster.endpoint.private),
        "public_cidrs": _value(cluster.endpoint.public_cidrs),
    }
    return {
        "id": cluster.id,
        "origin": str(cluster.origin),
        "stack": cluster.stack,
        "template": cluster.place.template,
        "logical_id": cluster.place.logical_id,
        "source": source(cluster.source),
        "name": _value(cluster.name),
        "version": _value(cluster.version),
        "endpoint": _value(cluster.endpoint.public) if cluster.origin is Origin.IMPORTED else endpoint,
        "logging": _value(cluster.logging),
        "secrets_key": _value(cluster.secrets_key),
        "authentication_mode": _value(cluster.authentication_mode),
        "oidc_provider": _value(cluster.oidc_provider),
        "pod_identity": _value(cluster.pod_identity),
        "service_accounts": [
            {
                "namespace": account.namespace,
                "name": account.name,
                "identity": account.identity and str(account.identity),
            }
            for account in cluster.service_accounts
        ],
        "irsa_roles": [_irsa_role(role) for role in cluster.irsa_roles],
        "kubectl": [_provider(provider) for provider in cluster.kubectl],
    }


def _irsa_role(role: IrsaRole) -> dict[str, Any]:
    return {
        "id": role.id,
        "template": role.place.template,
        "logical_id": role.place.logical_id,
        "trust": [_trust(statement) for statement in role.statements],
    }


def _trust(statement: TrustStatement) -> Any:
    """The conditions of a statement; an empty list trusts every service account of the cluster."""
    if isinstance(statement.conditions, Unknown):
        return _unknown(statement.conditions)
    return [
        {"operator": condition.operator, "claim": condition.claim, "values": list(condition.values)}
        for condition in statement.conditions.value
    ]


def _provider(provider: KubectlProvider) -> dict[str, Any]:
    handler = provider.handler
    return {
        "id": provider.id,
        "handler": _unknown(handler) if isinstance(handler, Unknown) else _handler(handler.value),
        "consumers": len(provider.consumers),
        "kubectl_version": _value(provider.kubectl),
        "helm_version": _value(provider.helm),
        "layers": [_layer(layer) for layer in provider.layers],
    }


def _handler(handler: Handler) -> dict[str, Any]:
    return {
        "template": handler.place.template,
        "logical_id": handler.place.logical_id,
        "runtime": _value(handler.runtime),
        "in_vpc": _value(handler.in_vpc),
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "template": layer.place.template,
        "logical_id": layer.place.logical_id,
        "asset_hash": layer.asset_hash,
        "source": source(layer.source),
        "kubectl": _value(layer.kubectl),
        "helm": _value(layer.helm),
        "evidence": [_evidence(witness) for witness in layer.evidence],
    }


def _evidence(witness: Evidence) -> dict[str, Any]:
    return {
        "source": witness.source,
        "kubectl": _plain(witness.kubectl),
        "helm": _plain(witness.helm),
        "detail": witness.detail,
    }


def _value(value: Value[Any]) -> Any:
    return _unknown(value) if isinstance(value, Unknown) else _plain(value.value)


def _unknown(value: Unknown[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"unknown": value.reason}
    if value.candidates:
        found["candidates"] = [{"value": _plain(c.value), "when": describe(c.when)} for c in value.candidates]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Version):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
