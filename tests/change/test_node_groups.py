"""Launch templates of node groups, in the two ways that CloudFormation names them."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY

TEMPLATE = {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateName": "looms", "LaunchTemplateData": {}}}
BY_ID, BY_NAME = {"Id": {"Ref": "Looms"}}, {"Name": "looms"}
OUTCOMES = {"another": (BY_NAME, {"Name": "wheels"}, "fail"), "by its name": (BY_ID, BY_NAME, "unknown")}


@pytest.mark.parametrize("case", OUTCOMES)
def test_a_template_that_is_named_otherwise_may_be_the_same(run, tmp_path, case):
    *sides, outcome = OUTCOMES[case]
    for side, named in zip(("before", "after"), sides, strict=True):
        group = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": "mill", "LaunchTemplate": named}}
        (tmp_path / side).mkdir()
        body = json.dumps({"Resources": {"Looms": TEMPLATE, "Weavers": group}})
        (tmp_path / side / "Mill.template.json").write_text(body)
    arguments = ("--against", tmp_path / "before", "--pack", "change-safety", "--format", "json", "--today", TODAY)
    (found,) = run("check", tmp_path / "after", *arguments).json["findings"]
    assert (found["policy"], found["outcome"]) == ("update-accepted", outcome)
