"""The kinds of custom resources that the definitions of an app bring.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.parts import is_open, listed, mapping, text
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CRD = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class CustomKind:
    """A kind that a definition of the app brings: its schema, None where that is open, and whether it is served."""

    schema: dict[Any, Any] | None
    served: bool


def kinds_of(bodies: Iterable[Any]) -> Iterator[tuple[tuple[str, str], CustomKind]]:
    """The kinds that the definitions among some objects bring, by API version and kind."""
    for body in bodies:
        spec = mapping(mapping(body).get("spec"))
        group, kind = text(spec.get("group")), text(mapping(spec.get("names")).get("kind"))
        if mapping(body).get("kind") != CRD or not group or not kind:
            continue
        for row in listed(spec.get("versions")):
            name, schema = text(mapping(row).get("name")), mapping(mapping(row).get("schema")).get("openAPIV3Schema")
            if name:
                served = mapping(row).get("served")
                known = CustomKind(schema if isinstance(schema, dict) else None, served is True or is_open(served))
                yield (f"{group}/{name}", kind), known


def served_versions(kinds: Mapping[tuple[str, str], CustomKind], group: str, kind: str) -> tuple[str, ...]:
    """The API versions of a kind that the definitions of an app serve; none where they do not define it."""
    return tuple(
        version
        for (version, name), known in kinds.items()
        if name == kind and known.served and version.rpartition("/")[0] == group
    )


def names_of(body: Any) -> tuple[str, ...]:
    """The names, in lower case, by which kubectl knows the kind that a definition brings."""
    if mapping(body).get("kind") != CRD:
        return ()
    names = mapping(mapping(mapping(body).get("spec")).get("names"))
    found = (names.get("kind"), names.get("plural"), names.get("singular"), *listed(names.get("shortNames")))
    return tuple(name.lower() for name in found if isinstance(name, str) and name)
