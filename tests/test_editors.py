"""What editors read: lines of `concise`, schemas by their addresses."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml
from conftest import ASSEMBLIES, ROOT, SAMPLES

from eks_guard.model.addresses import SITE, schema_address
from eks_guard.policy.config import FILE, OTHER_SPELLING

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


def matchers():
    (tasks,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    return json.loads(tasks)["tasks"][0]["problemMatcher"]


def test_the_problem_matcher_reads_every_finding_at_its_place(run):
    app = SAMPLES / "payment-wrong-layer"
    arguments = ("check", app / "cdk.out", "--pack", "deploy-safety", "--pack", "baseline", "--pack", "hardening")
    found = run(*arguments, "--format", "json").json["findings"]
    lines = run(*arguments, "--format", "concise").out.splitlines()
    read = []
    for matcher in matchers():
        pattern = matcher["pattern"]
        for line in lines:
            if match := re.match(pattern["regexp"], line):
                read.append((match[pattern["code"]], matcher["severity"]))
                assert match[pattern["message"]]
                assert match[pattern["file"]].endswith("lib/payment-stack.ts")
                assert (match[pattern["line"]], match[pattern["column"]]) == ("14", "21")
    levels = {"high": "error", "medium": "warning", "low": "warning", "info": "info"}
    expected = [
        (finding["policy"], "info" if finding["outcome"] == "unknown" else levels[finding["severity"]])
        for finding in found
        if finding["outcome"] in ("fail", "unknown")
    ]
    assert sorted(read) == sorted(expected)
    assert {severity for _, severity in read} >= {"error", "warning"}


def test_an_unknown_is_a_note_in_the_editor(run):
    lines = run("check", ASSEMBLIES / "crossing" / "weak" / "cdk.out", "--format", "concise").out.splitlines()
    unknown = [line for line in lines if re.match(matchers()[2]["pattern"]["regexp"], line)]
    assert unknown


@pytest.mark.parametrize("name", ["config", "policy", "cases"])
def test_a_schema_has_the_address_that_the_page_names(run, name):
    schema = json.loads(run("schema", name).out)
    assert schema["$id"] == f"{SITE}/schemas/{name}.json"
    assert f"<{schema['$id']}>" in PAGE
    assert schema["title"]
    assert schema["description"]
    jsonschema.Draft202012Validator.check_schema(schema)


def test_what_the_page_shows_is_valid(run):
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    schema = json.loads(run("schema", "config").out)
    assert f"$schema={schema['$id']}\n" in shown
    jsonschema.validate(yaml.safe_load(shown), schema)


def test_the_entry_for_schemastore_leads_to_the_schema():
    releasing = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
    (entry,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", releasing, re.DOTALL))
    assert entry["url"] == schema_address("config")
    assert entry["fileMatch"] == [FILE, OTHER_SPELLING]
