"""`fleet report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    runs: Annotated[Path, typer.Argument(help="The folder of runs.")] = Path("runs"),
) -> None:
    """Report on the newest run."""
    typer.echo(str(runs))
