"""An output of another stack is looked for in the region that is meant, however that is written."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.following.resolution import Literal, Unresolved
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node


def found(folder, region, environments):
    artifacts = {}
    for name, environment in environments.items():
        template = {"Resources": {}, "Outputs": {"Version": {"Value": f"of {name}"}}}
        (folder / f"{name}.json").write_text(json.dumps(template), encoding="utf-8")
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.json", "stackName": name.rstrip("2")},
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    reader = next(stack for stack in load(str(folder)).stacks if stack.id == "Reader")
    where = {} if region is None else {"Region": region}
    value = {"Fn::GetStackOutput": {"StackName": "Holder", "OutputName": "Version", **where}}
    resolution = Node(reader, (), value).follow()
    if isinstance(resolution, Literal):
        return resolution.node.raw
    assert isinstance(resolution, Unresolved)
    return None


OPEN, EU, US = "aws://unknown-account/unknown-region", "aws://1/eu-west-1", "aws://1/us-east-1"


@pytest.mark.parametrize(
    ("region", "reader", "holder", "second", "answer"),
    [
        ({"Ref": "AWS::Region"}, OPEN, OPEN, None, "of Holder"),
        (None, OPEN, OPEN, None, "of Holder"),
        ({"Fn::Sub": "${AWS::Region}"}, EU, EU, US, "of Holder"),
        ("eu-west-1", EU, EU, US, "of Holder"),
        ("us-east-1", EU, EU, US, "of Holder2"),
        (None, EU, EU, US, "of Holder"),
        (None, EU, US, None, None),
        ("eu-west-1", OPEN, OPEN, None, None),
        ({"Ref": "Anywhere"}, EU, EU, None, None),
    ],
)
def test_the_output_is_that_of_the_stack_in_the_region_that_is_meant(  # noqa: PLR0913
    tmp_path, region, reader, holder, second, answer
):
    stacks = {"Reader": reader, "Holder": holder, **({"Holder2": second} if second else {})}
    assert found(tmp_path, region, stacks) == answer
