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


def test_every_add_on_that_a_table_knows_a_version_of_is_one_of_aws():
    """A policy that names another add-on is refused as misspelt."""
    names = set(read("addon_names")["names"])
    assert {*read("addon_observations")["addons"], *read("eks_addons")["addons"]} <= names


def test_every_property_of_a_custom_resource_that_an_update_touches_may_be_asked_for():
    types = read("cloudformation/custom")["types"]
    rows = [(kind, row["path"]) for kind, found in read("update_rules")["properties"].items() for row in found.values()]
    asked = [(kind, path) for kind, path in rows if kind in types]
    assert len(asked) > 20
    assert not [(kind, path) for kind, path in asked if not has(types[kind], path.split("."))]


def read(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def has(schema, keys):
    """Whether a schema lets a property be there: an object of which it says nothing may have any."""
    if not keys or "properties" not in schema:
        return True
    return keys[0] in schema["properties"] and has(schema["properties"][keys[0]], keys[1:])
