"""The policies as cfn-lint rules, in the real cfn-lint."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from conftest import ROOT, SAMPLES

from eks_guard.data import Tables
from eks_guard.model.addresses import page
from eks_guard.policy.packs import builtin_ids, load_pack

LINT = [sys.executable, "-c", "from cfnlint.runner import main; main()", "-a", "eks_guard.cfnlint_rules", "-i", "W3005"]


def lint(*arguments, folder=ROOT, stdin=None):
    command = [*LINT, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, text=True, check=False)


def lint_json(sample, *arguments):
    result = lint("-f", "json", "-t", "cdk.out/**/*.template.json", *arguments, folder=SAMPLES / sample)
    return [match for match in json.loads(result.stdout) if re.fullmatch("[EWI]98..", match["Rule"]["Id"])]


def test_every_policy_has_a_rule_of_its_own_and_keeps_it():
    ids = Tables().cfnlint_ids
    about_updates = {policy.id for policy in load_pack("change-safety")}  # cfn-lint sees one template
    assert set(ids) == set(builtin_ids()) - about_updates
    assert len(set(ids.values())) == len(ids)
    assert ids["kubectl-version-skew"] == "E9811"
    assert ids["endpoint-private"] == "E9817"


def test_the_rules_are_listed():
    out = lint("-l").stdout
    for rule in (*Tables().cfnlint_ids.values(), "E9800", "E9899", "I9800"):
        assert rule in out


def test_a_rule_links_to_the_page_of_its_policy():
    source = lint_json("payment-wrong-layer")[0]
    policy = source["Message"].removeprefix("[").partition("]")[0]
    assert source["Rule"]["Source"] == page(f"policies/{policy}")


def test_a_finding_points_at_file_line_and_column():
    skew = next(match for match in lint_json("payment-wrong-layer") if match["Rule"]["Id"] == "E9811")
    assert skew["Filename"] == "cdk.out/Payment.template.json"
    assert skew["Location"]["Start"] == {"LineNumber": 948, "ColumnNumber": 6}
    assert skew["Message"].startswith("[kubectl-version-skew] Payment/PaymentEksCluster: Payment/KubectlLayer carries")


def test_the_place_in_the_nested_template_is_the_context_of_a_finding():
    skew, handler = (match for match in lint_json("payment-wrong-layer") if match["Rule"]["Id"] == "E9811")
    assert handler["ParentId"] == skew["Id"]
    assert handler["Filename"] == "cdk.out/PaymentawscdkawseksKubectlProvider37284A0D.nested.template.json"
    assert handler["Location"]["Start"]["LineNumber"] == 3
    assert handler["Message"] == "[kubectl-version-skew] handler: used by 2 resources"


def test_a_finding_in_a_nested_template_stands_there():
    matches = [match for match in lint_json("payment-no-layer") if match["Rule"]["Id"] == "E9809"]
    (missing,) = (match for match in matches if match["ParentId"] is None)
    assert missing["Filename"].endswith(".nested.template.json")


@pytest.mark.parametrize("sample", ["payment-wrong-layer", "bad-citizen"])
def test_sarif_and_junit_of_cfn_lint_hold_the_findings(sample):
    expected = {match["Rule"]["Id"] for match in lint_json(sample)}
    assert expected
    formats = ("sarif", "junit", "parseable", "pretty")
    printed = {
        name: lint("-f", name, "-t", "cdk.out/**/*.template.json", folder=SAMPLES / sample).stdout for name in formats
    }
    for out in printed.values():
        assert expected <= set(re.findall(r"[EWI]98\d\d", out))
    sarif = json.loads(printed["sarif"])
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} >= expected


def test_it_works_from_cfnlintrc(tmp_path):
    shutil.copytree(SAMPLES / "payment-wrong-layer" / "cdk.out", tmp_path / "cdk.out")
    page = (ROOT / "docs" / "cfn-lint.md").read_text(encoding="utf-8")
    (tmp_path / ".cfnlintrc").write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0], encoding="utf-8")
    command = [sys.executable, "-c", "from cfnlint.runner import main; main()"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "E9811 [kubectl-version-skew]" in result.stdout
    assert "W3005" not in result.stdout


def test_a_rule_is_configured_to_report_what_is_unknown():
    folder = SAMPLES / "payment-imported-no-layer"

    def rules(*arguments):
        return set(
            re.findall(r"[EWI]98\d\d", lint("-t", "cdk.out/**/*.template.json", *arguments, folder=folder).stdout)
        )

    plain, configured, noted = rules(), rules("-x", "E9824:strict=true"), rules("-c", "I")
    assert configured - plain == {"E9824"}
    assert "I9800" in noted - plain


@pytest.mark.parametrize(("threshold", "code"), [("low", 4), ("high", 0)])
def test_the_gate_of_the_configuration_decides_what_cfn_lint_fails_on(template, tmp_path, threshold, code):
    path = template()
    config = f"select: [control-plane-logging, endpoint-private]\nfail-on: {threshold}\nseverity: {{control-plane-logging: medium}}"
    (tmp_path / "eks-guard.yaml").write_text(config, encoding="utf-8")
    result = lint("-t", path.name, "-c", "I", "-i", "W3005", "I3011", "I3013", "E9817", folder=tmp_path)
    rule = {"low": "W9804", "high": "I9899"}[threshold]
    assert f"{rule} [control-plane-logging]" in result.stdout
    assert "· fix: " in result.stdout
    assert "EnabledTypes" in result.stdout
    assert result.returncode & ~8 == code, result.stdout


def test_processes_that_share_the_files_find_what_one_finds_alone():
    """pre-commit hands the files of a commit to several processes at once."""
    files = sorted((SAMPLES / "bad-citizen" / "cdk.out").rglob("*.template.json"))
    assert len(files) > 2
    command = [*LINT, "-f", "parseable", "-t"]
    halves = [
        subprocess.Popen([*command, *map(str, part)], stdout=subprocess.PIPE, text=True)
        for part in (files[::2], files[1::2])
    ]
    together = sorted(line for half in halves for line in half.communicate()[0].splitlines())
    alone = sorted(
        subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False).stdout.splitlines()
    )
    assert together == alone
    assert any(":E98" in line for line in alone)


def test_templates_of_stages_are_judged_with_the_assembly_around_them():
    matches = lint_json("payment-stages")
    assert {match["Filename"].rpartition("/")[0] for match in matches} == {"cdk.out/assembly-Dev"}
    assert {match["Rule"]["Id"] for match in matches} == {"E9811"}


def test_a_good_cluster_has_no_match():
    assert lint_json("payment-current") == []


def test_a_rule_can_be_ignored():
    assert lint_json("payment-wrong-layer", "-i", "E9804", "E9811") == []


@pytest.fixture
def template(tmp_path):
    def call(**more):
        cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28", "RoleArn": "arn:aws:iam::111122223333:role/r",
                   "ResourcesVpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"]}}, **more}  # fmt: skip
        path = tmp_path / "T.template.json"
        path.write_text(json.dumps({"Resources": {"Cluster": cluster}}), encoding="utf-8")
        return path

    return call


def test_a_template_outside_of_an_assembly_is_judged_by_what_it_shows(template):
    out = lint("-t", template()).stdout
    assert "E9817 [endpoint-private] T/Cluster" in out


def test_the_hook_of_pre_commit_judges_the_files_that_are_put_behind_it(template, tmp_path):
    page = (ROOT / "docs" / "cfn-lint.md").read_text(encoding="utf-8")
    (block,) = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if text.startswith("repos:")]
    (hook,) = yaml.safe_load(block)["repos"][0]["hooks"]
    program, *arguments = hook["entry"].split()
    assert program == "cfn-lint"
    file = template()
    assert re.search(hook["files"], f"templates/{file.name}")
    shutil.copy(file, tmp_path / "second.json")
    command = [*LINT[:3], *arguments, file.name, "second.json"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "E9817 [endpoint-private] T/Cluster" in result.stdout
    assert "E9817 [endpoint-private] second/Cluster" in result.stdout


def test_a_template_on_standard_input(template):
    assert "E9817 [endpoint-private]" in lint(stdin=template().read_text(encoding="utf-8")).stdout


@pytest.mark.parametrize("name", ["12", "²"])
def test_a_logical_id_of_digits_is_no_index(tmp_path, name):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}
    (tmp_path / "T.template.json").write_text(json.dumps({"Resources": {name: cluster}}), encoding="utf-8")
    result = lint("-f", "json", "-t", "T.template.json", folder=tmp_path)
    found = {match["Rule"]["Id"]: match["Location"]["Path"] for match in json.loads(result.stdout)}
    assert "E0002" not in found
    assert found["E9804"][:2] == ["Resources", name]


def test_a_finding_in_a_template_that_a_resource_holds_as_text_stands_at_the_resource(tmp_path):
    held = json.dumps({"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}})
    properties = {"StackSetName": "s", "PermissionModel": "SELF_MANAGED", "TemplateBody": held}
    resources = {"Everywhere": {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}}
    (tmp_path / "T.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    result = lint("-f", "json", "-t", "T.template.json", folder=tmp_path)
    found = {match["Rule"]["Id"]: match["Location"]["Path"] for match in json.loads(result.stdout)}
    assert found["E9804"] == ["Resources", "Everywhere"]


def test_metadata_of_the_resource_ignores_a_rule(template):
    ignored = {"Metadata": {"cfn-lint": {"config": {"ignore_checks": ["E9817"]}}}}
    out = lint("-t", template(**ignored)).stdout
    assert "E9817" not in out
    assert "E9804" in out


def test_own_policies_and_waivers_come_from_the_configuration(template, tmp_path):
    path = template()
    (tmp_path / "own.yaml").write_text(
        "id: own\ntitle: never true\nseverity: high\nmatch: cluster\nexpect: [{fact: cluster.version, equals: '1.18'}]\n"
        "rationale: Because.\nremediation: Do it.\n",
        encoding="utf-8",
    )
    (tmp_path / "eks-guard.yaml").write_text(
        "policies: [own.yaml]\nwaivers: [{policy: endpoint-private, subject: '*', reason: r, expires: 2099-01-01}]\n",
        encoding="utf-8",
    )
    out = lint("-t", path.name, folder=tmp_path).stdout
    assert "E9899 [own] T/Cluster" in out
    assert "E9817" not in out


def test_what_cannot_be_read_is_an_error_of_its_own(template, tmp_path):
    path = template()
    (tmp_path / "eks-guard.yaml").write_text("packs: [nonsense]", encoding="utf-8")
    out = lint("-t", path.name, folder=tmp_path).stdout
    assert "eks-guard.yaml:1:9: packs.0: found 'nonsense', which is not a pack" in out
