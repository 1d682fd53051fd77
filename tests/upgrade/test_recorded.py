"""Items in real syntheses: one cluster shows each, its twin has what is like it, and shows none."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ASSEMBLIES

from eks_guard.data import Tables
from eks_guard.data.upgrades import UpgradeTables

RECORDED = Path(__file__).parent / "recorded" / "shows.tar.xz"
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
