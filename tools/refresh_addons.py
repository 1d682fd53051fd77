"""Refresh which versions of add-ons EKS lists: python tools/refresh_addons.py SOURCE.

SOURCE is a file with what `aws eks describe-addon-versions` printed.
"""

from __future__ import annotations

import datetime
import json
import re
import sys
from typing import TYPE_CHECKING, Any

from table import DATA, fetch, load, save

if TYPE_CHECKING:
    from pathlib import Path

NO_ROW = ("kube-proxy",)
"""Follows the skew of Kubernetes instead."""


def main() -> None:
    """Note what EKS listed."""
    (source,) = sys.argv[1:]
    for line in note(json.loads(fetch(source)), datetime.datetime.now(tz=datetime.UTC).date(), DATA):
        print(line)


def note(answer: dict[str, Any], today: datetime.date, data: Path) -> list[str]:
    """Write all versions of all add-ons, by minor; an answer tells everything, so older rows go."""
    table = load("eks_addons", data)
    table["addons"] = {
        addon["addonName"]: _by_minor(addon)
        for addon in sorted(answer["addons"], key=lambda addon: addon["addonName"])
        if addon["addonName"] not in NO_ROW
    }
    table["as_of"] = today.isoformat()
    save("eks_addons", table, data)
    return [f"{name}: {', '.join(minors)}" for name, minors in table["addons"].items()]


def _by_minor(addon: dict[str, Any]) -> dict[str, dict[str, Any]]:
    minors: dict[str, list[str]] = {}
    for version in addon["addonVersions"]:
        for compatible in version["compatibilities"]:
            minors.setdefault(compatible["clusterVersion"], []).append(version["addonVersion"])
    ordered = sorted(minors, key=lambda minor: int(minor.partition(".")[2]))
    rows = {minor: sorted(minors[minor], key=_numbers) for minor in ordered}
    return {minor: {"newest": versions[-1], "versions": versions} for minor, versions in rows.items()}


def _numbers(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", version)]


if __name__ == "__main__":
    main()
