"""The tables that a plan of an upgrade reads, with a shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.model.version import Version
from eks_guard.records import cached_property, dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.data import Tables
    from eks_guard.model.upgrade import Source


@dataclass(frozen=True, slots=True)
class Change:
    """What a minor changes, and where an app shows it: see `about` of the table."""

    minor: Version
    id: str
    weight: str
    phase: str
    find: Mapping[str, Any]
    says: str
    do: str
    source: Source
    pre_release: bool


@dataclass(frozen=True, slots=True)
class Deprecation:
    """An API version: from which minor on it warns, whether its removal was read before the release, what replaces it.

    `served_from` is the first minor that serves the replacement.
    """

    deprecated_in: Version | None
    removed_in: Version
    replacement: str | None
    served_from: str | None
    pre_release: bool


@dataclass(frozen=True, slots=True)
class LayerRelease:
    """The newest release of a layer package, the aws-cdk-lib that it needs, and the Helm inside."""

    newest: str
    needs: Version | None
    helm: Version | None


class UpgradeTables:
    """The facts about upgrades, each read when first asked for."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What minors change besides API versions, the oldest first."""
        table = self.tables.table("upgrade_changes")
        return tuple(
            Change(
                Version.parse(row["minor"]),
                row["id"],
                row["weight"],
                row["phase"],
                row["find"],
                row["says"],
                row["do"],
                _source(row["source"], table["as_of"]),
                row.get("pre_release", False),
            )
            for row in table["changes"]
        )

    @cached_property
    def image_demands(self) -> tuple[tuple[Version, str], ...]:
        """What an image of the user's own must have, from which minor on."""
        rows = self.tables.table("upgrade_changes")["images"]
        return tuple((Version.parse(row["minor"]), row["says"]) for row in rows)

    @cached_property
    def deprecations(self) -> Mapping[tuple[str, str], Deprecation]:
        """API versions that are or will be removed, by API version and kind."""
        return {
            (row["api_version"], row["kind"]): Deprecation(
                Version.parse(row["deprecated_in"]) if row.get("deprecated_in") else None,
                Version.parse(row["removed_in"]),
                row["replacement"],
                row.get("replacement_served_from"),
                row.get("pre_release", False),
            )
            for row in self.tables.table("removed_apis")["apis"]
        }

    @cached_property
    def constants(self) -> Mapping[Version, Version]:
        """The first aws-cdk-lib with the constant of a Kubernetes minor."""
        rows = self.tables.table("cdk_releases")["constants"]
        return {Version.parse(row["minor"]): Version.parse(row["first"]) for row in rows}

    @cached_property
    def layers(self) -> Mapping[Version, LayerRelease]:
        """The newest release of the layer package of a Kubernetes minor."""
        rows = self.tables.table("cdk_releases")["layers"]
        return {
            Version.parse(row["minor"]): LayerRelease(
                row["newest"],
                Version.parse(row["needs"]) if row["needs"] else None,
                Version.parse(row["helm"]) if row["helm"] else None,
            )
            for row in rows
        }

    @cached_property
    def crossings(self) -> tuple[tuple[Version, str], ...]:
        """What a release of aws-cdk-lib and all later ones change for EKS."""
        rows = self.tables.table("cdk_releases")["crossings"]
        return tuple((Version.parse(row["release"]), row["says"]) for row in rows)

    @property
    def controllers(self) -> Mapping[str, Any]:
        """What is known of controllers, by name; `upgrade.controllers` gives it a shape."""
        found: Mapping[str, Any] = self.tables.table("controllers")["controllers"]
        return found

    def release_version(self, ami_type: str, minor: Version) -> str | None:
        """The newest release version of an AMI type for a minor; None where the table has none."""
        found: str | None = self.tables.table("node_releases")["releases"].get(ami_type, {}).get(str(minor))
        return found

    def observed(self, addon: str, minor: Version) -> tuple[str, ...]:
        """The versions of an add-on that somebody runs with a minor, the newest last."""
        return tuple(self.tables.table("addon_observations")["addons"].get(addon, {}).get(str(minor), ()))

    @property
    def prices(self) -> Mapping[str, str]:
        """USD an hour for a cluster: in `standard` and in `extended` support."""
        found: Mapping[str, str] = self.tables.table("upgrade_changes")["price"]
        return found

    def update_block(self, runtime: str) -> str | None:
        """The day from which on Lambda updates no function with a runtime; None where none is announced."""
        rows = self.tables.table("lambda_runtimes")["runtimes"]
        return next((row.get("block_update") for row in rows if row["runtime"] == runtime), None)

    def source(self, table: str) -> Source:
        """Where a table comes from."""
        found = self.tables.table(table)
        return _source(str(found.get("source", table)), str(found["as_of"]))


def _source(text: str, as_of: str) -> Source:
    from eks_guard.model.upgrade import Source  # noqa: PLC0415 (a check asks what minors remove, and no more)

    return Source(text, as_of)


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version such as `v1.12.4-eksbuild.31`, to compare it by."""
    return tuple(int(digits) for digits in re.findall(r"\d{1,9}", text))
