"""Reads what the AWS CLI prints for `eks list-insights`, `describe-insight` and `describe-addon-versions`."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from eks_guard.data.upgrades import numbers
from eks_guard.errors import UsageError
from eks_guard.model.upgrade import Source
from eks_guard.model.version import Version
from eks_guard.reading import read_regular_file
from eks_guard.upgrade.answers import AddonVersions, Insight, Insights

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is refused; `describe-addon-versions` of all add-ons prints some 4 MB."""
READINESS = "UPGRADE_READINESS"


def _minor(text: object) -> object:
    try:
        return Version.parse(text).of_minor if isinstance(text, str) else text
    except ValueError:
        raise ValueError("expected a minor such as 1.35") from None


Minor = Annotated[Version, BeforeValidator(_minor)]


class _Row(BaseModel):
    """Known keys have their type; the CLI prints others, which are for people."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)


class _Status(_Row):
    status: Literal["PASSING", "WARNING", "ERROR", "UNKNOWN"]
    reason: str = ""


class _Client(_Row):
    user_agent: str = Field("", alias="userAgent")


class _Usage(_Row):
    usage: str = ""
    replaced_with: str | None = Field(None, alias="replacedWith")
    clients: list[_Client] = Field([], alias="clientStats")


class _Summary(_Row):
    deprecations: list[_Usage] = Field([], alias="deprecationDetails")


class _Resource(_Row):
    uri: str | None = Field(None, validation_alias=AliasChoices("kubernetesResourceUri", "arn"))


class _Insight(_Row):
    name: str
    category: str = READINESS
    minor: Minor | None = Field(None, alias="kubernetesVersion")
    status: _Status = Field(alias="insightStatus")
    refreshed: str | float | None = Field(None, alias="lastRefreshTime")
    recommendation: str | None = None
    resources: list[_Resource] = []
    summary: _Summary = Field(_Summary(deprecationDetails=[]), alias="categorySpecificSummary")


class _OneInsight(_Row):
    insight: _Insight


class _Insights(_Row):
    insights: list[_Insight]


class _Compatibility(_Row):
    minor: Minor = Field(alias="clusterVersion")


class _AddonVersion(_Row):
    version: str = Field(alias="addonVersion")
    fits: list[_Compatibility] = Field(alias="compatibilities")


class _Addon(_Row):
    name: str = Field(alias="addonName")
    versions: list[_AddonVersion] = Field(alias="addonVersions")


class _Addons(_Row):
    addons: list[_Addon]


T = TypeVar("T", bound=_Row)


def read_insights(paths: Iterable[Path]) -> Insights | None:
    """The insights in some files, of a list or of one each. Raises UsageError for a file that holds none."""
    rows: dict[tuple[str, Version | None], Insight] = {}
    days, names = [], []
    for path in paths:
        data = _parsed(path, "--insights")
        for row in _insight_rows(path, data):
            if row.category == READINESS:
                one = _insight(row)
                known = rows.get((one.name, one.minor))
                rows[one.name, one.minor] = known if known and known.details and not one.details else one
                days.append(_day(row.refreshed))
        names.append(str(path))
    if not names:
        return None
    day = min((day for day in days if day), default="day not told")
    return Insights(tuple(rows.values()), Source(f"EKS cluster insights, {', '.join(names)}", day))


def read_addon_versions(paths: Iterable[Path], today: datetime.date) -> AddonVersions | None:
    """The versions in some files. Raises UsageError for a file that holds none."""
    offered: dict[str, dict[Version, list[str]]] = {}
    names = []
    for path in paths:
        found = _checked(path, "--addon-versions", _parsed(path, "--addon-versions"), _Addons)
        for addon in found.addons:
            for version in addon.versions:
                for fit in version.fits:
                    offered.setdefault(addon.name, {}).setdefault(fit.minor, []).append(version.version)
        names.append(str(path))
    if not names:
        return None
    by_minor = {
        name: {minor: tuple(sorted(set(versions), key=numbers)) for minor, versions in minors.items()}
        for name, minors in offered.items()
    }
    minors = frozenset(minor for found in offered.values() for minor in found)
    return AddonVersions(by_minor, minors, Source(f"EKS, {', '.join(names)}", today.isoformat()))


def _insight_rows(path: Path, data: object) -> list[_Insight]:
    if isinstance(data, dict) and "insight" in data:
        return [_checked(path, "--insights", data, _OneInsight).insight]
    return _checked(path, "--insights", data, _Insights).insights


def _insight(row: _Insight) -> Insight:
    details = [
        f"{usage.usage}{f' (replaced with {usage.replaced_with})' if usage.replaced_with else ''}{_by(usage.clients)}"
        for usage in row.summary.deprecations
        if row.status.status != "PASSING"
    ]
    details += [resource.uri for resource in row.resources if resource.uri]
    return Insight(row.name, row.minor, row.status.status, row.status.reason, tuple(details), row.recommendation)


def _by(clients: list[_Client]) -> str:
    names = dict.fromkeys(client.user_agent for client in clients if client.user_agent)
    return f", asked for by {', '.join(names)}" if names else ""


def _day(refreshed: str | float | None) -> str | None:
    """The CLI prints ISO times, or seconds where `cli_timestamp_format` is `none`."""
    if isinstance(refreshed, float):
        return datetime.datetime.fromtimestamp(refreshed, tz=datetime.UTC).date().isoformat()
    return refreshed[:10] if refreshed else None


def _parsed(path: Path, option: str) -> object:
    try:
        return json.loads(read_regular_file(path, MAX_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{option}: {path}: cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{option}: {path}: {where}: {error.msg}; expected the JSON that the AWS CLI prints") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{option}: {path}: {error}; expected the JSON that the AWS CLI prints") from None


def _checked(path: Path, option: str, data: object, shape: type[T]) -> T:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{option}: {path}: {'.'.join(map(str, one['loc'])) or 'the file'}: {_found(one['input'])}; "
            f"{one['msg'][0].lower()}{one['msg'][1:].removeprefix('alue error, ')}"
            for one in error.errors()[:10]
        ]
        raise UsageError("\n".join(lines)) from None


def _found(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"found {text if len(text) <= 60 else f'{text[:59]}…'}"  # noqa: PLR2004
