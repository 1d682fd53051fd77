"""`eks-guard` and `python -m eks_guard`: a plain `check` starts at once, all else by way of typer."""

from __future__ import annotations

import gc
import os
import sys

from eks_guard.cli.plain import plain_check


def main() -> None:
    """Run a command."""
    gc.disable()  # a run is short and makes few cycles: looking for them takes a twentieth of it
    plain = plain_check(sys.argv[1:], os.environ)
    if plain is None:
        from eks_guard.cli.app import main as parse_and_run  # noqa: PLC0415 (takes longer than a check)

        parse_and_run()
    else:
        from eks_guard.cli.check import check  # noqa: PLC0415
        from eks_guard.cli.console import run  # noqa: PLC0415

        run(lambda: sys.exit(check(*plain)))


if __name__ == "__main__":
    main()
