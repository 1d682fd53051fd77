"""Each file in situations/ is one small assembly with the model that must come out of it."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import TODAY
from laid_out import SITUATIONS, lay_out


@pytest.mark.parametrize("situation", SITUATIONS)
def test_situation(run, tmp_path, situation):
    written = yaml.safe_load(SITUATIONS[situation].read_text(encoding="utf-8"))
    folder = tmp_path / "cdk.out"
    for name, content in written["files"].items():
        lay_out(folder / name, content)
    result = run("inspect", folder, "--format", "json")
    assert result.code == 0, result.err
    jsonschema.validate(result.json, json.loads(run("schema", "inspect").out))
    clusters = result.json["clusters"]
    assert len(clusters) == len(written["clusters"])
    for index, (found, expected) in enumerate(zip(clusters, written["clusters"], strict=True)):
        assert_like(found, expected, f"clusters[{index}]")
    if "unowned" in written:
        assert_like(result.json["unowned"], written["unowned"], "unowned")
    assert result.json["assembly"]["stale_templates"] == written.get("stale_templates", [])
    assert run("inspect", folder).code == 0
    if "outcomes" in written:
        assert_outcomes(
            run("check", folder, "--format", "json", "--today", TODAY, "--show-passed").json, written["outcomes"]
        )


def assert_outcomes(report: Any, expected: dict[str, str]) -> None:
    found = {finding["policy"]: finding for finding in report["findings"]}
    for policy, outcome in expected.items():
        assert found[policy]["outcome"] == outcome, found[policy]["because"]
        assert all(found[policy]["because"])


def assert_like(found: Any, expected: Any, where: str) -> None:
    """Everything that is expected is there; texts may be globs."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), f"{where}: found {found!r}, expected {expected!r}"
        for key, value in expected.items():
            assert key in found, f"{where}: no {key}"
            assert_like(found[key], value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{where}: found {found!r}, expected {expected!r}"
        assert len(found) == len(expected), f"{where}: found {found!r}, expected {expected!r}"
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_like(one, other, f"{where}[{index}]")
    elif isinstance(expected, str) and "*" in expected:
        assert isinstance(found, str), f"{where}: found {found!r}, expected {expected!r}"
        assert fnmatchcase(found, expected), f"{where}: found {found!r}, expected {expected!r}"
    else:
        assert found == expected, f"{where}: found {found!r}, expected {expected!r}"
