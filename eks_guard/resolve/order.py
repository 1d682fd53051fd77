"""Which resources of a template CloudFormation deploys before another: `DependsOn`, and every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.intrinsics import split_sub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.model.value import Place


def deployed_before(resource: Resource) -> frozenset[Place]:
    """All that a resource waits for, directly or through others."""
    resources = resource.stack.resources
    seen: set[str] = set()
    pending = [resource.logical_id]
    while pending:
        for name in _needs(resources[pending.pop()].body):
            if name in resources and name not in seen:
                seen.add(name)
                pending.append(name)
    seen.discard(resource.logical_id)
    return frozenset(resources[name].place for name in seen)


def _needs(body: dict[str, Any]) -> Iterator[str]:
    depends = body.get("DependsOn")
    yield from (name for name in (depends if isinstance(depends, list) else [depends]) if isinstance(name, str))
    pending: list[Any] = [body.get("Properties")]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            yield from _named(node)
            pending.extend(node.values())


def _named(node: dict[str, Any]) -> Iterator[str]:
    """The resources that an intrinsic names."""
    match node:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(text)}:
            yield text.partition(".")[0]
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
            yield from (name.partition(".")[0] for _, name in split_sub(text) if name)
