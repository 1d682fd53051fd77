"""A condition that an update declares anew may turn out otherwise than before, in whatever stack and by whatever it rests on."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY

STAGE = {"Stage": {"Type": "String"}}


def asks(word):
    return {"Fn::Equals": [{"Ref": "Stage"}, word]}


def template(conditions, *, whole=False):
    role = {"Fn::If": ["IsProd", "arn:aws:iam::111122223333:role/prod", "arn:aws:iam::111122223333:role/dev"]}
    cluster = {
        "Type": "AWS::EKS::Cluster",
        "Properties": {"Version": "1.33", "RoleArn": "arn:aws:iam::111122223333:role/all" if whole else role},
    }
    if whole:
        cluster["Condition"] = "IsProd"
    return {"Parameters": STAGE, "Conditions": conditions, "Resources": {"Cluster": cluster}}


@pytest.fixture
def fate(run, tmp_path):
    """The outcome of `cluster-kept` for an update of an app with some stacks."""

    def of(before, after, *, stacks):
        for side, body in (("before", before), ("after", after)):
            folder = tmp_path / side
            folder.mkdir()
            (folder / "Shop.template.json").write_text(json.dumps(body))
            for number in range(1, stacks):
                queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
                (folder / f"Other{number}.template.json").write_text(json.dumps(queue))
        arguments = ("--against", tmp_path / "before", "--pack", "change-safety", "--format", "json", "--today", TODAY)
        report = run("check", tmp_path / "after", *arguments, "--show-passed").json
        return {finding["policy"]: finding["outcome"] for finding in report["findings"]}["cluster-kept"]

    return of


DIRECT = ({"IsProd": asks("prod")}, {"IsProd": asks("live")})
BY_ANOTHER = tuple(
    {"IsProd": {"Fn::Not": [{"Condition": "IsSmall"}]}, "IsSmall": asks(word)} for word in ("dev", "test")
)


@pytest.mark.parametrize("whole", [False, True], ids=["a property", "the resource"])
@pytest.mark.parametrize("stacks", [1, 2])
@pytest.mark.parametrize("conditions", [DIRECT, BY_ANOTHER], ids=["itself", "by another"])
def test_a_condition_that_changes_leaves_the_fate_open(fate, conditions, stacks, whole):
    before, after = (template(part, whole=whole) for part in conditions)
    assert fate(before, after, stacks=stacks) == "unknown"


@pytest.mark.parametrize("whole", [False, True], ids=["a property", "the resource"])
@pytest.mark.parametrize("stacks", [1, 2])
@pytest.mark.parametrize("conditions", [DIRECT[0], BY_ANOTHER[0]], ids=["itself", "by another"])
def test_a_condition_that_stays_keeps_the_cluster(fate, conditions, stacks, whole):
    assert fate(template(conditions, whole=whole), template(conditions, whole=whole), stacks=stacks) == "pass"


@pytest.mark.parametrize("name", ["AProd", "ZProd"])
def test_a_further_condition_of_the_same_words_changes_nothing(fate, name):
    after = template({**DIRECT[0], name: asks("prod")})
    assert fate(template(DIRECT[0]), after, stacks=1) == "pass"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"Description": "Which stage."}, "pass"),
        ({"AllowedValues": ["dev", "test", "prod"]}, "pass"),
        ({"Default": "dev"}, "unknown"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_only_the_default_of_a_parameter_with_few_values_decides(fate, more, expected):
    before, after = template(DIRECT[0]), template(DIRECT[0])
    stage = {"Type": "String", "AllowedValues": ["dev", "prod"]}
    before["Parameters"], after["Parameters"] = {"Stage": stage}, {"Stage": {**stage, **more}}
    assert fate(before, after, stacks=1) == expected
