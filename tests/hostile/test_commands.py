"""Nothing that an input holds is a command to the pipeline whose log it reaches."""

from __future__ import annotations

import json
import re

import pytest

from eks_guard.model.fix import Edit, Language
from eks_guard.report.edits import fenced

FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab", "azure", "markdown", "html", "cdk-report"]
NAMES = [
    "\u2003::error::x", "\n::stop-commands::t", "##teamcity[buildStatus status='SUCCESS']", "##vso[task.complete]x",
    "##[group]x", "\r::error::x", "a\x00\x7f\u2028b\u2029c", "\x1b[2J", "\ufeff::set-output name=a::b",
]  # fmt: skip
OURS = {"github": "::", "azure": "##vso[task.logissue "}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("word", NAMES)
def test_names_are_never_commands(run, write, name, word):
    body = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}, "Metadata": {"aws:cdk:path": f"S/{word}/C"}}
    result = run("check", write("T.template.json", {"Resources": {"C": body}}), "--format", name)
    own = OURS.get(name)
    for line in re.split("[\n\r\u2028\u2029\x85]", result.out + result.err):
        if own and line.startswith(own):
            line = line.removeprefix(own)  # noqa: PLW2901 (what is ours is at the start, once)
        assert not re.match(r"[\s\ufeff]*::", line)
        assert not re.search(r"##\w*\[", line)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", line)


def test_the_lines_to_write_stay_in_their_block():
    block = fenced(Edit(Language.TYPESCRIPT, "a\n```\n\x1b[31m"))
    assert block.strip() == "````typescript\na\n```\n\\x1b[31m\n````"


def test_json_stays_json(run, write):
    body = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": NAMES[2]}}
    result = run("check", write("T.template.json", {"Resources": {"C": body}}), "--format", "json")
    assert any("##teamcity[" in reason for f in json.loads(result.out)["findings"] for reason in f["because"])
