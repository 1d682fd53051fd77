"""The built-in tables have the shape that is asked of those that replace them."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

from eks_guard.data.reading import HERE
from eks_guard.data.schema import TABLES, mistakes


@pytest.mark.parametrize("name", TABLES)
def test_a_built_in_table_could_replace_itself(name):
    assert mistakes(name, json.loads((HERE / name).read_text(encoding="utf-8"))) == []


def test_each_table_of_a_plan_says_how_it_is_kept():
    tools = " ".join(file.read_text(encoding="utf-8") for file in (ROOT / "tools").glob("refresh_*"))
    plan = ("addon_observations", "ami_types", "cdk_releases", "controllers", "eks_versions", "kubectl_layers",
            "lambda_runtimes", "node_releases", "removed_apis", "update_rules", "upgrade_changes")  # fmt: skip
    for name in plan:
        table = json.loads((ROOT / "eks_guard" / "data" / f"{name}.json").read_text(encoding="utf-8"))
        assert f'"{name}"' in tools or f"{name}.json" in tools or table["how"].startswith("By hand: "), name
