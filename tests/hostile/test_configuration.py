"""A configuration that comes with a pull request decides nothing in silence, and about nothing outside of its repository."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from eks_guard.policy import waivers

OLD = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}}
FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab", "azure", "markdown", "html", "cdk-report"]
SECRET = "hunter2-never-printed"


@pytest.fixture
def configured(run, write, monkeypatch):
    """Check an old cluster beside an eks-guard.yaml, in a folder that is a repository."""

    def call(text: str, *arguments: object, name: str = "eks-guard.yaml"):
        config = write(name, text)
        (config.parent / ".git").mkdir(exist_ok=True)
        monkeypatch.chdir(config.parent)
        return run("check", write("T.template.json", OLD), "--today", "2026-11-24", *arguments)

    return call


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_the_file_and_what_it_changes(configured, name):
    result = configured("disable: [endpoint-private]", "--format", name)
    assert "eks-guard.yaml" in result.out
    assert "disables endpoint-private" in result.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("severity: {cluster-version-creatable: low}", "lowers the severity of cluster-version-creatable to low"),
        ("packs: [baseline]", "packs: baseline instead of the default ones"),
        ("fail-on: high", "fails on high or worse"),
        (
            "waivers: [{policy: endpoint-private, subject: '*', reason: r, expires: 2999-01-01}]",
            "waives endpoint-private",
        ),
        ("declare: {clusters: [{name: 'a*', version: '1.34'}]}", "declares the version of a* as 1.34"),
        ("ignore: [endpoint-*]", "ignores endpoint-*"),
    ],
)
def test_each_change_is_said(configured, text, says):
    assert says in " ".join(configured(text).out.split())


def test_given_values_are_said(run, write, monkeypatch):
    plane = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Ref": "Version"}}}
    path = write("bakery.json", {"Parameters": {"Version": {"Type": "String"}}, "Resources": {"Plane": plane}})
    monkeypatch.chdir(write("eks-guard.yaml", "declare: {parameters: {'bakery:Version': '1.36'}}").parent)
    result = run("check", path)
    assert "gives values to bakery:Version" in " ".join((result.out + result.err).split())


@pytest.mark.parametrize("path", ["eks-guard.yaml", ".git/config", "sub/../eks-guard.yaml"])
def test_no_report_replaces_the_configuration_or_a_file_of_git(configured, path):
    result = configured(f"output: [json={path}]")
    assert result.code == 2
    assert "is not a file that a report may replace" in result.err


def test_a_format_that_is_none_is_wrong_whatever_is_asked_for(configured):
    assert configured("format: pictures", "--format", "json").code == 2


def test_the_decision_can_be_taken_from_the_repository(configured, check):
    waive = "waivers: [{policy: cluster-version-creatable, subject: '*', reason: r, expires: 2999-01-01}]"
    result = configured(waive, "--format", "json", "--ignore-repository-config")
    assert result.json["configuration"] is None
    assert "cluster-version-creatable" in result.outcomes()
    assert all(finding["waiver"] is None for finding in result.json["findings"])


def test_the_search_ends_at_the_root_of_the_repository(run, write, monkeypatch):
    write("eks-guard.yaml", "disable: [endpoint-private]", "above")
    template = write("repo/T.template.json", OLD, "above")
    (template.parent / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    monkeypatch.chdir(template.parent)
    assert run("check", template, "--format", "json").json["configuration"] is None


@pytest.mark.parametrize(
    "key", ["policies: [../secret]", "policies: [/etc/passwd]", "data: ../secret", "policies: [link.yaml]"]
)
def test_paths_stay_in_the_repository(configured, write, key):
    secret = write("credentials.yaml", f"id: {SECRET}\ntitle: t\nmatch: m\n", "secret")
    link = write("T.template.json", OLD).parent / "link.yaml"
    link.symlink_to(secret)
    result = configured(key)
    assert result.code == 2
    assert "the repository" in result.err
    assert SECRET not in result.out + result.err


@pytest.mark.parametrize(
    "content", [f"{SECRET}: x", f"[default]\nkey = {SECRET}", f"a: &{SECRET} 1\nb: *{SECRET}", f"- {SECRET}"]
)
def test_a_file_that_is_no_policy_is_not_quoted(configured, write, content):
    write(".npmrc", content)
    result = configured("policies: [.npmrc]")
    assert result.code == 2
    assert SECRET not in result.out + result.err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (None, None, "no such folder"),
        ("readme.txt", "", "found 'readme.txt'"),
        ("eks-versions.json", "{}", "found 'eks-versions.json'"),
        ("eks_versions.json", '{"as_of": "2026-01-01", "versions": []}', "versions: "),
        ("eks_versions.json", '{"as_of": "2026-01-01", "versions": [{"minor": "new"}]}', "versions.0.minor"),
        ("eks_versions.json", "[" * 5000, "not a data table"),
    ],
)
def test_a_table_that_cannot_be_used_is_a_mistake(configured, write, name, content, says):
    if name:
        write(f"tables/{name}", content)
    result = configured("data: tables")
    assert result.code == 2
    assert says in result.err


def test_a_pipe_in_the_place_of_a_table_is_not_waited_for(configured, write):
    folder = write("T.template.json", OLD).parent / "tables"
    folder.mkdir()
    os.mkfifo(folder / "eks_versions.json")
    assert configured("data: tables").code == 2


def test_a_severity_below_the_gate_cannot_be_given_to_every_policy(configured):
    lowered = "packs: [baseline]\nseverity: {endpoint-private: info, control-plane-logging: info}"
    result = configured(f"{lowered}\nselect: []", "--select", "endpoint-private", "--select", "control-plane-logging")
    assert result.code == 2
    assert "no policy is left that could fail" in result.err


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../secret.yaml", "nowhere", "eks-guard.yaml"])
def test_a_configuration_that_is_a_link_out_of_the_repository_is_refused_unread(
    run, write, monkeypatch, tmp_path, target
):
    """Found by hand: the message quoted the first line of the file; a device was passed over in silence."""
    write("secret.yaml", "password: hunter2\n", "input")
    template = write("S.template.json", {"Resources": {"C": {"Type": "AWS::EKS::Cluster"}}}, "input/project")
    (template.parent / ".git").mkdir()
    (template.parent / "eks-guard.yaml").symlink_to(target)
    monkeypatch.chdir(template.parent)
    result = run("check", template)
    assert result.code == 2
    assert "root:" not in result.err
    assert "hunter2" not in result.err
    assert "eks-guard.yaml: " in result.err


def test_a_configuration_that_is_a_link_within_the_repository_is_read(run, write, monkeypatch):
    template = write("S.template.json", {"Resources": {"C": {"Type": "AWS::EKS::Cluster"}}}, "input/project")
    (template.parent / ".git").mkdir()
    (template.parent / "shared.yaml").write_text("disable: [endpoint-private]\n")
    (template.parent / "eks-guard.yaml").symlink_to("shared.yaml")
    monkeypatch.chdir(template.parent)
    assert "endpoint-private" in run("check", template).out + run("check", template).err


@pytest.mark.parametrize("arguments", [("check", "S.template.json", "--config", "own.yaml"), ("test", ".")])
def test_a_file_that_is_no_mapping_is_not_quoted(run, monkeypatch, tmp_path, arguments):
    """Found by hand: both named files of the checkout, which may be links to anything."""
    for name in ("own.yaml", "x.test.yaml"):
        (tmp_path / name).write_text("hunter2 is the password\n")
    (tmp_path / "S.template.json").write_text('{"Resources": {}}')
    result = run(*arguments)
    assert result.code == 2
    assert "hunter2" not in result.out + result.err


def test_a_waiver_is_compared_with_what_its_policy_found_alone(configured, monkeypatch):
    compared = Counter[str]()
    monkeypatch.setattr(waivers, "fnmatchcase", lambda _, pattern: bool(compared.update([pattern])))
    of = ("endpoint-private", "secrets-encrypted", "handler-intact", "manifest-valid")
    stated = ", ".join(f"{{policy: {name}, subject: of-{name}, reason: r, expires: 2999-01-01}}" for name in of)
    report = json.loads(configured(f"waivers: [{stated}]", "--format", "json").out)
    found = [f"of-{one['policy']}" for one in report["findings"] if one["policy"] in of]
    assert len(found) == 2
    assert compared == Counter(found * 2)  # to waive, and to tell that it waives nothing
