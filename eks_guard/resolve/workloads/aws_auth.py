"""The roles that the aws-auth ConfigMap of a manifest admits.

https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.expressions import Cases
from eks_guard.assembly.following.expressions import Open as OpenPart
from eks_guard.assembly.following.resolution import Attribute
from eks_guard.assembly.stack import Resource
from eks_guard.model.identity import OPEN
from eks_guard.model.resource import Open
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.model.workloads import MappedRole
from eks_guard.resolve.read import read, text
from eks_guard.resolve.site import link_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.assembly.following.expressions import Expression
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Place
    from eks_guard.resolve.workloads.objects import KubernetesObject

ROLE = "AWS::IAM::Role"
NO_PATH = "/"
UNDECIDED = "a role of mapRoles is decided when the stack is deployed"
AWS_AUTH = ("ConfigMap", "kube-system", "aws-auth")


def mapped_roles(
    objects: Sequence[KubernetesObject] | None, place: Place, of_arn: Callable[[Expression], Target]
) -> Value[tuple[MappedRole, ...] | None]:
    """The roles in `mapRoles`; None where the manifest has no aws-auth, or cannot be read.

    `of_arn`: the role of the app that an ARN spells out, else the ARN; open where a part of it is.
    """
    for item in objects or ():
        if (item.kind, item.namespace, item.name) == AWS_AUTH:
            return _mapped(item, place, of_arn)
    return Known(None, place)


def _mapped(
    item: KubernetesObject, place: Place, of_arn: Callable[[Expression], Target]
) -> Value[tuple[MappedRole, ...] | None]:
    data = item.body.get("data")
    text = data.get("mapRoles", "[]") if isinstance(data, dict) else "[]"
    entries = _parsed(text)
    if entries is None:
        return Unknown("mapRoles of aws-auth cannot be read", place)
    named = [entry.get("rolearn") for entry in entries if isinstance(entry, dict)]
    return Known(tuple(_role(item, str(arn), of_arn) for arn in named), place)


def _role(item: KubernetesObject, arn: str, of_arn: Callable[[Expression], Target]) -> MappedRole:
    found = item.open_parts.get(arn)
    if isinstance(found, Attribute):
        return MappedRole(link_to(found), arn, _role_has_path(found))
    made = item.spelled(arn)
    if not made:
        return MappedRole(Open(UNDECIDED), arn, Unknown(UNDECIDED))
    return MappedRole(of_arn(made), arn, _has_path(made))


def _role_has_path(found: Attribute) -> Value[bool]:
    if (found.resource.type, found.name) != (ROLE, "Arn"):
        return Unknown(UNDECIDED, found.resource.place)
    path = read(found.resource.properties, "Path", parse=text, absent=NO_PATH)
    return lift(lambda written: written != NO_PATH, path)


def _has_path(arn: Expression) -> Value[bool]:
    """Whether a path is between `role/` and the name. The name of a role of the app has none in it."""
    spelled = "".join(part if isinstance(part, str) else "" if _is_name(part) else OPEN for part in arn.parts)
    _, role, rest = spelled.partition(":role/")
    if "/" in rest:
        return Known(value=True)
    return Known(value=False) if role and OPEN not in rest else Unknown(UNDECIDED)


def _is_name(part: OpenPart | Cases) -> bool:
    return (
        isinstance(part, OpenPart)
        and isinstance(part.scope, Resource)
        and (part.scope.type, part.name) == (ROLE, "Ref")
    )


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
