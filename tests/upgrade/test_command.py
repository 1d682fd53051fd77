"""The command `upgrade`: its exit codes, its formats, and what is wrong with what it is asked."""

from __future__ import annotations

import json

import jsonschema
import pytest
from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CURRENT = SAMPLES / "payment-current" / "cdk.out"
IMPORTED = SAMPLES / "payment-imported-no-layer" / "cdk.out"
DAY = "2026-11-24"


def plan(run, *arguments):
    return run("upgrade", *arguments, "--today", DAY)


def items_of(document):
    return [item for cluster in document["clusters"] for step in cluster["steps"] for item in step["items"]]


def test_the_plan_of_a_real_app_is_valid_by_its_schema(run):
    result = plan(run, WRONG, "--to", "1.31", "--format", "json")
    jsonschema.validate(result.json, json.loads(run("schema", "upgrade").out))
    assert result.code == 1


def test_a_layer_outside_the_skew_blocks_before_the_first_step(run):
    document = plan(run, WRONG, "--to", "1.30", "--format", "json").json
    layers = [
        (item["at"], item["weight"], item["phase"]) for item in items_of(document) if item["id"] == "kubectl-layer"
    ]
    assert layers == [("1.29", "blocks", "before"), ("1.30", "change", "with")]


def test_the_note_on_a_missing_package_comes_once_at_its_step(run):
    document = plan(run, WRONG, "--to", "1.37", "--format", "json").json
    assert any(item["id"] == "layer-package" and item["at"] == "1.37" for item in items_of(document))
    current = plan(run, CURRENT, "--to", "1.37", "--format", "json").json
    assert not [item for item in items_of(current) if item["weight"] == "blocks"]


def test_a_minor_without_a_package_on_npm_keeps_the_layer_next_to_it(run):
    found = items_of(plan(run, CURRENT, "--to", "1.37", "--format", "json").json)
    assert [item["at"] for item in found if item["id"] == "layer-package"] == ["1.37"]
    assert not [item for item in found if item["weight"] == "blocks"]


def test_a_cluster_at_the_target_has_nothing_to_do(run):
    result = plan(run, CURRENT, "--to", "1.36")
    assert result.code == 0
    assert "nothing to do" in result.out


def test_an_imported_cluster_is_planned_from_a_given_version(run):
    assert "version-unknown" in plan(run, IMPORTED, "--to", "1.36").out
    given = plan(run, IMPORTED, "--to", "1.36", "--from", "1.35", "--format", "json").json
    assert given["clusters"][0]["from"] == "1.35"


def test_strict_fails_for_what_is_unknown(run):
    assert plan(run, IMPORTED, "--to", "1.36").code == 0
    assert plan(run, IMPORTED, "--to", "1.36", "--strict").code == 1


def test_the_same_plan_is_written_as_text_and_as_check_lists(run, tmp_path):
    target = tmp_path / "plan.md"
    result = plan(run, WRONG, "--to", "1.30", "--output", f"markdown={target}")
    assert "to 1.29" in result.out
    written = target.read_text(encoding="utf-8")
    assert "### To 1.29" in written
    assert written.count("- [ ] ") == result.out.count(" blocks ") + result.out.count(" change ") + result.out.count(
        " unknown  "
    ) + result.out.count(" note ")


def test_the_plan_is_the_same_every_time(run):
    first = plan(run, WRONG, "--to", "1.36", "--format", "json").out
    assert plan(run, WRONG, "--to", "1.36", "--format", "json").out == first


@pytest.mark.parametrize("wrong", ["1.3", "next", "2.0", "1.99"])
def test_a_target_that_is_no_minor_is_refused(run, wrong):
    result = plan(run, WRONG, "--to", wrong)
    assert result.code == 2
    assert "--to: " in result.err


def test_there_is_no_way_back(run):
    result = plan(run, CURRENT, "--to", "1.35")
    assert result.code == 2
    assert "Payment/PaymentEksCluster" in result.err


def test_a_known_version_and_a_given_one_contradict(run):
    assert plan(run, CURRENT, "--to", "1.37", "--from", "1.33").code == 2


def test_latest_is_a_minor_with_a_layer_within_the_skew(run):
    assert plan(run, CURRENT, "--to", "latest", "--format", "json").json["to"] == "1.37"
