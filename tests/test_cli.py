"""Exit codes, options and bad input: what scripts and people depend on."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, TODAY

from eks_guard import __version__
from eks_guard.cli.app import COMMANDS

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CURRENT = SAMPLES / "payment-current" / "cdk.out"
IMPORTED = SAMPLES / "payment-imported-no-layer" / "cdk.out"
CLUSTER: dict[str, Any] = {
    "Resources": {
        "Cluster": {
            "Type": "AWS::EKS::Cluster",
            "Properties": {
                "Version": "1.35",
                "ResourcesVpcConfig": {"EndpointPublicAccess": False, "EndpointPrivateAccess": True},
                "Logging": {
                    "ClusterLogging": {"EnabledTypes": [{"Type": t} for t in ("api", "audit", "authenticator")]}
                },
            },
        }
    }
}


def cluster(**properties):
    return {"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": properties}}}


# exit codes


def test_a_failure_exits_1_and_a_clean_audit_0(check):
    assert check(WRONG).code == 1
    assert check(CURRENT).code == 0


def test_exit_zero_reports_the_failure_all_the_same(check):
    result = check(WRONG, "--exit-zero")
    assert result.code == 0
    assert result.json["summary"]["fail"] == 2


@pytest.mark.parametrize(("threshold", "code"), [("info", 1), ("low", 0), ("medium", 0), ("high", 0)])
def test_a_note_fails_only_where_notes_are_asked_for(check, write, threshold, code):
    template = json.loads(json.dumps(CLUSTER))
    template["Resources"]["Cluster"]["Properties"]["Version"] = "1.34"  # standard support ends on 2026-12-02
    result = check(write("T.template.json", template), "--fail-on", threshold)
    assert [finding["severity"] for finding in result.json["findings"]] == ["info"]
    assert result.code == code


def test_what_is_unknown_fails_only_when_strict(check, write):
    template: dict[str, Any] = {"Parameters": {"V": {"Type": "String"}}, **cluster(Version={"Ref": "V"})}
    template["Resources"]["Cluster"]["Properties"] |= {
        key: CLUSTER["Resources"]["Cluster"]["Properties"][key] for key in ("ResourcesVpcConfig", "Logging")
    }
    path = write("T.template.json", template)
    assert check(path).code == 0
    assert set(check(path).outcomes("unknown")) == {
        "cluster-version-creatable",
        "cluster-version-supported",
        "secrets-encrypted",
    }
    assert check(path, "--strict").code == 1


def test_an_app_without_a_cluster_says_so_and_may_be_refused(run, write):
    path = write("T.template.json", {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    result = run("check", path)
    assert result.code == 0
    assert "found no EKS cluster" in result.err
    assert run("check", path, "--require-cluster").code == 3


# bad input: exit 3, a message that names file and place, no traceback


def test_a_path_that_is_not_there(run):
    result = run("check", "nowhere")
    assert result.code == 3
    assert result.err == (
        "eks-guard: nowhere: no such file or folder; run `cdk synth` first, or pass the path of its output\n"
    )
    assert result.out == ""


def test_an_empty_folder(run, tmp_path):
    (tmp_path / "empty").mkdir()
    result = run("check", tmp_path / "empty")
    assert result.code == 3
    assert "found neither manifest.json nor a CloudFormation template" in result.err


def test_a_file_that_is_no_template(run, write):
    result = run("check", write("package.txt", '{"name": "app"}'))
    assert result.code == 3
    assert "package.txt: not a CloudFormation template: it has no Resources" in result.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster",', "T.template.json:1:56: not valid JSON"),
        (b'{"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster\xff"}}}', "byte 53: found a byte that is not UTF-8"),
        (b'["AWS::EKS::Cluster Resources"]', "not a CloudFormation template"),
        (b'{"Resources": ["AWS::EKS::Cluster"]}', "not a CloudFormation template"),
        (b'{"Resources": ' * 100_000 + b'"AWS::EKS::Cluster"' + b"}" * 100_000, "nested deeper"),
    ],
)
def test_a_template_that_cannot_be_read(run, tmp_path, content, says):
    path = tmp_path / "T.template.json"
    path.write_bytes(content)
    result = run("check", path)
    assert result.code == 3
    assert says in result.err


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("{", "manifest.json:1:2: not valid JSON"),
        ("[]", "manifest.json: the file:"),
        ('{"artifacts": {}}', "manifest.json: version: found nothing, expected text"),
        ('{"version": 36}', "manifest.json: version: found 36, expected text"),
        ('{"version": "latest"}', "manifest.json: version: found 'latest', expected a number"),
        ('{"version": "36.0.0", "artifacts": {"A": {"type": 1}}}', "artifacts.A.type: found 1, expected text"),
    ],
)
def test_a_manifest_that_is_not_one(run, write, manifest, says):
    result = run("check", write("manifest.json", manifest).parent)
    assert result.code == 3
    assert says in result.err


def test_a_manifest_that_names_a_missing_template_still_judges_the_others(check, write):
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region"}
    write("Here.template.json", cluster(Version="1.28"))
    path = write(
        "manifest.json",
        {
            "version": "36.0.0",
            "artifacts": {
                "Gone": {**stack, "properties": {"templateFile": "Gone.template.json"}},
                "Here": {**stack, "properties": {"templateFile": "Here.template.json"}},
            },
        },
    ).parent
    result = check(path)
    assert "cluster-version-creatable" in result.outcomes()
    assert "Gone.template.json: no such file, although manifest.json names it as the template of Gone" in result.err
    assert result.code == 3


def test_one_broken_template_does_not_hide_the_others(check, write):
    write("A.template.json", '{"Resources": {"Cluster": {"Type": "AWS::EKS::Clus')
    path = write("B.template.json", cluster(Version="1.28")).parent
    result = check(path)
    assert "cluster-version-creatable" in result.outcomes()
    assert "A.template.json:1:" in result.err
    assert result.code == 3


def test_a_missing_nested_template_is_unknown_and_said(check, write, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in WRONG.iterdir():
        if "KubectlProvider" not in file.name:
            (folder / file.name).write_bytes(file.read_bytes())
    result = check(folder, "--show-passed")
    assert result.code == 1
    skew = next(f for f in result.json["findings"] if f["policy"] == "kubectl-version-skew")
    assert any("is not in the assembly" in step["says"] for step in skew["trace"])


@pytest.mark.parametrize(
    "version",
    [1.3, 1.31, 2, True, None, [], {}, "", "2.0", "0.1", "1.29.3", "v1.30", "latest", "1.99", "1." + "9" * 50],
)
def test_a_version_that_is_no_text_is_never_a_crash(check, write, version):
    result = check(write("T.template.json", cluster(Version=version)))
    assert result.code == 1
    assert "Traceback" not in result.err


def test_a_version_written_as_the_number_1_3_is_a_finding(check, write):
    result = check(write("T.template.json", cluster(Version=1.3)))
    finding = next(f for f in result.json["findings"] if f["policy"] == "cluster-version-creatable")
    assert finding["outcome"] == "fail"
    assert "found the number 1.3" in finding["because"][0]


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "", ".", "sub/", "\ud800"])
def test_a_manifest_that_names_an_impossible_file(run, write, name):
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": name}}
    result = run("check", write("manifest.json", {"version": "36.0.0", "artifacts": {"A": stack}}).parent)
    assert result.code == 3
    assert result.err.startswith("error: ")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "/etc/passwd", "..", ""])
def test_a_nested_stack_that_names_an_impossible_file(check, write, name):
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": name},
        "Metadata": {"aws:asset:path": name, "aws:asset:property": "TemplateURL"},
    }
    template = {"Resources": {**cluster(Version="1.28")["Resources"], "Nested": nested}}
    assert "cluster-version-creatable" in check(write("T.template.json", template)).outcomes()


@pytest.mark.parametrize("name", ["text", "json", "sarif", "junit", "github", "gitlab", "azure", "markdown"])
def test_half_a_character_in_a_name_is_written_all_the_same(run, write, name):
    template = '{"Resources": {"Clu\\ud800ster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}'
    result = run("check", write("T.template.json", template), "--format", name)
    assert result.code == 1
    assert result.err == ""
    if name in ("json", "sarif", "gitlab"):
        assert result.json


# bad usage: exit 2, nothing is judged


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--pack", "deploy-safty"), "did you mean deploy-safety?"),
        (("--format", "yaml"), "--format: found 'yaml', expected"),
        (("--fail-on", "critical"), "--fail-on: found 'critical', expected info, low, medium or high"),
        (("--today", "tomorrow"), "--today: found 'tomorrow', expected a day"),
        (("--today", "9999-12-31"), "--today: found '9999-12-31', expected a day from 2018-06-05 to 2099-12-31"),
        (("--today", "0026-11-24"), "--today: found '0026-11-24', expected a day from 2018-06-05 to 2099-12-31"),
        (("--output", "report.json"), "--output: found 'report.json', expected FORMAT=PATH"),
        (("--output", "json="), "expected FORMAT=PATH"),
        (("--policy", "none.yaml"), "none.yaml: no such file"),
        (("--config", "none.yaml"), "none.yaml: no such file"),
    ],
)
def test_bad_usage(run, arguments, says):
    result = run("check", CURRENT, *arguments)
    assert result.code == 2
    assert says in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", CURRENT, "--no-such-option"), "no such option --no-such-option"),
        (
            ("check", "--show-pased"),
            "no such option --show-pased; did you mean --show-passed? `eks-guard check --help`",
        ),
        (("check", "--output"), "option '--output' requires an argument; `eks-guard check --help` lists what it takes"),
        (("explain",), "missing argument 'POLICY'; `eks-guard explain --help`"),
        (("inspect", "a", "b"), "`eks-guard inspect --help`"),
    ],
)
def test_a_call_that_is_wrong_is_said_in_one_voice(run, arguments, says):
    result = run(*arguments)
    assert result.code == 2
    assert result.err.startswith("eks-guard: ")
    said = re.sub(r"option:? '?(--no-\S+?|--show-\S+?)'?(?=;)", r"option \1", result.err)  # by the release of click
    assert says in said
    assert len(result.err.splitlines()) == 1


# options


def test_stack_selects_by_glob(check):
    path = SAMPLES / "payment-stages" / "cdk.out"
    assert check(path, "--stack", "Prod/*").code == 0
    assert check(path, "--stack", "Dev/*").outcomes() == ["kubectl-version-skew"]


def test_a_stack_that_is_none_is_a_mistake(check):
    result = check(CURRENT, "--stack", "Paymnet")
    assert result.code == 2
    assert "--stack: no stack matches 'Paymnet'; available: Payment" in result.err


def test_a_template_on_standard_input(check):
    result = check("-", stdin=json.dumps(cluster(Version="1.28")).encode())
    assert "cluster-version-creatable" in result.outcomes()
    assert result.json["findings"][0]["location"]["template"] == "stdin"


def test_several_reports_in_one_run(run, tmp_path):
    result = run(
        "check", WRONG, "--today", TODAY, "--output", f"json={tmp_path}/r.json", "--output", f"text={tmp_path}/r.txt"
    )
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["summary"]["fail"] == 2
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == result.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "r.txt"]


def test_a_report_that_cannot_be_written(run, tmp_path):
    result = run("check", WRONG, "--output", f"json={tmp_path}/no/such/folder/r.json")
    assert result.code == 2
    assert "cannot be written" in result.err


def test_what_passed_is_listed_with_its_severity(run):
    out = run("check", CURRENT, "--show-passed", "--today", TODAY).out.partition("\npassed\n")[2]
    assert re.search(r"^  high +kubectl-version-skew +\S+$", out, re.MULTILINE)
    assert re.search(r"^  (info|low|medium|high) +\S+ +\S+$", out.splitlines()[0])


def test_show_passed_adds_what_passed(check):
    assert {f["outcome"] for f in check(CURRENT, "--show-passed").json["findings"]} == {"pass", "not-applicable"}


def test_a_pack_can_be_chosen(check):
    result = check(SAMPLES / "bad-citizen" / "cdk.out", "--pack", "deploy-safety")
    assert result.json["packs"] == ["deploy-safety"]
    assert result.code == 0


def test_reports_are_ordered_by_severity_policy_and_subject(check):
    findings = check(SAMPLES / "bad-citizen" / "cdk.out").json["findings"]
    assert [(f["severity"], f["policy"]) for f in findings] == [
        ("high", "endpoint-private"),
        ("medium", "control-plane-logging"),
        ("medium", "workload-identity-present"),
    ]


def test_stdout_carries_the_report_and_nothing_else(run):
    result = run("check", IMPORTED, "--format", "json")
    assert json.loads(result.out)["schema"] == "eks-guard.report/1"


def test_a_closed_pipe_is_no_traceback():
    command = f"{sys.executable} -m eks_guard check {WRONG} --show-passed | true"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert result.stderr == ""


# the other commands


@pytest.mark.parametrize("name", ["policy", "cases", "config", "report", "inspect", "upgrade"])
def test_schema_prints_json_schema(run, name):
    schema = run("schema", name).json
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_schema_of_something_else(run):
    assert run("schema", "policies").code == 2


def test_policies_lists_the_packs(run):
    out = run("policies").out
    assert "deploy-safety" in out
    assert "kubectl-version-skew" in out


def test_explain_answers_a_red_build(run):
    out = run("explain", "kubectl-version-skew").out
    for part in ("why", "checks", "fix", "TypeScript", "Python", "waive", "https://kubernetes.io/"):
        assert part in out


def test_explain_a_typo(run):
    result = run("explain", "kubectl-version-scew")
    assert result.code == 2
    assert "did you mean kubectl-version-skew?" in result.err


def test_facts_say_type_meaning_and_use(run):
    out = run("facts").out
    assert "kubectl.minor_skew  integer, such as -1" in out
    assert "used by kubectl-version-skew" in out


def test_help_names_every_command(run):
    out = run("--help").out
    for command in ("check", "inspect", "upgrade", "explain", "policies", "facts", "test", "schema"):
        assert command in out


def test_the_version_is_printed(run):
    assert run("--version").out == run("-V").out == f"eks-guard {__version__}\n"


def test_inspect_refuses_a_format_that_it_does_not_write(run):
    result = run("inspect", WRONG, "--format", "sarif")
    assert (result.code, result.out) == (2, "")
    assert "--format: found 'sarif', expected text or json" in result.err


def test_a_wrong_format_names_the_option_that_carries_it(run):
    assert run("check", WRONG, "--output", "foo=bar").err.startswith(
        "eks-guard: --output: found 'foo', expected one of "
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_whose_options_show_no_types_of_python(run, command):
    result = run(command, "--help")
    assert result.code == 0
    assert not re.search(r"<(bool|list|path)", result.out.partition("Options:")[2])


def test_an_unknown_command_is_answered_with_the_nearest(run):
    result = run("chek", WRONG)
    assert result.code == 2
    said = result.err.lower()
    assert (
        said
        == "eks-guard: no such command 'chek'; did you mean check, schema? `eks-guard --help` lists what it takes\n"
    )


def test_the_only_cdk_out_below_a_folder_is_read_and_named(run, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(WRONG, project / "packages" / "a" / "cdk.out")
    (project / "package.json").write_text("{}")
    result = run("check", project, "--format", "json")
    inner = str(project / "packages" / "a" / "cdk.out")
    assert result.json["assembly"]["path"] == inner
    assert f"note: {project}: reading {inner}, the only cloud assembly below it" in result.err
    assert f"reading {inner}" in run("inspect", project).err


def test_several_cdk_outs_below_a_folder_are_named(run, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(WRONG, tmp_path / "project" / name / "cdk.out")
    result = run("check", tmp_path / "project")
    assert result.code == 2
    assert "found 2 cloud assemblies below it, expected one; check each: " in result.err
    assert str(tmp_path / "project" / "b" / "cdk.out") in result.err


def test_policies_shows_what_the_configuration_makes_of_them(run, write):
    own = write("own-rule.yaml", OWN_RULE)
    write(
        "eks-guard.yaml", "policies: [own-rule.yaml]\nignore: [endpoint-private]\nseverity: {kubectl-version-skew: low}"
    )
    lines = {
        line.split()[1]: line
        for line in run("policies", "--config", own.parent / "eks-guard.yaml").out.splitlines()
        if line.startswith("  ")
    }
    assert "(off, ignored by " in lines["endpoint-private"]
    assert lines["kubectl-version-skew"].split()[0] == "low"
    assert lines["kubectl-version-skew"].endswith("(high in its own file)")
    assert lines["cis-endpoint-private"].endswith("(off)")
    assert lines["own-rule"].endswith(f"({own.relative_to(Path.cwd())})")
    assert not lines["control-plane-logging"].endswith(")")


OWN_RULE = """\
id: own-rule
title: access goes by API
severity: low
match: cluster
expect: [{fact: access.authentication_mode, equals: API}]
rationale: Because.
remediation: Say so.
"""


def test_explain_says_what_the_configuration_makes_of_a_policy(run, write):
    config = write("eks-guard.yaml", "ignore: [endpoint-private]\nseverity: {kubectl-version-skew: low}")
    lowered = run("explain", "kubectl-version-skew", "--config", config).out.splitlines()[0]
    assert lowered.split()[:2] == ["kubectl-version-skew", "low"]
    assert lowered.endswith("(high in its own file)")
    assert "(off, ignored by " in run("explain", "endpoint-private", "--config", config).out.splitlines()[0]
    assert run("explain", "control-plane-logging", "--config", config).out.splitlines()[0].endswith("baseline")


def test_a_policy_is_explained_by_its_rule_in_cfn_lint_too(run):
    assert run("explain", "E9811").out == run("explain", "kubectl-version-skew").out
