"""Who may do what: access entries, OIDC providers, roles for service accounts, Pod Identity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.model.addons import POD_IDENTITY_AGENT
from eks_guard.policy.cases.cloudformation import (
    ACCOUNT,
    OPEN,
    REGION,
    Resources,
    attribute,
    joined,
    pieces_of,
    ref,
    resource,
)
from eks_guard.policy.cases.consumers import ANOTHER_ROLE, CLUSTER, MANIFEST, cluster_name, consumer

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords

ROLE = "TrustingRole"
ANNOTATION = "eks.amazonaws.com/role-arn"
ANOTHER_ISSUER = f"https://oidc.eks.{REGION}.amazonaws.com/id/0123456789ABCDEF"


def identity_resources(words: ClusterWords) -> Resources:
    """All of them."""
    name = cluster_name(words)
    made: Resources = {
        f"AccessEntry{number}": resource(
            "AWS::EKS::AccessEntry",
            {"ClusterName": name, "PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/engineer-{number}"},
        )
        for number in range(words.access_entries)
    }
    for number in range(words.pod_identity_agents):
        made[f"Agent{number}"] = resource("AWS::EKS::Addon", {"ClusterName": name, "AddonName": POD_IDENTITY_AGENT})
    if words.pod_identity:
        pods = {"Namespace": "default", "ServiceAccount": "with-pod-identity", "RoleArn": ANOTHER_ROLE}
        made["Association"] = resource("AWS::EKS::PodIdentityAssociation", {"ClusterName": name, **pods})
    made |= _providers(words) | _trusting_role(words)
    if words.service_accounts:
        made["ServiceAccounts"] = _service_accounts(words)
    return made


def _providers(words: ClusterWords) -> Resources:
    """The OIDC providers. One of unknown use has an open issuer; of an imported cluster, nothing in the app shows."""
    imported = words.origin == "imported"
    wanted = words.oidc_provider is True or words.trust is not None
    issuer = ANOTHER_ISSUER if imported else attribute(CLUSTER, "OpenIdConnectIssuerUrl")
    made = {f"Oidc{number}": _provider(issuer) for number in range(max(words.oidc_providers, int(wanted)))}
    if words.oidc_provider == OPEN and not imported:
        made["OidcOfSomeCluster"] = _provider(OPEN)
    return made


def _provider(issuer: Any) -> dict[str, Any]:
    return resource("Custom::AWSCDKOpenIdConnectProvider", {"Url": issuer, "ClientIDList": ["sts.amazonaws.com"]})


def _trusting_role(words: ClusterWords) -> Resources:
    """The role of `trust`; as CDK does, each operator compares what a CfnJson holds, for its keys are open."""
    if words.trust is None:
        return {}
    made: Resources = {}
    condition: Any = words.trust
    if not isinstance(condition, str):
        compared: dict[str, list[tuple[str, str]]] = {}
        for text in condition:
            operator, key, value = text.split(" ", 2)
            compared.setdefault(operator, []).append((key, value))
        made = {f"Compared{operator}": _cfn_json(pairs) for operator, pairs in compared.items()}
        condition = {operator: attribute(f"Compared{operator}", "Value") for operator in compared}
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": ref("Oidc0")},
        **({"Condition": condition} if condition else {}),
    }
    made[ROLE] = resource("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [statement]}})
    return made


def _cfn_json(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Keys and values as JSON text: a `$` in a key is the issuer, one in a value is open."""
    issuer = {"Fn::Select": [1, {"Fn::Split": [":oidc-provider/", ref("Oidc0")]}]}
    pieces: list[Any] = ["{"]
    for index, (key, value) in enumerate(pairs):
        pieces += [", "] if index else []
        pieces += [*pieces_of(json.dumps(key), issuer), ": ", *pieces_of(json.dumps(value))]
    return resource("Custom::AWSCDKCfnJson", {"ServiceToken": _token(), "Value": joined([*pieces, "}"])})


def _token() -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:cfn-utils"


def _service_accounts(words: ClusterWords) -> dict[str, Any]:
    """Accounts that name the role of `trust`, or one of another app."""
    accounts = []
    for text in words.service_accounts:
        namespace, _, name = text.partition("/")
        annotations = {ANNOTATION: "$" if words.trust is not None else ANOTHER_ROLE}
        metadata = {"namespace": namespace, "name": name, "annotations": annotations}
        accounts.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    written = joined(pieces_of(json.dumps(accounts), attribute(ROLE, "Arn")))
    return consumer(words, MANIFEST, {"Manifest": written})
