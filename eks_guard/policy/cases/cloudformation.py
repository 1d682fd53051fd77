"""The spelling of CloudFormation: resources, references, roles; and the parameters that only a deployment decides."""

from __future__ import annotations

from typing import Any, TypeAlias

from eks_guard.records import dataclass, field

Resources: TypeAlias = dict[str, dict[str, Any]]
"""Resources by their logical ids."""

OPEN = "unknown"
"""Where this text stands as a value, only a deployment knows it."""
ACCOUNT = "111122223333"
REGION = "eu-central-1"


def resource(kind: str, properties: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """A resource; `beside` is what stands beside its properties, such as DependsOn. What is None is left out."""
    rest = {key: value for key, value in beside.items() if value is not None}
    return {"Type": kind, "Properties": written(properties), **rest}


def written(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties without those that are None."""
    return {key: value for key, value in properties.items() if value is not None}


def ref(logical_id: str) -> dict[str, Any]:
    """A reference to a resource or a parameter."""
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> dict[str, Any]:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [logical_id, name]}


def joined(pieces: list[Any]) -> Any:
    """A text out of pieces, plain where there is but one."""
    return pieces[0] if len(pieces) == 1 else {"Fn::Join": ["", pieces]}


def role(principal: dict[str, Any], action: str = "sts:AssumeRole", **properties: Any) -> dict[str, Any]:
    """A role that one principal may take."""
    statement = {"Effect": "Allow", "Action": action, "Principal": principal}
    return resource("AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [statement]}, **properties})


def pieces_of(text: str, part: Any = OPEN) -> list[Any]:
    """A text cut at each `$`, which stands for a part that only the deployment knows."""
    pieces: list[Any] = []
    for index, literal in enumerate(text.split("$")):
        pieces += [part, literal] if index else [literal]
    return [piece for piece in pieces if piece != ""] or [""]


@dataclass(slots=True)
class OpenParameters:
    """The parameters of a template for what is open, each of them for one place."""

    declared: dict[str, dict[str, str]] = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """The same JSON with a parameter of its own, without a default, wherever `unknown` stands as a value."""
        if value == OPEN:
            name = f"Open{len(self.declared)}"
            self.declared[name] = {"Type": "String"}
            return ref(name)
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        return [self.fill(inner) for inner in value] if isinstance(value, list) else value
