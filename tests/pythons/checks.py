"""Checks assemblies as the command does, and prints how each check ended and what it said: run by every Python.

Arguments: the day, then the assemblies.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

from eks_guard.__main__ import main


def check(path: str, day: str) -> tuple[object, str]:
    """Return the exit code, None where nothing set one, and all that was printed."""
    said = io.StringIO()
    sys.argv = ["eks-guard", "check", path, "--no-cache", "--show-passed", "--format", "json", "--today", day]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as end:
            return end.code, said.getvalue()
    return None, said.getvalue()


day, *paths = sys.argv[1:]
found = {path: check(path, day) for path in paths}
print(json.dumps({"python": list(sys.version_info[:2]), "checks": found}))
