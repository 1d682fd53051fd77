"""The cluster of a case, as CDK's custom resource or as CloudFormation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import ACCOUNT, REGION, Resources, attribute, resource, role, written
from eks_guard.policy.cases.consumers import CLUSTER, OBJECT_VALUE, consumer

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords

ROLE = "ClusterRole"
PROVIDER = "ClusterProvider"
A_NUMBER = "number "
"""Begins a version that is written as a number, which CloudFormation takes and EKS does not."""


def cluster_resources(words: ClusterWords) -> Resources:
    """The cluster and what makes it. An imported one is but named, by a value that the app reads from it."""
    if words.origin == "imported":
        sought = {"ObjectType": "service", "ObjectName": "kubernetes", "ObjectNamespace": "default", "JsonPath": "."}
        return {"SeenFromHere": consumer(words, OBJECT_VALUE, sought)}
    config = _config(words)
    if words.origin == "cloudformation":
        logging = None if words.logging == [] else {"ClusterLogging": {"EnabledTypes": _types(words.logging)}}
        made = resource("AWS::EKS::Cluster", {**_capitalized(config), "Logging": logging})
        return {ROLE: role({"Service": "eks.amazonaws.com"}), CLUSTER: made}
    logging = None if words.logging == [] else {"clusterLogging": _switches(words.logging)}
    token = attribute(PROVIDER, "Arn")
    return {
        ROLE: role({"Service": "eks.amazonaws.com"}),
        PROVIDER: resource("AWS::Lambda::Function", {"Runtime": words.handler_runtime}),
        CLUSTER: resource(
            "Custom::AWSCDK-EKS-Cluster", {"ServiceToken": token, "Config": written({**config, "logging": logging})}
        ),
    }


def _config(words: ClusterWords) -> dict[str, Any]:
    """The settings by their names in EKS's API, without logging, which CloudFormation builds otherwise."""
    mode = words.auto_mode
    return written(
        {
            "version": _version(words.version),
            "roleArn": attribute(ROLE, "Arn"),
            "resourcesVpcConfig": {
                "subnetIds": ["subnet-one", "subnet-two"],
                "endpointPublicAccess": words.public,
                "endpointPrivateAccess": words.private,
                "publicAccessCidrs": words.cidrs,
            },
            "encryptionConfig": _encryption(words.secrets_key),
            "accessConfig": {"authenticationMode": words.authentication_mode},
            "deletionProtection": words.deletion_protection,
            "computeConfig": _switch(mode.get("compute")),
            "storageConfig": _below("blockStorage", mode.get("storage")),
            "kubernetesNetworkConfig": _below("elasticLoadBalancing", mode.get("load_balancing")),
        }
    )


def _version(text: str) -> str | float:
    return float(text.removeprefix(A_NUMBER)) if text.startswith(A_NUMBER) else text


def _encryption(has_key: bool | str) -> Any:
    if not isinstance(has_key, bool):
        return has_key
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/secrets"
    return [{"resources": ["secrets"], "provider": {"keyArn": key}}] if has_key else None


def _switch(on: bool | str | None) -> dict[str, Any] | None:
    return None if on is None else {"enabled": on}


def _below(name: str, on: bool | str | None) -> dict[str, Any] | None:
    return None if on is None else {name: {"enabled": on}}


def _types(logging: list[str] | str) -> Any:
    return logging if isinstance(logging, str) else [{"Type": kind} for kind in logging]


def _switches(logging: list[str] | str) -> Any:
    return logging if isinstance(logging, str) else [{"enabled": True, "types": logging}]


def _capitalized(value: Any) -> Any:
    """The same settings by the names of CloudFormation's own resource; intrinsics keep theirs."""
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: _capitalized(inner) for key, inner in value.items()}
    return [_capitalized(inner) for inner in value] if isinstance(value, list) else value
