"""Standard streams, reports on them and in files, and the exit code of what a user got wrong."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from eks_guard.cli.terminal import has_colour, has_links
from eks_guard.errors import EksGuardError, UsageError
from eks_guard.report.style import Style, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def run(command: Callable[[], None]) -> None:
    """Run a command; what a user got wrong is said on stderr, with its exit code."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may hold what the terminal's encoding, or any, does not
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        command()
    except EksGuardError as error:
        say(*(f"eks-guard: {line}" for line in str(error).splitlines()))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def terminal_style(*, show_passed: bool = False) -> Style:
    """What the terminal can show; a pipe gets no colour and a width that does not depend on where it runs."""
    terminal = sys.stdout.isatty()
    width = min(_columns(), 140) if terminal else 100
    colour, links = has_colour(os.environ, terminal=terminal), has_links(os.environ, terminal=terminal)
    return Style(width=width, colour=colour, links=links, show_passed=show_passed)


def _columns() -> int:
    import shutil  # noqa: PLC0415 (takes milliseconds, which a pipe need not wait for)

    return shutil.get_terminal_size().columns


def print_report(text: str) -> None:
    """Text on stdout; neither a full disk nor a reader that has seen enough is a crash."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:  # typer would turn it into exit code 1, which means failures
        _drop_stdout()
        sys.exit(141)
    except OSError as error:
        _drop_stdout()
        raise UsageError(f"stdout: cannot be written: {error.strerror}") from None


def write_report(path: Path, text: str) -> None:
    """Write a report whole or not at all: an old one is never left half overwritten.

    What is no file, such as /dev/stdout, is written to as it is: to rename a file to its name would replace it.
    A link is followed where it stays below its folder, and replaced elsewhere: one in a checkout may lead anywhere.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and not path.is_file():
            _write_to_device(path, text)
            return
        target, folder = path.resolve(), path.parent.resolve()
        if not target.is_relative_to(folder):
            target = folder / path.name
        try:
            temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
            temporary.replace(target)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except RuntimeError:
        raise UsageError(f"--output: {path}: cannot be written: the link leads to itself") from None
    except OSError as error:
        raise UsageError(f"--output: {path}: cannot be written: {error.strerror}") from None


def _write_to_device(path: Path, text: str) -> None:
    """Write to what is no file. Raises OSError for a pipe that nobody reads, for which a write would wait for ever."""
    number = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as stream:
        os.set_blocking(number, True)
        stream.write(text)


def tell(  # noqa: PLR0913 (all that stands beside a report)
    notes: Sequence[str],
    problems: Sequence[str],
    judged: int,
    path: str,
    stale: Sequence[str],
    *,
    app: str = "",
    quiet: bool = False,
) -> None:
    """Print what belongs beside a report: on stderr, so that stdout is the report and nothing else.

    `judged` counts the clusters, or, where there is none, what else was judged or could not be. `app` begins what names
    none by itself, where there are several. `quiet` leaves out `notes`, and never what was not audited.
    """
    if not quiet:
        say(*(f"note: {app}{note}" for note in notes))
    if stale:
        say(f"note: {app}not audited, the manifest does not list them: {', '.join(stale)}")
    if not judged and not problems:
        say(f"note: {path}: found no EKS cluster, so there was nothing to judge")
    say(*(f"error: {app}{problem}" for problem in problems))


def say(*lines: str) -> None:
    """Lines on stderr, in which nothing is obeyed by a terminal."""
    for line in lines:
        print(safe(line), file=sys.stderr)


def _open_missing_streams() -> None:
    """A process may be started with closed streams: nothing is read there, and what is written goes nowhere."""
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")


def _nothing(mode: str) -> TextIO:
    return cast("TextIO", Path(os.devnull).open(mode, encoding="utf-8"))


def _drop_stdout() -> None:
    """Let Python's last flush at exit succeed, although stdout takes nothing any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
