"""`check --against`: the pack joins, the condition is said, findings are new or unchanged, mistakes have their codes."""

from __future__ import annotations

import json

import pytest
from conftest import SAMPLES, TODAY

RIGHT = SAMPLES / "payment-fixed" / "cdk.out"
WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CLUSTER = {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": {"version": "1.33", "roleArn": "r"}}}


def write(folder, name, resources):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps({"Resources": resources}))
    return folder


@pytest.fixture
def renamed(tmp_path):
    """A cluster under another logical id, before and after."""
    write(tmp_path / "before", "Prod.template.json", {"Old": CLUSTER})
    write(tmp_path / "after", "Prod.template.json", {"New": CLUSTER})
    return tmp_path / "before", tmp_path / "after"


def test_the_pack_joins_the_default_packs(run, renamed):
    before, after = renamed
    found = run("check", after, "--against", before, "--format", "json", "--today", TODAY)
    assert found.json["packs"] == ["deploy-safety", "baseline", "change-safety"]
    assert "cluster-kept" in found.outcomes()
    assert found.code == 1


def test_every_report_states_the_condition(run, renamed):
    before, after = renamed
    for form in ("json", "markdown", "sarif", "html", "text"):
        found = run("check", after, "--against", before, "--format", form, "--today", TODAY)
        assert "is what is deployed" in found.out.replace("\\", ""), form


def test_what_is_gone_has_its_place_in_the_previous_assembly(run, renamed):
    before, after = renamed
    found = run("check", after, "--against", before, "--pack", "change-safety", "--format", "json", "--today", TODAY)
    kept = next(finding for finding in found.json["findings"] if finding["policy"] == "cluster-kept")
    assert kept["location"]["template"] == "previous:Prod.template.json"
    assert kept["location"]["line"] == 1
    assert kept["subject"]["id"] == "Prod/Old"


def test_a_cdk_out_against_itself_has_nothing_to_say(run):
    found = run("check", RIGHT, "--against", RIGHT, "--pack", "change-safety", "--format", "json", "--today", TODAY)
    assert found.code == 0
    assert found.json["findings"] == []


def test_findings_are_new_or_unchanged_or_gone(run):
    found = run("check", WRONG, "--against", RIGHT, "--format", "json", "--today", TODAY)
    states = {finding["policy"]: finding["baseline"] for finding in found.json["findings"]}
    assert states["kubectl-version-skew"] == "new"
    assert states["cluster-version-creatable"] == "unchanged"
    fixed = run("check", RIGHT, "--against", WRONG, "--format", "json", "--today", TODAY)
    assert len(fixed.json["gone"]) == 1


def test_the_gate_can_look_at_new_findings_alone(run):
    same = ("check", WRONG, "--against", WRONG, "--fail-on-new", "--today", TODAY)
    assert run(*same).code == 0
    assert run("check", WRONG, "--against", RIGHT, "--fail-on-new", "--today", TODAY).code == 1


def test_a_saved_report_is_enough_to_tell_what_is_new(run, tmp_path):
    report = tmp_path / "before.json"
    run("check", WRONG, "--output", f"json={report}", "--today", TODAY)
    found = run("check", WRONG, "--against", report, "--fail-on-new", "--format", "json", "--today", TODAY)
    assert found.code == 0
    assert {finding["baseline"] for finding in found.json["findings"]} == {"unchanged"}
    assert found.json["packs"] == ["deploy-safety", "baseline"]


def test_asked_for_without_a_previous_assembly_is_wrong_usage(run):
    assert run("check", RIGHT, "--pack", "change-safety").code == 2
    assert run("check", RIGHT, "--select", "version-step").code == 2
    assert run("check", RIGHT, "--fail-on-new").code == 2


def test_in_the_configuration_it_is_a_note(run, tmp_path):
    (tmp_path / "eks-guard.yaml").write_text("packs: [deploy-safety, change-safety]\n")
    found = run("check", RIGHT, "--today", TODAY)
    assert "about an update, which is judged only with --against PREVIOUS" in found.err


@pytest.mark.parametrize("content", [None, "{", "PK\x03\x04"])
def test_a_previous_assembly_that_cannot_be_read_is_said(run, tmp_path, content):
    if content:
        (tmp_path / "previous.json").write_text(content)
    found = run("check", RIGHT, "--against", tmp_path / "previous.json", "--today", TODAY)
    assert found.code == 3
    assert "PREVIOUS" in found.err


def test_a_previous_assembly_without_eks_is_a_note(run, tmp_path):
    before = write(tmp_path / "before", "Other.template.json", {"T": {"Type": "AWS::SNS::Topic"}})
    found = run("check", RIGHT, "--against", before, "--pack", "change-safety", "--today", TODAY)
    assert found.code == 0
    assert "found no EKS resources in PREVIOUS" in found.err


def test_a_text_with_a_parameter_is_shown_as_it_is_written(run, tmp_path):
    def app(name, suffix):
        role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::Sub": f"${{Name}}-{suffix}"}}}
        cluster = {
            "Type": "AWS::EKS::Cluster",
            "Properties": {"Name": {"Ref": "Name"}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        }
        folder = write(tmp_path / name, "Prod.template.json", {"Role": role, "Cluster": cluster})
        file = folder / "Prod.template.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"Parameters": {"Name": {"Type": "String"}}}))
        return folder

    found = run(
        "check", app("after", "b"), "--against", app("before", "a"), "--pack", "change-safety", "--today", TODAY
    )
    assert 'RoleName is "${Name}-a"' in found.out
    assert "RoleArn is Arn of Role, which is\n  replaced, while the cluster keeps its name, parameter Name" in found.out


@pytest.mark.parametrize(
    ("deployed", "new", "lines", "says"),
    [
        ("1.28", "1.36", "KubernetesVersion.V1_29", "Deploy the minor versions in between first"),
        ("1.36", "1.28", "KubernetesVersion.V1_36", "Keep the deployed version"),
    ],
)
def test_the_fix_of_a_step_is_the_version_that_can_be_deployed_next(run, tmp_path, deployed, new, lines, says):  # noqa: PLR0913
    """It was 1.33 whatever was deployed, which EKS refuses as well."""

    def folder(name, version):
        cluster = {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": {"version": version}}}
        return write(tmp_path / name, "App.template.json", {"Cluster": cluster})

    options = ("--against", folder("old", deployed), "--today", TODAY, "--select", "version-step")
    found = run("check", folder("new", new), *options)
    assert lines in found.out
    assert says in found.out
