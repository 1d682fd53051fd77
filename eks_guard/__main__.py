"""`eks-guard` and `python -m eks_guard`: a plain `check` starts at once, all else by way of typer."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING

from eks_guard.cli.plain import plain_check

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 500_000
"""New objects between two looks for cycles: an app of thousands of clusters makes some, which would fill the memory."""


ROOM = 70_000
"""Words of a frame that makes CPython reserve a megabyte of stack at once: all calls fit behind it.

It reserves pieces of 16 KB and gives one back as soon as it is empty: a loop that calls a function across the border
of two asks the system twice for each call, and takes twice as long (`push_chunk` and `_PyThreadState_PopFrame` in
https://github.com/python/cpython/blob/3.11/Python/pystate.c). What is not used costs nothing.
"""


def start() -> None:
    """Run a command as a process of its own: once a plain check has printed, nothing is taken down piece by piece."""
    with_room(lambda: _run(_leave))


def main() -> None:
    """Run a command. Raises SystemExit with its exit code."""
    with_room(lambda: _run(sys.exit))


def _run(leave: Callable[[int], None]) -> None:
    gc.set_threshold(MANY)  # most runs make fewer: looking for cycles as often as usual takes a twentieth of them
    atexit.register(gc.freeze)  # looking once more at the end takes a tenth, to free what the system frees at once
    plain = plain_check(sys.argv[1:], os.environ)
    if plain is None:
        from eks_guard.cli.app import main as parse_and_run  # noqa: PLC0415 (takes longer than a check)

        parse_and_run()
    else:
        from eks_guard.cli.check import check  # noqa: PLC0415
        from eks_guard.cli.console import run  # noqa: PLC0415

        run(lambda: leave(check(*plain)))


def _leave(code: int) -> None:
    """End the process as it is: to free all that an audit made, one by one, takes a thirtieth of it.

    Somebody who traces the process, or develops with it, gets to see its end. So does whoever reads what cannot be
    written: the interpreter says so.
    """
    if not sys.flags.dev_mode and sys.gettrace() is None and sys.getprofile() is None and _is_said():
        os._exit(code)
    sys.exit(code)


def _is_said() -> bool:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True


def with_room(command: Callable[[], None]) -> None:
    """Call a command behind a frame of ROOM words."""
    command()


with_room.__code__ = with_room.__code__.replace(co_stacksize=ROOM)

if __name__ == "__main__":
    start()
