"""Names and messages that mean something to a terminal, a pipeline, a browser or an XML reader."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from eks_guard.model.fix import in_comment
from eks_guard.report import Format

EVIL = [
    "\x1b[31mred\x1b]0;title\x07",
    "line\nbreak\r\nand more",
    "::error::you are hacked",
    "\n::error file=x::you are hacked",
    "##vso[task.setvariable variable=x]y",
    "\n##vso[task.setvariable variable=x]y",
    "]]><script>alert(1)</script><!--",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; \" ' `code` | cell | [link](javascript:alert(1))",
    "\u202eright to left",
    "\u2028line separator",
    "nul\x00and\x08control\x9b31m",
]
FORMATS = list(Format)


@pytest.fixture
def reported(run, assembly):
    """The report of an app whose logical ids and values all carry a text, in a format."""

    def call(evil: str, format_: str) -> str:
        cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": f"1.24{evil}", "Name": evil}}
        metadata = {"aws:cdk:path": f"Stack/{evil}/Resource"}
        manifest = {"ClusterName": {"Ref": f"Cluster{evil}"}, "ServiceToken": evil, "Manifest": evil}
        resources = {
            f"Cluster{evil}": {**cluster, "Metadata": metadata},
            "Plain": {
                "Type": "AWS::EKS::Cluster",
                "Properties": {"Version": "1.24", "Name": evil},
                "Metadata": metadata,
            },
            f"Manifest{evil}": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": manifest},
        }
        folder = assembly({f"Stack{evil}": "S.json"}, S__json={"Resources": resources})
        result = run("check", folder, "--format", format_)
        assert result.code == 1
        for character in result.err:
            assert character == "\n" or character.isprintable()
        return result.out

    return call


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_passes_on_what_a_terminal_obeys(reported, format_, evil):
    text = reported(evil, format_)
    assert not [c for c in text if c not in "\n\t" and (ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or c in "\u202e\u2028")]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("format_", FORMATS)
def test_no_line_begins_a_command_but_our_own(reported, format_, evil):
    for line in reported(evil, format_).splitlines():
        stripped = line.lstrip()
        if stripped.startswith("::"):
            assert format_ == Format.GITHUB
            assert stripped.startswith(("::error file=", "::warning file=", "::notice file="))
        if "##vso[" in line or "##[" in line:
            assert format_ == Format.AZURE
            assert stripped.startswith("##vso[task.logissue type=")


@pytest.mark.parametrize("evil", EVIL)
def test_json_says_it_as_it_is(reported, evil):
    report = json.loads(reported(evil, Format.JSON))
    assert any(evil in finding["subject"]["logical_id"] for finding in report["findings"])


@pytest.mark.parametrize("value", ["x" * 9999, {"a" * 9999: 1}, [["x" * 9999]], "1." + "9" * 4000])
@pytest.mark.parametrize("format_", FORMATS)
def test_a_value_of_no_use_is_shown_in_part(run, write, format_, value):
    body = {
        "Type": "AWS::EKS::Cluster",
        "Properties": {"Version": value, "AccessConfig": {"AuthenticationMode": value}},
    }
    folder = write("T.template.json", {"Resources": {"C": body}})
    text = run("check", folder, "--format", format_).out
    assert "x" * 200 not in text.replace("\n", "")
    assert "9" * 200 not in text


def test_half_a_character_in_a_name_is_no_crash_of_fix(run, assembly, monkeypatch):
    folder = assembly({"S": "S.json"}, S__json='{"Resources":{"C\\ud800":{"Type":"AWS::EKS::Cluster"}}}')
    assert run("fix", folder).code == 1


@pytest.mark.parametrize("evil", EVIL)
def test_xml_is_well_formed(reported, evil):
    ElementTree.fromstring(reported(evil, Format.JUNIT))


@pytest.mark.parametrize("evil", EVIL)
def test_markdown_holds_no_html_of_theirs(reported, evil):
    text = reported(evil, Format.MARKDOWN)
    shown = re.sub(r"<summary>.*</summary>", "", text)  # HTML of ours, in which theirs is escaped
    assert not re.search(r"(?<!\\)<(?!/?details|/?summary|/?b>|/?code>)", text)
    assert not re.search(r"(?<!\\)\]\(", shown)


@pytest.mark.parametrize("evil", ["a\nrm -rf /", "a\u2028b", "```\n", "*/ alert(1)", "<b>", "[a](b)", "\x1b[31m"])
def test_a_name_in_a_comment_of_a_fix_is_a_comment(evil):
    written = in_comment(f"app is {evil}")
    assert len(written.splitlines()) == 1
    assert not any(mark in written for mark in ("*/", "`", "<", "](", "\x1b"))
    assert in_comment("Shop/Namespace (lib/shop.ts:4:2)") == "Shop/Namespace (lib/shop.ts:4:2)"
