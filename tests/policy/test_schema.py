"""The JSON Schema that editors get: it takes every policy of ours, and sees the mistakes that one file alone can tell."""

from __future__ import annotations

import jsonschema
import pytest
import yaml
from conftest import ROOT

from eks_guard.policy.facts import FACTS

FILES = sorted(path for path in (ROOT / "policies").rglob("*.yaml"))


@pytest.fixture(scope="module")
def validators():
    return {}


@pytest.fixture
def validator(run, validators):
    def call(name):
        if name not in validators:
            validators[name] = jsonschema.Draft202012Validator(run("schema", name).json)
        return validators[name]

    return call


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_schema_takes_what_comes_with_eks_guard(validator, path):
    name = "cases" if path.name.endswith(".test.yaml") else "policy"
    validator(name).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


GOOD = {
    "id": "mine",
    "title": "a claim",
    "severity": "high",
    "match": "cluster",
    "expect": [{"fact": "cluster.version", "at_least": "1.30"}],
    "rationale": "Because.",
    "remediation": "Do it.",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"titel": "a claim"},
        {"severity": "critical"},
        {"id": "Not An Id"},
        {"title": None},
        {"expect": []},
        {"expect": [{"fact": "cluster.version"}]},
        {"expect": [{"fact": "cluster.versoin", "equals": "1.30"}]},
        {"expect": [{"fact": "cluster.version", "path": "$.Properties", "equals": "1.30"}]},
        {"expect": [{"fact": "cluster.version", "equals": "1.30", "at_least": "1.29"}]},
        {"expect": [{"equals": "1.30"}]},
    ],
    ids=lambda wrong: str(wrong)[:60],
)
def test_the_schema_sees_a_mistake(validator, wrong):
    assert validator("policy").is_valid(GOOD)
    assert not validator("policy").is_valid({**GOOD, **wrong})


def test_an_editor_can_complete_every_fact(run):
    schema = run("schema", "policy").json
    assert schema["$defs"]["ExpectationFile"]["properties"]["fact"]["enum"] == sorted(FACTS)
