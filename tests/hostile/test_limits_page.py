"""`docs/limits.md` lists every limit in the code, with its value."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
NO_LIMITS_OF_INPUT = {"policy.facts.addon.MAX_BEHIND", "policy.freshness.MAX_AGE"}
"""What policies call too old."""


def test_the_page_lists_every_limit_with_its_value():
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    listed = {name: int(value) for name, value in re.findall(r"^\| `([\w.]+)` \| (\d+) \|", page, re.MULTILINE)}
    assert listed == {name: value_of(name) for name in limits_in_code() - NO_LIMITS_OF_INPUT}


def limits_in_code() -> set[str]:
    package = ROOT / "eks_guard"
    return {
        f"{'.'.join(module.relative_to(package).with_suffix('').parts)}.{name}"
        for module in package.rglob("*.py")
        for name in re.findall(r"^(MAX_\w+)", module.read_text(encoding="utf-8"), re.MULTILINE)
    }


def value_of(limit: str) -> int:
    module, _, name = limit.rpartition(".")
    return getattr(import_module(f"eks_guard.{module}"), name)


def test_every_threat_of_the_security_page_names_tests_that_exist():
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!threat|---)(.+?) \| .+? \| (.+?) \|$", page, re.MULTILINE)
    assert len(rows) > 10
    for threat, named in rows:
        paths = re.findall(r"`([\w./]+)`", named)
        assert paths, threat
        assert [path for path in paths if not (ROOT / path).exists()] == [], threat
