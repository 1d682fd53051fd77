"""The example of docs/facts-in-code.md, installed and not installed, and a repository that tries to bring its own."""

from __future__ import annotations

import re
import sys

import pytest
from conftest import ROOT

from eks_guard.policy.facts import FACTS, added

PAGE = (ROOT / "docs" / "facts-in-code.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
METADATA = "Metadata-Version: 2.1\nName: acme-facts\nVersion: 1.0\n"
ENTRY = "[eks_guard.facts]\nacme = acme_facts:FACTS\n"


def place(folder, code=None, entry=ENTRY):
    """What an installer leaves of the package in a folder."""
    information = folder / "acme_facts-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(METADATA)
    (information / "entry_points.txt").write_text(entry)
    (folder / "acme_facts.py").write_text(FILES["acme_facts.py"] if code is None else code)


@pytest.fixture
def project(tmp_path, write):
    """A project that names the package; nothing of it stays loaded."""
    (tmp_path / "eks-guard.yaml").write_text(FILES["eks-guard.yaml"])
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "spare-subnet.yaml").write_text(FILES["own/spare-subnet.yaml"])
    before = dict(FACTS)
    yield tmp_path
    FACTS.clear()
    FACTS.update(before)
    sys.modules.pop("acme_facts", None)


@pytest.fixture
def installed(project, monkeypatch):
    folder = project / "site"
    monkeypatch.setattr(added, "site_folders", lambda: (str(folder),))
    monkeypatch.syspath_prepend(str(folder))
    return folder


def cluster(*subnets):
    properties = {"Version": "1.35", "ResourcesVpcConfig": {"SubnetIds": list(subnets)}}
    return {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": properties}}}


@pytest.mark.parametrize(
    ("subnets", "outcome"),
    [
        (("a", "b", "c"), "pass"),
        (("a", "b"), "fail"),
        (("a", {"Fn::If": ["Big", "b", {"Ref": "AWS::NoValue"}]}), "fail"),
    ],
)
def test_the_fact_of_an_installed_package_judges(run, installed, write, subnets, outcome):
    place(installed)
    template = cluster(*subnets) | {
        "Parameters": {"Size": {"Type": "String"}},
        "Conditions": {"Big": {"Fn::Equals": [{"Ref": "Size"}, "big"]}},
    }
    only = ("--select", "spare-subnet", "--show-passed", "--format", "json")
    result = run("check", write("T.template.json", template), *only)
    assert [finding["outcome"] for finding in result.json["findings"]] == [outcome]
    assert "acme.spare_subnets" in run("facts").out


def test_the_schema_of_policies_has_the_facts_of_the_configuration_s_packages(run, installed):
    place(installed)
    facts = run("schema", "policy").json["$defs"]["LineFile"]["properties"]["fact"]["enum"]
    assert "acme.spare_subnets" in facts
    assert "cluster.name" in facts


def test_who_reads_the_report_sees_whose_facts_were_loaded(run, installed, write):
    place(installed)
    report = run("check", write("T.template.json", cluster("a", "b", "c")), "--format", "json").json
    assert "loads the facts of acme" in report["configuration"]["changes"]


def test_a_package_that_is_not_installed_is_refused_with_its_line(run, project, write):
    result = run("check", write("T.template.json", cluster("a")))
    assert result.code == 2
    assert "eks-guard.yaml:1:9: facts.0: found 'acme', which is not an entry point of eks_guard.facts" in result.err


def test_a_repository_cannot_bring_the_package(run, project, write, monkeypatch):
    place(project, code="raise SystemExit('taken over')")
    monkeypatch.syspath_prepend(str(project))  # as `python -m eks_guard` does
    result = run("check", write("T.template.json", cluster("a")))
    assert result.code == 2
    assert "not an entry point" in result.err


def test_a_repository_cannot_stand_in_for_the_module_of_an_installed_package(
    run, installed, project, write, monkeypatch
):
    place(installed)
    (project / "acme_facts.py").write_text("raise SystemExit('taken over')")
    monkeypatch.syspath_prepend(str(project))
    result = run("check", write("T.template.json", cluster("a", "b", "c")), "--select", "spare-subnet")
    assert result.code == 0


def test_a_repository_s_configuration_can_be_left_aside(run, installed, write):
    place(installed, code="raise SystemExit('loaded')")
    assert run("check", write("T.template.json", cluster("a")), "--ignore-repository-config").code == 1


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("FACTS = 3", "expected a tuple of eks_guard.facts.Fact"),
        ("", "acme_facts"),
        ("from eks_guard.policy.facts.portable import FACTS as theirs\nfrom dataclasses import replace\nFACTS = (replace(theirs[0], meaning='M.'),)", "is the name of another fact"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_package_is_said(run, installed, write, code, says):
    place(installed, code=code)
    result = run("check", write("T.template.json", cluster("a")))
    assert result.code == 2
    assert says in result.err
