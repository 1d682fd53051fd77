"""Check the classes of cluster handlers in releases of npm: python tools/refresh_update_rules.py RELEASE [RELEASE].

Reads the handler's code out of aws-cdk-lib's npm packages. The marks tell where one class ends; what a class does was
found by running its handler, so a release with an unknown combination of marks is reported, and a person looks at it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from table import DATA, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HANDLERS = ("aws-eks/cluster-resource-handler/index.js", "aws-eks/lib/cluster-resource-handler/cluster.js")
"""Where releases since about 2.87, and older ones, have the code."""


def main() -> None:
    """Report what the marks of some releases say, beside what the table says."""
    table = load("update_rules", DATA)
    for release in sys.argv[1:]:
        print(compared(release, handler_code(release), table))


def compared(release: str, code: bytes, table: Mapping[str, Any]) -> str:
    """One line: the class that the marks in a handler's code tell, and whether the table has the release there."""
    marks = table["handler"]["marks"]
    newest = next((mark["since"] for mark in marks if mark["text"].encode() in code), "2.0.0")
    later = [mark["since"] for mark in marks if _number(mark["since"]) > _number(newest)]
    end = min((_number(since) for since in later), default=None)
    fits = _number(newest) <= _number(release) and (end is None or _number(release) < end)
    verdict = "as the table says" if fits else "NOT as the table says: run its handler"
    return f"{release}: marks of {newest} and later, {verdict}"


def handler_code(release: str) -> bytes:
    """The code of the cluster handler in a release, as npm packs it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ("npm", "pack", "--silent", f"aws-cdk-lib@{release}")
        name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
        return code_in((Path(folder) / name).read_bytes())


def code_in(package: bytes) -> bytes:
    """The handler's code in a package."""
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        found = {member.name: member for member in archive if member.isfile() and member.name.endswith(HANDLERS)}
        for ending in HANDLERS:
            for member in _ending(found, ending):
                stream = archive.extractfile(member)
                return stream.read() if stream else b""
    raise SystemExit("no handler of clusters in the package")


def _ending(found: Mapping[str, tarfile.TarInfo], ending: str) -> Iterable[tarfile.TarInfo]:
    return (member for name, member in sorted(found.items()) if name.endswith(ending))


def _number(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


if __name__ == "__main__":
    main()
