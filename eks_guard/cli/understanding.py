"""What commands ask for that understand an assembly without judging it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.audit import Options
from eks_guard.cli.arguments import cache_folder, read_config, read_stdin
from eks_guard.cli.given import given_values

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path


def survey_options(  # noqa: PLR0913 (each is an option of the command)
    path: str,
    today: datetime.date,
    *,
    stack: str | None,
    parameters: Sequence[str] | None,
    config: Path | None,
    data: Path | None,
    cache: bool,
) -> Options:
    """What is to be understood, and by what configuration and tables."""
    return Options(
        path=path,
        today=today,
        stack=stack,
        stdin=read_stdin(path),
        config=read_config(config),
        data=data,
        parameters=given_values(parameters or ()),
        cache=cache_folder(wanted=cache),
    )
