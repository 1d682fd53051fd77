"""Refresh which API versions Kubernetes no longer serves: python tools/refresh_removed_apis.py 36 37.

Downloads two releases of the Python client, which is generated from the OpenAPI document of that minor, and compares
what they can create. Every row of the table up to the newer minor is checked against it, too.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from table import DATA, load, save

if TYPE_CHECKING:
    from collections.abc import Iterator

_API = re.compile(r"kubernetes/client/api/\w+_api\.py")
_CREATE = re.compile(
    r"def create_(?:namespaced_)?(?P<kind>\w+)_with_http_info\(.*?"
    r"'/api(?P<group>s/[\w.]+)?/(?P<version>v\w+?)/",
    re.DOTALL,
)
_RELEASE = re.compile(r"The version of the OpenAPI document: (\S+)")


def main() -> None:
    """Download both releases, note what went, and show it."""
    older, newer = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        before, after = (served(_download(minor, Path(folder) / minor)) for minor in (older, newer))
    for line in note(before, after, f"1.{newer}", datetime.datetime.now(tz=datetime.UTC).date(), DATA):
        print(line)


def _download(minor: str, folder: Path) -> Path:
    wanted = f"kubernetes>={minor},<{int(minor) + 1}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), wanted]
    subprocess.run(command, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def served(wheel: Path) -> frozenset[tuple[str, str]]:
    """What a release can create: API version, and kind in lower-case letters without underscores.

    A wheel may still hold files of an earlier minor, whose API versions are gone: 32.0.1 has three of 1.31.
    """
    with zipfile.ZipFile(wheel) as archive:
        files = [archive.read(name).decode() for name in filter(_API.fullmatch, archive.namelist())]
    releases = {text: found[1] for text in files if (found := _RELEASE.search(text))}
    newest = max(releases.values(), key=_number, default=None)
    return frozenset(pair for text in files if releases.get(text) in (newest, None) for pair in _created(text))


def _created(text: str) -> Iterator[tuple[str, str]]:
    for create in _CREATE.finditer(text):
        group = (create["group"] or "").removeprefix("s/")
        version = f"{group}/{create['version']}" if group else create["version"]
        yield version, create["kind"].replace("_", "")


def note(
    before: frozenset[tuple[str, str]], after: frozenset[tuple[str, str]], minor: str, today: datetime.date, data: Path
) -> list[str]:
    """Write what the newer minor no longer serves; a row that it contradicts is an error for a person to solve."""
    table = load("removed_apis", data)
    wrong = [
        f"{row['api_version']} {row['kind']}: the table says removed in {row['removed_in']}, and {minor} serves it"
        for row in table["apis"]
        if _number(row["removed_in"]) <= _number(minor) and (row["api_version"], row["kind"].lower()) in after
    ]
    if wrong:
        raise SystemExit("\n".join(wrong))
    known = {(row["api_version"], row["kind"].lower()) for row in table["apis"]}
    gone = sorted(pair for pair in before - after - known if "alpha" not in pair[0])  # EKS serves no alpha
    for version, kind in gone:
        sibling = max(
            (v for v, k in after if k == kind and v.partition("/")[0] == version.partition("/")[0]), default=None
        )
        table["apis"].append({"api_version": version, "kind": kind, "removed_in": minor, "replacement": sibling})
    table["as_of"] = today.isoformat()
    save("removed_apis", table, data)
    return [f"{version} {kind}: removed in {minor}; write the kind's capitals by hand" for version, kind in gone]


def _number(minor: str) -> int:
    return int(minor.partition(".")[2])


if __name__ == "__main__":
    main()
