"""Which fields the kinds of Kubernetes have, in any of its minors: for paths that people write into policies."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from eks_guard.records import dataclass
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from eks_guard.data import Tables

POD = "core.v1.PodSpec"
CONTAINER = "core.v1.Container"
OURS = {"pod": f"#{POD}", "containers": [f"#{CONTAINER}"]}
"""What policies see of any workload, beside its own fields."""
NEARLY = 0.85
"""How like two names are of which one is a typo; `AdminNetworkPolicy` and `NetworkPolicy` are less."""
METADATA = "#apis.meta.v1.ObjectMeta"
"""What every object has, also those of other people's kinds."""
RESOURCES = ("core.v1.ResourceRequirements", "core.v1.VolumeResourceRequirements")
"""The definitions whose maps are of resources that a node has."""
NATIVE = ("cpu", "memory", "ephemeral-storage", "storage")
"""What containers and claims have limits of and requests for:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"""
OPEN = ("o", "*")
"""The types that take any field."""


@dataclass(frozen=True, slots=True)
class Field:
    """The type of a field as the table writes it, such as `s` or `["s"]`, and all words that it takes, if few."""

    type: Any
    words: tuple[str, ...]


def kinds_of(tables: Tables) -> frozenset[str]:
    """The names of all kinds that Kubernetes brings, such as Deployment."""
    return frozenset(key.rpartition("/")[2] for key in tables.kubernetes_schema["kinds"])


def unknown_field(tables: Tables, kinds: Collection[str], names: Sequence[str]) -> tuple[str, list[str]] | None:
    """The first of some nested names that no version of the kinds has, with those that are at its place.

    None for a path that may lead somewhere, as every path does into a kind that is not Kubernetes' own.
    """
    if names and names[0] in OURS:
        return _missing(tables, OURS[names[0]], names[1:])
    if names and names[0] == "metadata":
        return _missing(tables, METADATA, names[1:])
    roots = _roots(tables)
    if not kinds or not set(kinds) <= {kind for kind, _ in roots}:
        return None
    found = [_missing(tables, root, names) for kind, root in roots if kind in kinds]
    return found[0] if all(found) else None


def fields_at(tables: Tables, kinds: Collection[str], names: Sequence[str]) -> list[Field]:
    """What stands at some nested names, in each of the kinds that has them; empty where that is not known."""
    if names and names[0] in OURS:
        found = [_field(tables, OURS[names[0]], names[1:])]
    else:
        roots = _roots(tables)
        is_known = set(kinds) <= {kind for kind, _ in roots}
        found = [_field(tables, root, names) for kind, root in roots if kind in kinds and is_known]
    return [field for field in found if field]


def _roots(tables: Tables) -> list[tuple[str, str]]:
    """The kinds by name, each with the type of its object."""
    return [(key.rpartition("/")[2], f"#{row[0]}") for key, row in tables.kubernetes_schema["kinds"].items()]


def _field(tables: Tables, kind: Any, names: Sequence[str]) -> Field | None:
    words: tuple[str, ...] = ()
    for name in names:
        kind = kind[0] if isinstance(kind, list) else kind
        definition = str(kind)[1:] if str(kind).startswith("#") else ""
        kind = _properties(tables, definition).get(name)
        if kind is None:
            return None
        rows = tables.kubernetes_fields["definitions"].get(definition, {}).get("fields", {})
        words = tuple(rows.get(name, {}).get("enum", ()))
    return Field(kind, words)


def fields_of_any(tables: Tables) -> frozenset[str]:
    """The fields right below an object of any kind that Kubernetes brings, and what policies see beside them."""
    return frozenset(OURS) | {name for _, root in _roots(tables) for name in _properties(tables, root[1:])}


def kind_meant_by(name: str, tables: Tables) -> str | None:
    """The kind that a misspelt name is nearly; None for a kind that is known, and for one of somebody else."""
    known = {key.rpartition("/")[2] for key in tables.kubernetes_schema["kinds"]}
    if name in known:
        return None
    by_letters = {kind.lower(): kind for kind in sorted(known)}
    close = get_close_matches(name.lower(), list(by_letters), n=1, cutoff=NEARLY)
    return by_letters[close[0]] if close else slip(name, known)


def _missing(tables: Tables, kind: Any, names: Sequence[str]) -> tuple[str, list[str]] | None:
    holder = ""
    for name in names:
        kind = kind[0] if isinstance(kind, list) else kind
        if isinstance(kind, dict) and holder in RESOURCES and not _is_resource(name):
            return name, sorted(NATIVE)
        if isinstance(kind, dict) or kind in OPEN:
            return None
        holder = str(kind).removeprefix("#")
        properties = _properties(tables, holder) if str(kind).startswith("#") else {}
        if name not in properties:
            return name, sorted(properties)
        kind = properties[name]
    return None


def _is_resource(name: str) -> bool:
    """Whether a container can ask for it: what is not Kubernetes' own has a domain before a slash."""
    return name in NATIVE or "/" in name or name.startswith("hugepages-")


def _properties(tables: Tables, definition: str) -> dict[str, Any]:
    """The fields of a definition in all minors."""
    rows = tables.kubernetes_schema["definitions"].get(definition, ())
    return {name: kind for _, _, body in rows for name, kind in body["p"].items()}
