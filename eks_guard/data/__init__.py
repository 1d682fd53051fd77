"""Dated tables about the outside world, each with its source; none of them is code."""

from __future__ import annotations

import datetime
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.data.reading import HERE, as_of, read, replaced
from eks_guard.data.rows import (
    AddonNeed,
    AddonVersions,
    HandlerCode,
    LayerPackage,
    PublishedLayer,
    Support,
    WrittenProperty,
)
from eks_guard.model.version import Version
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.data.upgrades import UpgradeTables
    from eks_guard.model.properties import Property


class Tables:
    """All tables, each read when first asked for. A folder of the user's replaces those it holds, `replaced`.

    Raises UsageError for a folder or a table that cannot be used.
    `used` tells which of them were read, each with the day as of which it is right.
    """

    def __init__(self, override: Path | None = None) -> None:
        self._override = override
        self.replaced = replaced(override) if override else ()
        self.used: dict[str, datetime.date] = {}
        self._files: dict[str, dict[str, Any]] = {}

    @cached_property
    def upgrades(self) -> UpgradeTables:
        """The tables about upgrades."""
        from eks_guard.data.upgrades import UpgradeTables  # noqa: PLC0415 (few checks need them)

        return UpgradeTables(self)

    @cached_property
    def published_layers(self) -> Mapping[str, PublishedLayer]:
        """Published kubectl layers by asset hash."""
        return {
            digest: PublishedLayer(_version(row["kubectl"]), _version(row["helm"]), _layer_name(row))
            for digest, row in self._read("kubectl_layers.json")["layers"].items()
        }

    @cached_property
    def layer_releases(self) -> Mapping[tuple[str, str], PublishedLayer]:
        """Published kubectl layers by package and version."""
        return {
            (row["package"], version): self.published_layers[digest]
            for digest, row in self._read("kubectl_layers.json")["layers"].items()
            if row["package"]
            for version in row["versions"]
        }

    @cached_property
    def kubectl_binaries(self) -> Mapping[str, Version | None]:
        """Kubectl's version by `crc32:size` of the zip member; None where the member is no kubectl."""
        return {key: _version(text) for key, text in self._read("kubectl_binaries.json")["binaries"].items()}

    @cached_property
    def layer_packages(self) -> Mapping[Version, LayerPackage]:
        """Layer packages by Kubernetes minor, the oldest first."""
        rows = self._read("kubectl_packages.json")["packages"]
        return {
            Version.parse(row["minor"]): LayerPackage(
                Version.parse(row["minor"]), row["class"], row["npm"], row["pypi"], row["python_module"]
            )
            for row in rows
        }

    @cached_property
    def eks_versions(self) -> Mapping[Version, Support]:
        """The calendar of EKS by Kubernetes minor, the oldest first."""
        return {
            Version.parse(row["minor"]): Support(
                _date(row["released"]),
                _date(row["end_of_standard_support"]),
                _date(row["end_of_extended_support"]),
            )
            for row in self._read("eks_versions.json")["versions"]
        }

    @cached_property
    def prune_lists(self) -> tuple[tuple[Version | None, tuple[str, ...]], ...]:
        """What `kubectl apply --prune` looks up, by the newest kubectl minor that does (None: still so)."""
        rows = self._read("kubectl_prune.json")["prune_lists"]
        return tuple((_version(row["kubectl_up_to"]), tuple(row["entries"])) for row in rows)

    @cached_property
    def served(self) -> Mapping[str, tuple[Version, Version | None]]:
        """From and up to which minor (None: still so) a server knows what the prune lists name."""
        rows = self._read("kubectl_prune.json")["served"]
        return {name: (Version.parse(row["from"]), _version(row["up_to"])) for name, row in rows.items()}

    @cached_property
    def ami_types(self) -> Mapping[str, tuple[Version | None, Version | None]]:
        """The first and the last Kubernetes minor that has an AMI type; None for no bound known."""
        return {
            row["type"]: (_version(row["first"]), _version(row["last"]))
            for row in self._read("ami_types.json")["types"]
        }

    @cached_property
    def ami_successors(self) -> Mapping[str, Mapping[str, str]]:
        """For an AMI type that ended: the type for the same instances, by how their instance types begin."""
        return {row["type"]: row.get("successors", {}) for row in self._read("ami_types.json")["types"]}

    @cached_property
    def lambda_runtimes(self) -> Mapping[str, datetime.date | None]:
        """From which day on Lambda creates no function with a runtime; None where no day is announced."""
        rows = self._read("lambda_runtimes.json")["runtimes"]
        return {row["runtime"]: _date(row["block_create"]) for row in rows}

    @cached_property
    def kubectl_handlers(self) -> Mapping[str, HandlerCode]:
        """By the asset hash of a handler's code: what that does."""
        rows = self._read("kubectl_handlers.json")["handlers"]
        return {digest: HandlerCode(row["takes_oci_charts"], row.get("reads_role")) for digest, row in rows.items()}

    @cached_property
    def addons(self) -> Mapping[str, Mapping[Version, AddonVersions]]:
        """What EKS lists for an add-on, by its name and the Kubernetes minor."""
        return {
            name: {
                Version.parse(minor): AddonVersions(row["newest"], tuple(row.get("versions", ())))
                for minor, row in rows.items()
            }
            for name, rows in self._read("eks_addons.json")["addons"].items()
        }

    @cached_property
    def addon_needs(self) -> Mapping[str, AddonNeed]:
        """What add-ons need to do in AWS, by their names."""
        return {
            row["name"]: AddonNeed(
                row["namespace"],
                tuple(row["service_accounts"]),
                tuple(row["actions"]),
                row["policy"],
                row["without"],
            )
            for row in self._read("addon_permissions.json")["addons"]
        }

    @property
    def addon_names(self) -> tuple[str, ...]:
        """The add-ons that AWS offers."""
        return tuple(self._read("addon_names.json")["names"])

    def addon_namespace(self, name: str) -> str | None:
        """The namespace that EKS installs an add-on into; None for one whose needs are not known."""
        need = self.addon_needs.get(name)
        return need.namespace if need else None

    @cached_property
    def managed_policies(self) -> Mapping[str, tuple[str, ...]]:
        """What the policies that AWS manages allow of the actions that are asked about, by path and name."""
        rows = self._read("managed_policies.json")["policies"]
        return {name: tuple(actions) for name, actions in rows.items()}

    @cached_property
    def removed_apis(self) -> Mapping[tuple[str, str], tuple[Version, str | None]]:
        """By API version and kind: the first minor that does not serve it, and what replaces it."""
        rows = self._read("removed_apis.json")["apis"]
        return {
            (row["api_version"], row["kind"]): (Version.parse(row["removed_in"]), row["replacement"]) for row in rows
        }

    @property
    def enabled_betas(self) -> Mapping[str, Any]:
        """The beta APIs that EKS switches on, by group and kind, and the last minor whose notes were read."""
        return self._read("enabled_betas.json")

    @property
    def update_rules(self) -> Mapping[str, Any]:
        """What an update does to EKS resources; `eks_guard.change.rules` gives it a shape."""
        return self._read("update_rules.json")

    @cached_property
    def properties(self) -> Mapping[str, Mapping[Property, WrittenProperty]]:
        """The properties that an update can touch, by CloudFormation's type."""
        from eks_guard.model.properties import Property  # noqa: PLC0415 (only `inspect` and updates ask)

        return {
            kind: {
                Property(name): WrittenProperty(tuple(row["path"].split(".")), row["kind"])
                for name, row in rows.items()
            }
            for kind, rows in self._read("update_rules.json")["properties"].items()
        }

    @cached_property
    def refused_networks(self) -> Mapping[str, str]:
        """The networks that EKS refuses for a public endpoint, with what they are."""
        return {row["network"]: row["kind"] for row in self._read("networks.json")["refused"]}

    @cached_property
    def networks_off_the_internet(self) -> tuple[str, ...]:
        """All networks without addresses of the internet."""
        return (*self.refused_networks, *(row["network"] for row in self._read("networks.json")["other"]))

    @cached_property
    def harmless_transforms(self) -> frozenset[str]:
        """The macros of AWS that bring no EKS resources of themselves."""
        return frozenset(self._read("transforms.json")["harmless"])

    @cached_property
    def kubernetes_schema(self) -> Mapping[str, Any]:
        """The OpenAPI definitions of Kubernetes' kinds: see `tools/refresh_kubernetes_schema.py`."""
        return self._read("kubernetes_schema.json.gz")

    @cached_property
    def kubernetes_fields(self) -> Mapping[str, Any]:
        """What the API server asks of fields beyond their types, by definition."""
        return self._read("kubernetes_fields.json")

    @cached_property
    def cfnlint_ids(self) -> Mapping[str, str]:
        """The cfn-lint rule of each built-in policy."""
        ids: dict[str, str] = self._read("cfnlint_ids.json")["ids"]
        return ids

    @cached_property
    def standards(self) -> Mapping[str, Any]:
        """The controls of published standards by the pack that stands for each."""
        found: Mapping[str, Any] = self._read("controls.json")["standards"]
        return found

    def table(self, name: str) -> Mapping[str, Any]:
        """A table as it is written; whoever reads it gives it a shape."""
        return self._read(f"{name}.json")

    def as_of(self) -> dict[str, datetime.date]:
        """The day as of which each table is right."""
        for path in sorted((*HERE.glob("*.json"), *HERE.glob("*.json.gz"))):
            self._read(path.name)
        return dict(self.used)

    def _read(self, name: str) -> dict[str, Any]:
        if name not in self._files:
            self._files[name] = self._parsed(name)
        return self._files[name]

    def _parsed(self, name: str) -> dict[str, Any]:
        own = self._override if self._override and Path(name).stem in self.replaced else None
        table = read(name, own)
        self.used[name.partition(".")[0]] = as_of((own or HERE) / name, table)
        return table


def identifiers() -> Mapping[str, Mapping[str, str]]:
    """By type and attribute: the text that `Ref` or `Fn::GetAtt` returns where the template gives the name."""
    types: dict[str, dict[str, str]] = _identifiers()["types"]
    return types


def access_policies() -> tuple[str, ...]:
    """The access policies that EKS has. They stay, so the day of the table matters only to names that it lacks."""
    return tuple(json.loads((HERE / "access_policies.json").read_text(encoding="utf-8"))["names"])


def letters() -> Mapping[str, str]:
    """By pseudo parameter, type of resource or of parameter: its letters, as a set of a regular expression."""
    found: dict[str, str] = _identifiers()["letters"]
    return found


@cache
def _identifiers() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "cloudformation" / "identifiers.json").read_text(encoding="utf-8"))
    return found


def _version(text: str | None) -> Version | None:
    return None if text is None else Version.parse(text)


def _date(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def _layer_name(row: Mapping[str, Any]) -> str:
    if not row["package"]:
        return f"an earlier build of the published layers: {row['basis']}"
    versions = row["versions"]
    span = versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
    return f"{row['package']} {span}"
