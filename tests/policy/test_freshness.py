"""What came after the tables: a version that is too new for them, and tables that grew old."""

from __future__ import annotations

import datetime
import json
import shutil

import pytest
from conftest import ROOT, SAMPLES

from eks_guard.data import Tables
from eks_guard.data.reading import HERE
from eks_guard.policy.freshness import MAX_AGE

CURRENT = SAMPLES / "payment-current" / "cdk.out"
NEW = {"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.99"}}}}


@pytest.fixture
def data(tmp_path):
    """A folder with one table, as of another day."""

    def call(name, as_of):
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        table = json.loads((HERE / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps({**table, "as_of": as_of}), encoding="utf-8")
        return folder

    return call


def test_a_version_that_is_newer_than_the_calendar_is_a_note_and_no_failure(check, write):
    result = check(
        write("T.template.json", NEW),
        "--policy",
        ROOT / "policies" / "baseline" / "cluster-version-supported.yaml",
        "--pack",
        "deploy-safety",
    )
    assert "note: T/Cluster: Kubernetes 1.99 is newer than 1.37, the newest that eks-guard knows" in result.err
    assert not {"cluster-version-creatable", "cluster-version-supported"} & set(result.outcomes())


def test_a_version_of_the_calendar_gets_no_note(check):
    assert check(CURRENT).err == ""


def test_old_facts_are_told_with_their_age_on_stderr(check, data):
    result = check(CURRENT, "--data", data("eks_versions.json", "2026-07-01"), today="2026-11-24")
    assert "note: the facts are old (eks_versions is of 2026-07-01, 146 days ago)" in result.err
    assert result.json["findings"] == []
    assert result.code == 0


def test_facts_of_a_day_that_is_near_are_not_old(check, data):
    day = datetime.date(2026, 11, 24) - MAX_AGE
    assert "old" not in check(CURRENT, "--data", data("eks_versions.json", str(day))).err


def test_a_table_that_was_not_needed_is_not_old(check, data):
    assert check(CURRENT, "--data", data("eks_addons.json", "2020-01-01")).err == ""


def test_the_configuration_names_a_folder_with_tables(check, data, tmp_path):
    data("eks_versions.json", "2026-07-01")
    (tmp_path / "eks-guard.yaml").write_text("data: data", encoding="utf-8")
    assert "eks_versions is of 2026-07-01" in check(CURRENT).err


@pytest.mark.parametrize("content", ["[]", "{", '{"as_of": "soon"}', '{"as_of": 5}'])
def test_a_table_that_is_none_is_refused(check, tmp_path, content):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "eks_versions.json").write_text(content, encoding="utf-8")
    result = check(CURRENT, "--data", tmp_path / "data")
    assert result.code == 2
    assert "eks_versions.json" in result.err


def test_the_lists_say_how_old_the_facts_are(run, data, tmp_path):
    days = sorted(Tables().as_of().values())
    for command in (["policies"], ["explain", "kubectl-version-skew"]):
        assert f"facts as of {days[0]}" in run(*command).out
        assert f"to {days[-1]}" in run(*command).out
    (tmp_path / "eks-guard.yaml").write_text("data: data", encoding="utf-8")
    data("eks_versions.json", "2020-01-01")
    assert "facts as of 2020-01-01 (eks_versions)" in run("policies").out


def test_a_user_s_own_list_of_add_on_versions_is_exact(check, write, tmp_path):
    shutil.copytree(HERE, tmp_path / "data", ignore=shutil.ignore_patterns("*.py", "schemas", "__pycache__"))
    table = json.loads((HERE / "eks_addons.json").read_text(encoding="utf-8"))
    table["addons"]["adot"] = {
        "1.36": {"newest": "v0.151.0-eksbuild.1", "versions": ["v0.140.0-eksbuild.1", "v0.151.0-eksbuild.1"]}
    }
    (tmp_path / "data" / "eks_addons.json").write_text(json.dumps(table), encoding="utf-8")

    def outcomes(version):
        addon = {"ClusterName": {"Ref": "Cluster"}, "AddonName": "adot", "AddonVersion": version}
        cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}
        template = {"Resources": {"Cluster": cluster, "Addon": {"Type": "AWS::EKS::Addon", "Properties": addon}}}
        result = check(write("T.template.json", template), "--data", tmp_path / "data", "--show-passed")
        return [f["outcome"] for f in result.json["findings"] if f["policy"] == "addon-version-fits"]

    assert outcomes("v0.140.0-eksbuild.1") == ["pass"]
    assert outcomes("v0.100.0-eksbuild.1") == ["fail"]
    assert outcomes("v0.160.0-eksbuild.1") == ["unknown"]
