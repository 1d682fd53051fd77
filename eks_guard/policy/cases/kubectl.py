"""The handlers of a case: CDK's provider framework, the function that it calls, the roles, and what uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import ACCOUNT, OPEN, REGION, Resources, attribute, ref, resource, role
from eks_guard.policy.cases.consumers import CLUSTER, FRAMEWORK, KUBECTL_ROLE, MANIFEST, consumer
from eks_guard.policy.cases.layers import layers_of
from eks_guard.policy.cases.network import network_of, vpc_config

if TYPE_CHECKING:
    from eks_guard.policy.cases.layers import Hashes
    from eks_guard.policy.cases.schema import ClusterWords

LAMBDA = "AWS::Lambda::Function"
BY_LAMBDA = {"Service": "lambda.amazonaws.com"}


def kubectl_resources(words: ClusterWords, hashes: Hashes) -> Resources:
    """All handlers with what is around them."""
    count = 1 if words.witnesses else len(words.kubectl)
    if not count:
        return {}
    made: Resources = network_of(words)
    for number in range(count):
        made |= _provider(words, number, hashes)
    if words.role_trusts_handler is not None:
        made[KUBECTL_ROLE] = role({"AWS": _trusted(words, count)})
    return made


def _provider(words: ClusterWords, number: int, hashes: Hashes) -> Resources:
    """One handler behind its framework, with a manifest that it applies where it is used."""
    handler = f"Handler{number}"
    made, entries = layers_of(words, number, hashes)
    made[f"{handler}Role"] = role(BY_LAMBDA, ManagedPolicyArns=_managed_policies(words))
    made[handler] = _handler(words, handler, entries, hashes)
    made[f"{FRAMEWORK}{number}"] = _framework(words, handler)
    if words.origin != "imported":
        made[f"{handler}Policy"] = _policy(handler)
    if words.used:
        made[f"Applied{number}"] = _applied(words, number)
    return made


def _handler(words: ClusterWords, name: str, entries: list[Any], hashes: Hashes) -> dict[str, Any]:
    architecture = words.handler_architecture
    properties = {
        "Code": {"S3Bucket": f"assets-{REGION}", "S3Key": _code(words, hashes)},
        "Handler": "index.handler",
        "Runtime": words.handler_runtime,
        "Role": attribute(f"{name}Role", "Arn"),
        "Layers": entries,
        "MemorySize": words.handler_memory,
        "Timeout": words.handler_timeout,
        "Architectures": architecture if architecture == OPEN else [architecture],
        "VpcConfig": vpc_config(words),
    }
    return resource(LAMBDA, properties)


def _code(words: ClusterWords, hashes: Hashes) -> str:
    """The asset of the code; which code it is, only its hash tells."""
    takes = words.handler_takes_oci_charts
    return f"{hashes.oci_handlers[takes]}.zip" if isinstance(takes, bool) else "handler.zip"


def _framework(words: ClusterWords, handler: str) -> dict[str, Any]:
    called = {"USER_ON_EVENT_FUNCTION_ARN": attribute(handler, "Arn")}
    properties = {
        "Runtime": words.handler_runtime,
        "Environment": {"Variables": called},
        "VpcConfig": vpc_config(words),
    }
    return resource(LAMBDA, properties)


def _policy(handler: str) -> dict[str, Any]:
    """What lets a handler find its cluster, and shows whose handler it is while nothing uses it."""
    statement = {"Effect": "Allow", "Action": "eks:DescribeCluster", "Resource": attribute(CLUSTER, "Arn")}
    properties = {
        "PolicyName": handler,
        "PolicyDocument": {"Statement": [statement]},
        "Roles": [ref(f"{handler}Role")],
    }
    return resource("AWS::IAM::Policy", properties)


def _applied(words: ClusterWords, number: int) -> dict[str, Any]:
    """A manifest that no policy minds: an object of its own name, in a namespace that every cluster has."""
    item = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": "default", "name": f"applied-by-handler-{number}"},
    }
    return consumer(
        words, MANIFEST, {"ServiceToken": attribute(f"{FRAMEWORK}{number}", "Arn"), "Manifest": json.dumps([item])}
    )


def _trusted(words: ClusterWords, count: int) -> Any:
    """Whom the role trusts: the handlers by name; the account, where their policies matter; or somebody else."""
    if words.role_trusts_handler == OPEN:
        return OPEN
    if not words.role_trusts_handler:
        return f"arn:aws:iam::{ACCOUNT}:role/somebody-else"
    if words.handler_may_take_role is True:
        return [attribute(f"Handler{number}Role", "Arn") for number in range(count)]
    return f"arn:aws:iam::{ACCOUNT}:root"


def _managed_policies(words: ClusterWords) -> list[str] | None:
    """A policy of which the template does not say what it allows."""
    return [OPEN] if words.handler_may_take_role == OPEN else None
