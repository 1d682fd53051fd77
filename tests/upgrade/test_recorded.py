"""Items in real syntheses: one cluster shows each, its twin has what is like it, and shows none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from conftest import ASSEMBLIES

from eks_guard.data import Tables
from eks_guard.data.upgrades import UpgradeTables
from eks_guard.upgrade import rules

RECORDED = Path(__file__).parent / "recorded" / "shows.tar.xz"
LONG = RECORDED.with_name("long.tar.xz")
OF_RELEASES = ASSEMBLIES / "releases"
DAY = "2026-11-24"
SHOWN = {
    "al2023-default": ("1.30", "note"),
    "apparmor-deprecated": ("1.34", "note"),
    "aws-auth-quotes": ("1.25", "note"),
    "cgroup-v1": ("1.35", "blocks"),
    "enforce-mountable-secrets": ("1.32", "note"),
    "event-record-qps": ("1.37", "note"),
    "gp2-not-default": ("1.30", "note"),
    "kubelet-flag-deprecated": ("1.34", "note"),
    "legacy-tokens": ("1.29", "note"),
    "p2-instances": ("1.25", "blocks"),
    "selinux-mount": ("1.36", "note"),
}

SHOWN_ON_THE_LONG_WAY = {
    "addon-minimum": ("1.26", "blocks"),
    "addon-steps": ("1.23", "note"),
    "addon-version": ("1.23", "change"),
    "anonymous-auth": ("1.32", "note"),
    "api-deprecated": ("1.35", "note"),
    "api-removed": ("1.26", "blocks"),
    "apparmor-annotation": ("1.31", "note"),
    "controller-breaks": ("1.25", "blocks"),
    "controller-retired": ("1.23", "note"),
    "controller-version": ("1.36", "change"),
    "custom-ami": ("1.23", "unknown"),
    "dockershim": ("1.24", "blocks"),
    "endpoints-deprecated": ("1.33", "note"),
    "external-ips": ("1.36", "note"),
    "git-repo-volume": ("1.36", "blocks"),
    "in-tree-ebs": ("1.23", "blocks"),
    "kube-proxy-ipvs": ("1.35", "note"),
    "kubelet-flag": ("1.35", "blocks"),
    "node-skew": ("1.23", "blocks"),
    "pod-security-policy": ("1.25", "blocks"),
    "seccomp-annotation": ("1.27", "blocks"),
    "strict-ip-cidr": ("1.36", "blocks"),
}
ELSEWHERE = ("access", "mistakes", "network", "objects", "old-handler")
"""Assemblies of the tests whose plans have the ids that neither recorded app shows."""
FROM_ANSWERS = {"insight", "chart-accepted"}
"""Ids that come of a file of answers (test_answers.py), or of a chart in the assets of an app, which a recorded plan has not."""


def items(run, path, *arguments):
    document = run("upgrade", path, "--format", "json", "--today", DAY, *arguments).json
    return {
        way["id"]: {(i["id"], i["at"], i["weight"]) for step in way["steps"] for i in step["items"]}
        for way in document["clusters"]
    }


@pytest.mark.parametrize("id_", SHOWN)
def test_an_item_appears_where_an_app_has_what_it_is_about(run, id_):
    found = items(run, RECORDED, "--to", "1.37")
    assert (id_, *SHOWN[id_]) in found["Shows/Cluster"]
    assert id_ not in {item[0] for item in found["Hides/Cluster"]}


@pytest.mark.parametrize("id_", SHOWN_ON_THE_LONG_WAY)
def test_an_item_appears_on_the_way_from_1_22(run, id_):
    found = items(run, LONG, "--to", "1.37")
    assert (id_, *SHOWN_ON_THE_LONG_WAY[id_]) in found["Shows/Cluster"]
    assert id_ not in {item[0] for item in found["Hides/Cluster"]}


def test_every_id_of_the_rules_is_in_the_plan_of_a_real_synthesis(run):
    """The ids are read from the rule files and the table, so a rule without an app that shows it fails here."""
    apps = (RECORDED, LONG, *(ASSEMBLIES / name / "cdk.out" for name in ELSEWHERE))
    plans = (items(run, app, "--to", "1.37") for app in apps)
    seen = {id_ for plan in plans for found in plan.values() for id_, *_ in found}
    seen |= {id_ for id_, *_ in items(run, OF_RELEASES / "2.20.0" / "cdk.out")["Bare/Cluster"]}
    assert ids_of_rules() - seen - FROM_ANSWERS == set()


def ids_of_rules() -> set[str]:
    """What the rule files give to items as their ids, and the ids of the table of changes."""
    found = {change.id for change in UpgradeTables(Tables()).changes}
    for file in Path(rules.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            function, first = call.func, call.args[0]
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            id_ = named.get(first.id) if isinstance(first, ast.Name) else getattr(first, "value", None)
            if name in ("item", "_item", "of_cluster", "Item") and isinstance(id_, str):
                found.add(id_)
    return found


@pytest.mark.parametrize(
    ("release", "day", "weight"),
    [("2.20.0", DAY, "note"), ("2.20.0", "2028-01-01", "blocks"), ("2.276.0", DAY, None)],
)
def test_a_handler_blocks_once_lambda_no_longer_updates_its_runtime(run, release, day, weight):
    found = items(run, ASSEMBLIES / "releases" / release / "cdk.out", "--cluster", "Bare/Cluster", "--today", day)
    weights = [item[2] for item in found["Bare/Cluster"] if item[0] == "handler-runtime"]
    assert weights == ([weight] if weight else [])


def test_every_row_of_the_table_has_a_test():
    rows = {change.id for change in UpgradeTables(Tables()).changes}
    tests = " ".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert not [row for row in rows if f'"{row}"' not in tests]
