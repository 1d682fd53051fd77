"""The table of what an update does, `data/update_rules.json`, in the shape that comparing asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.version import Version
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.data.rows import WrittenProperty
    from eks_guard.model.properties import Property

Release: TypeAlias = tuple[int, ...]
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the cluster handler of some releases does: the names of its features. `until` is None for the newest."""

    since: str
    until: str | None
    features: frozenset[str]

    def has(self, feature: str) -> bool:
        """Whether these releases do it."""
        return feature in self.features

    @property
    def releases(self) -> str:
        """The releases in words."""
        if self.since == "2.0.0":
            return f"up to {self.until}"
        return f"{self.since} to {self.until}" if self.until else f"since {self.since}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that the code of a handler holds since a release."""

    text: bytes
    since: Release


@dataclass(frozen=True, slots=True)
class Immutable:
    """Fields of Kubernetes objects that the API server does not let change. `only_if`: where this field is true.

    `defaults` are the values of fields that are not set, `unless` what a field may say that frees the others, `both`
    what fields say before and after where they are not free, `apart` the fields below that may change. Not every
    change counts where `only` names the one that does. `set_by` is who may have set a field that is not written, to
    one of `set_to` if that is not empty; `gone_after` is the field by which the object goes by itself. `refusal` is
    what the server answers; an object whose name says what it is `has_fixed_name`. Servers before `fixed_before` refuse
    the change, those from `free_from` on take it, and of those between them that is not known.
    """

    group: str
    kinds: tuple[str, ...]
    paths: tuple[Path, ...]
    only_if: str | None
    defaults: Mapping[Path, Any]
    unless: Mapping[Path, Any]
    both: Mapping[Path, Any]
    apart: tuple[Path, ...]
    only: str | None
    set_by: str | None
    set_to: tuple[str, ...]
    gone_after: Path
    refusal: str
    has_fixed_name: bool
    fixed_before: Version | None
    free_from: Version | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table; `pruned` are the groups and kinds that kubectl prunes, and whether each is namespaced."""

    behaviours: tuple[Behaviour, ...]
    marks: tuple[Mark, ...]
    assets: Mapping[str, str]
    properties: Mapping[str, Mapping[Property, WrittenProperty]]
    defaults: Mapping[Path, str]
    create_only: Mapping[str, tuple[Path, ...]]
    may_replace: Mapping[str, tuple[Path, ...]]
    updated_in_place: frozenset[str]
    moving_attributes: Mapping[tuple[str, str], Path]
    handler_refuses: frozenset[tuple[str | None, str | None]]
    service_refuses: frozenset[tuple[str | None, str | None]]
    service_unknown: frozenset[tuple[str | None, str | None]]
    addons_of_nodes: frozenset[str]
    immutable: tuple[Immutable, ...]
    pruned: Mapping[tuple[str, str], bool]
    pod_defaults: Mapping[str, Any]

    def path(self, kind: str, property_: Property) -> Path:
        """Where a type writes a property; `AWS::*` and `Custom::*` are for what all types of a family have."""
        row = self.properties.get(kind, {}).get(property_)
        return (row or self.properties[f"{kind.partition(':')[0]}::*"][property_]).path

    def behaviours_of(self, release: str) -> tuple[Behaviour, ...]:
        """The class of a release, those of 1.x being the first of 2.x; none for what is no release."""
        number = parse_release(release)
        if number is None:
            return ()
        if number < (2,):
            return self.behaviours[:2]
        return tuple(found for found in self.behaviours if _covers(found, number))[:1]


def parse_release(text: str) -> Release | None:
    """`2.276.0` as numbers; None for what is no release."""
    parts = text.partition("-")[0].split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) and parts != ["0", "0", "0"] else None


def read_rules(table: Mapping[str, Any], properties: Mapping[str, Mapping[Property, WrittenProperty]]) -> Rules:
    """The table as it stands in the data file, and where each type writes its properties."""
    handler, mode = table["handler"], table["authentication_mode"]
    return Rules(
        behaviours=tuple(_behaviour(row, handler["features"]) for row in handler["classes"]),
        marks=tuple(Mark(row["text"].encode(), _release(row["since"])) for row in handler["marks"]),
        assets={digest: releases[0] for digest, releases in handler["assets"].items()},
        properties=properties,
        defaults={_path(path): value for path, value in table["defaults_of_ignored"].items()},
        create_only={kind: tuple(map(_path, paths)) for kind, paths in table["create_only"].items()},
        may_replace={kind: tuple(map(_path, paths)) for kind, paths in table["may_replace"].items()},
        updated_in_place=frozenset(table["updated_in_place"]),
        moving_attributes={(row["type"], row["attribute"]): _path(row["with"]) for row in table["moving_attributes"]},
        handler_refuses=_steps(mode["handler_refuses"]),
        service_refuses=_steps(mode["service_refuses"]),
        service_unknown=_steps(mode["service_unknown"]),
        addons_of_nodes=frozenset(table["addons_of_nodes"]),
        immutable=tuple(map(_immutable, table["immutable"])),
        pruned={(row["group"], kind): row["namespaced"] for row in table["pruned"]["rows"] for kind in row["kinds"]},
        pod_defaults=table["pod_defaults"]["rows"],
    )


def _immutable(row: Mapping[str, Any]) -> Immutable:
    return Immutable(
        row["group"],
        tuple(row["kinds"]),
        tuple(map(_path, row["paths"])),
        only_if=row.get("when"),
        defaults=_by_path(row.get("defaults", {})),
        unless=_by_path(row.get("unless", {})),
        both=_by_path(row.get("both", {})),
        apart=tuple(map(_path, row.get("apart", ()))),
        only=row.get("only"),
        set_by=row.get("set_by"),
        set_to=tuple(row.get("set_to", ())),
        gone_after=_path(row["gone_after"]) if "gone_after" in row else (),
        refusal=row.get("refusal", "field is immutable"),
        has_fixed_name=row.get("name") == "fixed",
        fixed_before=_version(row.get("fixed_before")),
        free_from=_version(row.get("free_from")),
    )


def _version(text: str | None) -> Version | None:
    return None if text is None else Version.parse(text)


def _by_path(values: Mapping[str, Any]) -> dict[Path, Any]:
    return {_path(path): value for path, value in values.items()}


def _behaviour(row: Mapping[str, Any], features: list[Mapping[str, Any]]) -> Behaviour:
    here = _release(row["from"])
    held = frozenset(
        feature["name"]
        for feature in features
        if (feature["since"] is None or _release(feature["since"]) <= here)
        and (feature["until"] is None or here <= _release(feature["until"]))
    )
    return Behaviour(row["from"], row["to"], held)


def _covers(behaviour: Behaviour, number: Release) -> bool:
    """Whether a release is one of a class; between two classes lies none that was published, so the first that fits."""
    return behaviour.until is None or number <= _release(behaviour.until)


def _release(text: str) -> Release:
    return tuple(map(int, text.split(".")))


def _path(text: str) -> Path:
    return tuple(text.split("."))


def _steps(rows: list[list[str | None]]) -> frozenset[tuple[str | None, str | None]]:
    return frozenset((before, after) for before, after in rows)
