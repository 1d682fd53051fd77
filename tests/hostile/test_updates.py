"""An update between two assemblies of which one holds what no template should: it is judged, or unknown, and no crash."""

from __future__ import annotations

import json

import pytest

ODD = [["1.34"], {"a": "b"}, True, 1.34, 10**40, "", "*", [], {"Fn::If": ["No", "1.33", ["1.34"]]}]
CUSTOM = "Custom::AWSCDK-EKS-Cluster"


def _settings(name, value):
    native = {"Version": value} if name == "version" else {"AccessConfig": {"AuthenticationMode": value}}
    config = {"version": value} if name == "version" else {"accessConfig": {"authenticationMode": value}}
    return {"AWS::EKS::Cluster": native, CUSTOM: {"Config": config, "ServiceToken": "arn"}}


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("name", ["version", "mode"])
@pytest.mark.parametrize("type_", ["AWS::EKS::Cluster", CUSTOM])
def test_a_setting_that_is_no_text_before_or_after_is_survived(check, tmp_path, type_, name, odd):
    """Found by mutation: a version that is a list, before or after."""
    good = {"version": "1.33", "mode": "API"}[name]
    sides = []
    for side, value in (("good", good), ("odd", odd)):
        resources = {"C": {"Type": type_, "Properties": _settings(name, value)[type_]}}
        sides.append(tmp_path / side / "S.template.json")
        sides[-1].parent.mkdir()
        sides[-1].write_text(json.dumps({"Resources": resources}))
    for old, new in (sides, reversed(sides)):
        result = check(new.parent, "--against", old.parent, "--no-cache")
        assert result.code in (0, 1), result.err
        assert result.json["summary"]["fail"] + result.json["summary"]["unknown"]


def test_templates_that_are_handed_on_are_the_same_by_where_they_are(check, assembly):
    """AWS makes up the names of their stacks, so none tells them apart."""
    held = json.dumps({"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}}}})
    sets = {
        name: {"Type": "AWS::CloudFormation::StackSet", "Properties": {"StackSetName": name, "TemplateBody": held}}
        for name in ("One", "Two")
    }
    folder = assembly({"App": "a.json"}, a__json={"Resources": sets})
    result = check(folder, "--against", folder, "--pack", "change-safety")
    assert result.json["notes"] == []
    assert {finding["outcome"] for finding in result.json["findings"]} <= {"pass", "not-applicable"}
