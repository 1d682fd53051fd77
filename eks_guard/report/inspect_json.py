"""`inspect --format json`: what was understood, `eks-guard.inspect/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.value import Known, Unknown
from eks_guard.report.change import as_json as change_json
from eks_guard.report.inspect_things import as_dict, left_out, plain, settings, things_of, unowned, unowned_as_dict
from eks_guard.report.json_report import assembly as assembly_json
from eks_guard.report.json_report import source
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.change import Change
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.identity import ServiceAccountRole, TrustStatement
    from eks_guard.model.kubectl import Evidence, Handler, KubectlProvider, Layer
    from eks_guard.model.report import Assembly

SCHEMA = "eks-guard.inspect/1"


def render(assembly: Assembly, estate: Estate, problems: Sequence[str], change: Change | None = None) -> str:
    """The estate as JSON. A known value is itself, an unknown one says why, null is known to be absent."""
    document = {
        "schema": SCHEMA,
        "assembly": assembly_json(assembly),
        "clusters": [_cluster(cluster, estate) for cluster in estate.clusters],
        "unowned": [unowned_as_dict(thing, reason, estate) for thing, reason in unowned(estate)],
        "left_out": [left_out(entry) for entry in estate.left_out],
        "change": change_json(change) if change else None,
        "problems": list(problems),
    }
    return as_json(document)


def _cluster(cluster: Cluster, estate: Estate) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "public": plain(cluster.endpoint.public),
        "private": plain(cluster.endpoint.private),
        "public_cidrs": plain(cluster.endpoint.public_cidrs),
    }
    return {
        "id": cluster.id,
        "origin": str(cluster.origin),
        "stack": cluster.stack,
        "template": cluster.place.template,
        "logical_id": cluster.place.logical_id,
        "source": source(cluster.source),
        "name": plain(cluster.name),
        "version": plain(cluster.version),
        "endpoint": plain(cluster.endpoint.public) if cluster.origin is Origin.IMPORTED else endpoint,
        "logging": plain(cluster.logging),
        "secrets_key": plain(cluster.secrets_key),
        "authentication_mode": plain(cluster.access.mode),
        "oidc_provider": plain(cluster.identity.has_oidc_provider),
        "pod_identity": plain(cluster.identity.uses_pod_identity),
        "service_accounts": [
            {
                "namespace": account.namespace,
                "name": account.name,
                "identity": account.identity and str(account.identity),
            }
            for account in cluster.identity.accounts
        ],
        "creator_is_admin": plain(cluster.access.creator_is_admin),
        "role": plain(cluster.access.role),
        "network": plain(cluster.network),
        "protection": plain(cluster.protection),
        "support_type": plain(cluster.support_type),
        "auto_mode": plain(cluster.auto_mode),
        "self_managed_addons": plain(cluster.self_managed_addons),
        "tags": [{"key": key, "value": value} for key, value in cluster.tags.value]
        if isinstance(cluster.tags, Known)
        else plain(cluster.tags),
        "region": cluster.region,
        "irsa_roles": [_irsa_role(role) for role in cluster.identity.roles],
        "kubectl": [_provider(provider) for provider in cluster.kubectl],
        "settings": {} if cluster.origin is Origin.IMPORTED else settings(cluster.at, estate),
        **{key: [as_dict(thing, estate) for thing in things] for key, things in things_of(cluster, estate).items()},
    }


def _irsa_role(role: ServiceAccountRole) -> dict[str, Any]:
    return {
        "id": role.at.id,
        "template": role.at.place.template,
        "logical_id": role.at.resource.logical_id,
        "trust": [_trust(statement) for statement in role.statements],
    }


def _trust(statement: TrustStatement) -> Any:
    """The conditions of a statement; an empty list trusts every service account of the cluster."""
    if isinstance(statement.conditions, Unknown):
        return plain(statement.conditions)
    return [
        {"operator": condition.operator, "claim": condition.claim, "values": list(condition.values)}
        for condition in statement.conditions.value
    ]


def _provider(provider: KubectlProvider) -> dict[str, Any]:
    handler = provider.handler
    return {
        "id": provider.id,
        "handler": plain(handler) if isinstance(handler, Unknown) else _handler(handler.value),
        "consumers": len(provider.consumers),
        "kubectl_version": plain(provider.kubectl),
        "helm_version": plain(provider.helm),
        "layers": [_layer(layer) for layer in provider.layers],
    }


def _handler(handler: Handler) -> dict[str, Any]:
    return {
        "template": handler.place.template,
        "logical_id": handler.place.logical_id,
        "runtime": plain(handler.runtime),
        "in_vpc": plain(handler.in_vpc),
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "template": layer.place.template,
        "logical_id": layer.place.logical_id,
        "asset_hash": layer.asset_hash,
        "source": source(layer.source),
        "kubectl": plain(layer.kubectl),
        "helm": plain(layer.helm),
        "evidence": [_evidence(witness) for witness in layer.evidence],
    }


def _evidence(witness: Evidence) -> dict[str, Any]:
    return {
        "source": witness.source,
        "kubectl": plain(witness.kubectl),
        "helm": plain(witness.helm),
        "detail": witness.detail,
    }
