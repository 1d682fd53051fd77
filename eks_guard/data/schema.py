"""The shape of the tables that a folder of the user's may replace: rows as the built-in ones have them."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from eks_guard.model.version import Version
from eks_guard.reading import read_file_of

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
"""A larger table is refused; the largest built-in one has some hundred KB."""


def _a_version(text: str) -> str:
    Version.parse(text)
    return text


def _a_day(text: str) -> str:
    datetime.date.fromisoformat(text)
    return text


VersionText = Annotated[str, AfterValidator(_a_version)]
DayText = Annotated[str, AfterValidator(_a_day)]


class _Row(BaseModel):
    """Known keys have their type; the others are for people."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Table(_Row):
    as_of: DayText


class Layer(_Row):
    """A published kubectl layer."""

    kubectl: VersionText | None
    helm: VersionText | None
    package: str | None
    versions: list[str] = []
    basis: str = ""

    @model_validator(mode="after")
    def _says_where_it_is_from(self) -> Self:
        if not (self.versions if self.package else self.basis):
            raise ValueError("expected versions beside a package, and a basis without one")
        return self


class Layers(_Table):
    """`kubectl_layers.json`."""

    layers: dict[str, Layer]


class Binaries(_Table):
    """`kubectl_binaries.json`."""

    binaries: dict[str, VersionText | None]


class Package(_Row):
    """The package of a layer."""

    minor: VersionText
    class_: str = Field(alias="class")
    npm: str | None
    pypi: str
    python_module: str


class Packages(_Table):
    """`kubectl_packages.json`."""

    packages: list[Package] = Field(min_length=1)


class Minor(_Row):
    """A Kubernetes minor in the calendar of EKS."""

    minor: VersionText
    released: DayText | None
    end_of_standard_support: DayText | None
    end_of_extended_support: DayText | None


class Minors(_Table):
    """`eks_versions.json`."""

    versions: list[Minor] = Field(min_length=1)


class PruneList(_Row):
    """What `kubectl apply --prune` looks up."""

    kubectl_up_to: VersionText | None
    entries: list[str]


class Served(_Row):
    """From and up to which minor a server knows something."""

    from_: VersionText = Field(alias="from")
    up_to: VersionText | None


class Prune(_Table):
    """`kubectl_prune.json`."""

    prune_lists: list[PruneList] = Field(min_length=1)
    served: dict[str, Served]


class AmiType(_Row):
    """An AMI type and the minors that have it."""

    type: str
    first: VersionText | None
    last: VersionText | None


class AmiTypes(_Table):
    """`ami_types.json`."""

    types: list[AmiType]


class Runtime(_Row):
    """A runtime of Lambda."""

    runtime: str
    block_create: DayText | None


class Runtimes(_Table):
    """`lambda_runtimes.json`."""

    runtimes: list[Runtime]


class HandlerCode(_Row):
    """The code of a kubectl handler."""

    takes_oci_charts: bool
    reads_role: bool | None = None


class Handlers(_Table):
    """`kubectl_handlers.json`."""

    handlers: dict[str, HandlerCode]


class Addon(_Row):
    """The versions of an add-on for one minor."""

    newest: str
    versions: list[str] = []


class Addons(_Table):
    """`eks_addons.json`."""

    addons: dict[str, dict[VersionText, Addon]]


class RemovedApi(_Row):
    """An API that a minor no longer serves."""

    api_version: str
    kind: str
    removed_in: VersionText
    replacement: str | None


class RemovedApis(_Table):
    """`removed_apis.json`."""

    apis: list[RemovedApi]


class ChangeRow(_Row):
    """What a minor changes."""

    minor: VersionText
    id: str
    weight: Literal["blocks", "change", "note", "unknown"]
    phase: Literal["before", "with", "after"]
    find: dict[str, Any]
    says: str
    do: str
    source: str


class Demand(_Row):
    """What an image of the user's own needs."""

    minor: VersionText
    says: str


class Prices(_Row):
    """USD an hour for a cluster."""

    standard: str
    extended: str


class Changes(_Table):
    """`upgrade_changes.json`."""

    changes: list[ChangeRow]
    images: list[Demand]
    price: Prices


class Release(_Row):
    """A release of a controller, and the newest minor that it supports."""

    release: str
    to: VersionText | None


class Controller(_Row):
    """A controller, and the charts that bring it."""

    charts: list[str]
    repositories: list[str]
    numbers: Literal["chart", "app", "image"]
    releases: list[Release] = []
    source: str


class Controllers(_Table):
    """`controllers.json`."""

    controllers: dict[str, Controller]


class NodeReleases(_Table):
    """`node_releases.json`."""

    releases: dict[str, dict[VersionText, str]]


class Observations(_Table):
    """`addon_observations.json`."""

    addons: dict[str, dict[VersionText, list[str]]]


class Constant(_Row):
    """The first aws-cdk-lib with the constant of a minor."""

    minor: VersionText
    first: VersionText


class NewestLayer(_Row):
    """The newest release of a layer package."""

    minor: VersionText
    newest: str
    needs: VersionText | None
    helm: VersionText | None


class Crossing(_Row):
    """What an aws-cdk-lib changes."""

    release: VersionText
    says: str


class CdkReleases(_Table):
    """`cdk_releases.json`."""

    constants: list[Constant]
    layers: list[NewestLayer]
    crossings: list[Crossing]


TABLES: dict[str, type[_Table]] = {
    "kubectl_layers.json": Layers,
    "kubectl_binaries.json": Binaries,
    "kubectl_packages.json": Packages,
    "eks_versions.json": Minors,
    "kubectl_prune.json": Prune,
    "ami_types.json": AmiTypes,
    "lambda_runtimes.json": Runtimes,
    "kubectl_handlers.json": Handlers,
    "eks_addons.json": Addons,
    "removed_apis.json": RemovedApis,
    "upgrade_changes.json": Changes,
    "controllers.json": Controllers,
    "node_releases.json": NodeReleases,
    "addon_observations.json": Observations,
    "cdk_releases.json": CdkReleases,
}
"""The tables that may be replaced."""


def read_table(path: Path) -> Any:
    """The JSON of a table. Raises OSError, ValueError or RecursionError if it cannot be read, or is no JSON."""
    return json.loads(read_file_of(path.parent, path.name, MAX_BYTES))


def mistakes(name: str, table: Any) -> list[str]:
    """What is wrong with a table that is to replace the built-in one of its name."""
    try:
        TABLES[name].model_validate(table)
    except ValidationError as error:
        return [f"{'.'.join(map(str, row['loc']))}: {row['msg'].lower()}" for row in error.errors(include_url=False)]
    return []
