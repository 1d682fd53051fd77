"""`eks-guard` and `python -m eks_guard`: a plain `check` starts at once, all else by way of typer."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from eks_guard.cli.plain import plain_check

MANY = 500_000
"""New objects between two looks for cycles: an app of thousands of clusters makes some, which would fill the memory."""


def main() -> None:
    """Run a command."""
    gc.set_threshold(MANY)  # most runs make fewer: looking for cycles as often as usual takes a twentieth of them
    atexit.register(gc.freeze)  # looking once more at the end takes a tenth, to free what the system frees at once
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
