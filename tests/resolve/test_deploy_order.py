"""Which resources of a template are deployed before another."""

from __future__ import annotations

import pytest
from followed import Situation

from eks_guard.model.resource import ResourceId
from eks_guard.resolve.workloads.deploy_order import Order


def made(depends=(), **properties):
    return {"Type": "AWS::SSM::Parameter", "Properties": properties, **({"DependsOn": depends} if depends else {})}


RESOURCES = {
    "Alone": made(Value="text"),
    "Depends": made(["Alone", "Missing"]),
    "One": made("Alone"),
    "Referred": made(Value={"Ref": "Depends"}),
    "Attribute": made(Value=[{"Fn::GetAtt": ["Depends", "Value"]}]),
    "Dotted": made(Value={"Fn::GetAtt": "Depends.Value"}),
    "Inside": made(Value={"Fn::Join": ["", ["a", {"Fn::Sub": "${Attribute.Value} ${!Alone} ${AWS::Region}"}]]}),
    "Own": made(Value={"Fn::Sub": ["${Name}", {"Name": {"Ref": "One"}}]}),
    "Egg": made(Value={"Ref": "Hen"}),
    "Hen": made(Value={"Ref": "Egg"}, Other={"Ref": "One"}),
    "Itself": made(Value={"Ref": "Itself"}),
    "Odd": made(Value=[{"Ref": 1}, {"Fn::GetAtt": []}, {"Fn::GetAtt": [1]}, {"Fn::Sub": {}}, {"Alone": "One"}]),
}
FIRST = {
    "Alone": "",
    "Depends": "Alone",
    "One": "Alone",
    "Referred": "Alone Depends",
    "Attribute": "Alone Depends",
    "Dotted": "Alone Depends",
    "Inside": "Alone Attribute Depends",
    "Own": "Alone One",
    "Egg": "Alone Hen One",
    "Hen": "Alone Egg One",
    "Itself": "",
    "Odd": "",
}


@pytest.fixture
def stack(tmp_path):
    return Situation(tmp_path, {"app.template": {"Resources": RESOURCES}}).stack


@pytest.mark.parametrize("name", FIRST)
def test_what_a_resource_waits_for(stack, name):
    before, ids = Order().before(stack.resources[name]), {one: stack.resources[one].id for one in RESOURCES}
    assert " ".join(sorted(one for one, id_ in ids.items() if id_ in before)) == FIRST[name]
    assert [one for one, id_ in ids.items() if not before.isdisjoint(frozenset([id_]))] == [
        one for one in RESOURCES if one in FIRST[name].split()
    ]


def test_nothing_of_another_stack_is_waited_for(stack):
    before = Order().before(stack.resources["One"])
    elsewhere = ResourceId("other", "Alone")
    assert elsewhere not in before
    assert "Alone" not in before
    assert before.isdisjoint(frozenset([elsewhere]))


def test_a_question_about_several_is_answered_alike_whatever_was_asked_before(stack):
    order = Order()
    asked = frozenset(stack.resources[name].id for name in ("Hen", "Referred", "One"))
    assert order.before(stack.resources["Alone"]).isdisjoint(asked)
    assert not order.before(stack.resources["Own"]).isdisjoint(asked)
    assert not order.before(stack.resources["Egg"]).isdisjoint(asked)
    assert order.comes_first(stack.resources["Alone"], stack.resources["Egg"])
