"""The Python door: the options of `check` as keywords, with the project's own configuration and today as defaults."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

from eks_guard import clock
from eks_guard.audit import Options
from eks_guard.model.given import GivenValue
from eks_guard.model.outcome import Severity
from eks_guard.policy.config import Config, find_config, load_config, parse_config
from eks_guard.policy.selection import Wanted
from eks_guard.records import replace

ConfigSource: TypeAlias = str | Path | Mapping[str, Any]


class Keywords(TypedDict, total=False):
    """The options of `check`, as Python writes them. `config` is a file, or its keys."""

    packs: Sequence[str]
    policies: Sequence[str | Path]
    select: Sequence[str]
    ignore: Sequence[str]
    config: ConfigSource | None
    parameters: Mapping[str, str]
    fail_on: str | None
    strict: bool | None
    today: datetime.date | str | None
    against: str | None
    fail_on_new: bool


def project_options(  # noqa: PLR0913 (the keywords above, each checked by its name)
    path: str,
    start: Path | None = None,
    *,
    packs: Sequence[str] = (),
    policies: Sequence[str | Path] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    config: ConfigSource | None = None,
    parameters: Mapping[str, str] | None = None,
    fail_on: str | None = None,
    strict: bool | None = None,
    today: datetime.date | str | None = None,
    against: str | None = None,
    fail_on_new: bool = False,
) -> Options:
    """The options for an audit. The configuration is looked for upwards from `start`, by default the working folder.

    Raises PolicyError for a wrong configuration, ValueError or TypeError for a wrong keyword.
    """
    found = _config(config, start or Path.cwd())
    return Options(
        path=path,
        today=_day(today),
        wanted=Wanted(
            packs=_several("packs", packs),
            policies=tuple(Path(policy) for policy in _several("policies", policies)),
            select=_several("select", select),
            ignore=_several("ignore", ignore),
        ),
        config=found,
        parameters=tuple(GivenValue.parse(key, value, "parameters") for key, value in (parameters or {}).items()),
        gate=replace(found.gate(_severity(fail_on), strict=strict), new_only=fail_on_new),
        against=against,
    )


def _severity(given: str | None) -> Severity | None:
    try:
        return None if given is None else Severity.parse(given)
    except ValueError as error:
        raise ValueError(f"fail_on: {error}") from None


def _day(given: datetime.date | str | None) -> datetime.date:
    if given is None:
        return clock.today()
    return datetime.date.fromisoformat(given) if isinstance(given, str) else given


def _several(name: str, given: Sequence[Any]) -> tuple[Any, ...]:
    """A text is a sequence, too, but one of letters."""
    if isinstance(given, str):
        raise TypeError(f"{name}: found {given!r}, expected a list")
    return tuple(given)


def _config(given: ConfigSource | None, start: Path) -> Config:
    if isinstance(given, Mapping):
        return parse_config(given, start)
    found = Path(given) if given else find_config(start)
    return load_config(found) if found else Config()
