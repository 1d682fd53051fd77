"""Run the command as on a terminal: a pseudo-terminal is what tells it apart from a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal, which Windows has not")


def on_terminal(
    arguments: Sequence[object], *, stream: str = "stdout", stdin: int = subprocess.DEVNULL, **variables: str
):
    """Start eks-guard with one of its streams on a terminal; return the process and where to read."""
    master, slave = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in COLOURED and name not in LINKED}
    process = subprocess.Popen(
        [sys.executable, "-m", "eks_guard", *map(str, arguments)],
        stdin=stdin,
        stdout=slave if stream == "stdout" else subprocess.PIPE,
        stderr=slave if stream == "stderr" else subprocess.PIPE,
        env={**plain, "TERM": "xterm-256color", **variables},
    )
    os.close(slave)
    return process, master


COLOURED = ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK")
LINKED = ("TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM", "TMUX", "STY")


def read(master: int, until: str | None = None) -> str:
    """What comes until a text is there; without one, all until the other end closes."""
    found = b""
    try:
        while until is None or until.encode() not in found:
            piece = os.read(master, 65536)
            if not piece:
                break
            found += piece
    except OSError:  # Linux says so where the other end is closed
        pass
    if until is None:
        os.close(master)
    return found.decode()


def shown(arguments: Sequence[object], **variables: str) -> str:
    process, master = on_terminal(arguments, stream="stdout", stdin=subprocess.DEVNULL, **variables)
    text = read(master)
    process.communicate()
    return text
