"""The roles that the aws-auth ConfigMap of a manifest admits.

https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.model.resource import Open
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.site import link_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.assembly.following.expressions import Expression
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Place
    from eks_guard.resolve.workloads.objects import KubernetesObject

AWS_AUTH = ("ConfigMap", "kube-system", "aws-auth")


def mapped_roles(
    objects: Sequence[KubernetesObject] | None, place: Place, of_arn: Callable[[Expression], Target]
) -> Value[tuple[Target, ...] | None]:
    """The roles in `mapRoles`; None where the manifest has no aws-auth, or cannot be read.

    `of_arn`: the role of the app that an ARN spells out, else the ARN; open where a part of it is.
    """
    for item in objects or ():
        if (item.kind, item.namespace, item.name) == AWS_AUTH:
            return _mapped(item, place, of_arn)
    return Known(None, place)


def _mapped(
    item: KubernetesObject, place: Place, of_arn: Callable[[Expression], Target]
) -> Value[tuple[Target, ...] | None]:
    data = item.body.get("data")
    text = data.get("mapRoles", "[]") if isinstance(data, dict) else "[]"
    entries = _parsed(text)
    if entries is None:
        return Unknown("mapRoles of aws-auth cannot be read", place)
    named = [entry.get("rolearn") for entry in entries if isinstance(entry, dict)]
    return Known(tuple(_role(item, arn, of_arn) for arn in named), place)


def _role(item: KubernetesObject, arn: Any, of_arn: Callable[[Expression], Target]) -> Target:
    found = item.open_parts.get(str(arn))
    if isinstance(found, Attribute):
        return link_to(found)
    made = item.spelled(str(arn))
    return of_arn(made) if made else Open("a role of mapRoles is decided when the stack is deployed")


def _parsed(text: Any) -> list[Any] | None:
    """JSON, as CDK writes it, or YAML."""
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        import yaml  # noqa: PLC0415 (hardly any app writes it so)

        try:
            found = yaml.safe_load(text)
        except yaml.YAMLError:
            return None
    return found if isinstance(found, list) else None
