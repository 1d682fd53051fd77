"""What the packs answer of published standards, control by control, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from conftest import SAMPLES, TODAY

from eks_guard.data import Tables
from eks_guard.model.coverage import Coverage
from eks_guard.policy.coverage import standard_of
from eks_guard.policy.packs import WITH_STANDARD, builtin_names, builtin_packs, load_pack
from eks_guard.report import Format

PACKS = dict(builtin_names())
SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
APP = SAMPLES / "payment-no-layer" / "cdk.out"


def test_every_standard_is_that_of_a_pack():
    assert set(Tables().standards) == WITH_STANDARD
    assert set(builtin_packs()) >= WITH_STANDARD


@pytest.mark.parametrize("pack", sorted(WITH_STANDARD))
def test_every_control_is_judged_by_a_policy_that_exists_or_says_why_not(pack):
    standard = standard_of(pack, Tables())
    ids = [control.id for control in standard.controls]
    assert len(ids) == len(set(ids))
    for control in standard.controls:
        assert (control.state is Coverage.JUDGED) is bool(control.policies) is not bool(control.why)
        assert set(control.policies) <= set(PACKS)


@pytest.mark.parametrize("pack", sorted(WITH_STANDARD))
def test_every_policy_of_the_pack_judges_a_control(pack):
    judged = {policy for control in standard_of(pack, Tables()).controls for policy in control.policies}
    assert {policy.id for policy in load_pack(pack)} <= judged


@pytest.mark.parametrize("pack", sorted(WITH_STANDARD))
def test_the_controls_of_a_pack_are_listed(run, pack):
    out = run("policies", "--coverage", pack).out
    for control in standard_of(pack, Tables()).controls:
        assert control.id in out
    assert "controls are judged" in out.splitlines()[0] + out.splitlines()[1]


def test_a_pack_without_a_standard_is_refused_with_those_that_have_one(run):
    result = run("policies", "--coverage", "cis-esk")
    assert result.code == 2
    assert "did you mean cis-eks?" in result.err


@pytest.fixture
def judged(run):
    def call(format_, *arguments, pack="cis-eks"):
        return run("check", APP, "--pack", pack, "--format", format_, "--today", TODAY, *arguments)

    return call


def test_a_control_whose_policy_was_not_asked_is_not_judged(judged):
    def states(result):
        (standard,) = result.json["coverage"]
        return {control["id"]: (control["state"], control["why"]) for control in standard["controls"]}

    assert states(judged("json"))["2.1.1"] == ("judged", None)
    state, why = states(judged("json"))["4.2.1"]
    assert state == "not-yet"
    assert "add --select pod-privileged" in why
    assert states(judged("json", "--select", "pod-privileged"))["4.2.1"] == ("judged", None)
    assert states(judged("json", "--ignore", "cis-control-*"))["2.1.1"][0] == "not-yet"


def test_sarif_has_the_standard_as_a_taxonomy_to_which_rules_lead(judged):
    log = judged("sarif").json
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    (taxonomy,) = run["taxonomies"]
    taxa = {taxon["id"]: taxon["properties"]["state"] for taxon in taxonomy["taxa"]}
    assert taxa["5.4.2"] == "judged"
    assert taxa["3.1.1"] == "not-judgeable"
    rules = {rule["id"]: rule.get("relationships", []) for rule in run["tool"]["driver"]["rules"]}
    targets = [relation["target"] for relation in rules["cis-endpoint-private"]]
    assert {target["id"] for target in targets} == {"5.4.1", "5.4.2"}
    assert {target["toolComponent"]["name"] for target in targets} == {taxonomy["name"]}


@pytest.mark.parametrize("format_", Format)
def test_every_format_names_the_control_of_a_finding(judged, format_):
    out = judged(format_).out.replace("\\", "").replace("<wbr>", "")
    assert "CIS Amazon EKS 5.3.1" in out


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_what_people_read_says_how_much_of_the_standard_was_judged(judged, format_):
    out = " ".join(judged(format_).out.replace("\\", "").split())
    controls = standard_of("cis-eks", Tables()).controls
    own = [control for control in controls if {PACKS[policy] for policy in control.policies} == {"cis-eks"}]
    assert f"CIS Amazon EKS Benchmark 1.8.0: {len(own)} of {len(controls)} controls are judged" in out


def test_an_audit_by_other_packs_speaks_of_no_standard(run):
    assert run("check", APP, "--format", "json").json["coverage"] == []
    assert "taxonomies" not in run("check", APP, "--format", "sarif").json["runs"][0]
