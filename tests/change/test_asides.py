"""Notes on an update: what a patch leaves behind, and the size that goes along with a limit."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY


def nodes(**scaling):
    properties = {"ClusterName": "c", "NodeRole": "r", "Subnets": ["s"], "ScalingConfig": scaling}
    return {"Type": "AWS::EKS::Nodegroup", "Properties": properties}


def patch(target):
    properties = {"ClusterName": "c", "ResourceName": target, "ResourceNamespace": "default", "ServiceToken": "t"}
    return {"Type": "Custom::AWSCDK-EKS-KubernetesPatch", "Properties": properties}


@pytest.fixture
def notes(run, tmp_path):
    def call(before, after):
        for name, resource in (("before", before), ("after", after)):
            (tmp_path / name).mkdir()
            (tmp_path / name / "Eks.template.json").write_text(json.dumps({"Resources": {"R": resource}}))
        sides = (tmp_path / "after", "--against", tmp_path / "before")
        found = run("check", *sides, "--pack", "change-safety", "--format", "json", "--today", TODAY)
        assert not found.outcomes()
        return found.err

    return call


def test_a_patch_of_another_object_leaves_the_first_as_it_made_it(notes):
    said = notes(patch("deployment/one"), patch("deployment/two"))
    assert 'Eks/R: the patch now targets another object; "deployment/one" keeps the changes it made' in said


def test_a_patch_of_the_same_object_leaves_nothing(notes):
    assert "keeps the changes" not in notes(patch("deployment/one"), patch("deployment/one"))


def test_the_desired_size_goes_along_with_a_limit(notes):
    assert "the update also sends desiredSize 2" in notes(
        nodes(MaxSize=3, DesiredSize=2), nodes(MaxSize=5, DesiredSize=2)
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [(nodes(MaxSize=3), nodes(MaxSize=5)), (nodes(MaxSize=3, DesiredSize=2), nodes(MaxSize=3, DesiredSize=2))],
)
def test_no_size_goes_along_where_none_is_written_or_nothing_changes(notes, before, after):
    assert "also sends" not in notes(before, after)
