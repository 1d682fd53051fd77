"""Which resources of a template CloudFormation deploys before another: `DependsOn`, and every reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.texts import split_sub
from eks_guard.resolve.site import resource_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.model.resource import ResourceId


class Order:
    """The order of deployment in every template that was asked about; each resource is read once."""

    def __init__(self) -> None:
        self._needs: dict[Resource, tuple[Resource, ...]] = {}
        self._all: dict[tuple[Resource, ...], frozenset[Resource]] = {}
        self._ids: dict[tuple[Resource, ...], frozenset[ResourceId]] = {}

    def before(self, resource: Resource) -> frozenset[ResourceId]:
        """All that a resource waits for, directly or through others, without itself."""
        return self._ids_before(self._needed_by(resource)) - {resource_id(resource)}

    def _ids_before(self, needs: tuple[Resource, ...]) -> frozenset[ResourceId]:
        if needs not in self._ids:
            self._ids[needs] = frozenset(map(resource_id, self._all_before(needs)))
        return self._ids[needs]

    def _all_before(self, needs: tuple[Resource, ...]) -> frozenset[Resource]:
        """These and all that they wait for; the manifests of a cluster mostly wait for the same."""
        if needs not in self._all:
            seen, pending = set(needs), list(needs)
            while pending:
                new = [needed for needed in self._needed_by(pending.pop()) if needed not in seen]
                seen.update(new)
                pending.extend(new)
            self._all[needs] = frozenset(seen)
        return self._all[needs]

    def _needed_by(self, resource: Resource) -> tuple[Resource, ...]:
        if resource not in self._needs:
            resources = resource.stack.resources
            names = dict.fromkeys(_named_in(resource.body))
            self._needs[resource] = tuple(resources[name] for name in names if name in resources)
        return self._needs[resource]


def _named_in(body: dict[str, Any]) -> Iterator[str]:
    """What a resource names, in `DependsOn` or in a reference."""
    depends = body.get("DependsOn")
    yield from (name for name in (depends if isinstance(depends, list) else [depends]) if isinstance(name, str))
    pending: list[Any] = [body.get("Properties")]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if len(node) == 1:  # as an intrinsic always is
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
