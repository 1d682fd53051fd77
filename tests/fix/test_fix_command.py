"""The contract of `eks-guard fix`: streams, exit codes, files, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from conftest import ROOT, TODAY
from projects import SHAPES, recorded

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")

SKEW = ("--policy", "kubectl-version-skew")


@pytest.fixture
def shop(run, monkeypatch, tmp_path):
    """A project of a shape, and a way to run `fix` in it."""

    def make(name="ts-inline"):
        target = recorded(name, tmp_path / "projects")
        monkeypatch.chdir(target)
        return target, lambda *arguments: run("fix", "--today", TODAY, *arguments)

    return make


def test_stdout_is_the_patch_and_stderr_says_what_became_of_each_finding(shop):
    _, fix = shop()
    result = fix()
    assert result.out.startswith("--- a/app.ts\n+++ b/app.ts\n@@ ")
    assert "patched   kubectl-version-skew   Shop/Cluster  app.ts:11:21" in result.err
    assert "then      npm install\n" in result.err
    assert result.err.endswith("left to you\n")


def test_it_exits_1_where_something_is_only_advised(shop):
    _, fix = shop()
    assert fix().code == 1  # the endpoint is open, which asks for a review
    assert fix(*SKEW).code == 0


def test_edits_that_need_a_review_are_written_only_if_asked_for(shop):
    _, fix = shop("ts-endpoint")
    assert "EndpointAccess.PRIVATE" not in fix().out
    result = fix("--policy", "endpoint-private")
    assert "+      endpointAccess: eks.EndpointAccess.PRIVATE,\n" in result.out
    assert "review    endpoint-private" in result.err


def test_two_findings_of_one_call_are_one_patch(shop):
    target, fix = shop()
    result = fix("--write")
    written = (target / "app.ts").read_text()
    assert result.out == ""
    assert written.count("KubectlV36Layer") == 2
    assert "clusterLogging: [eks.ClusterLoggingTypes.API" in written


def test_only_one_kind_of_update_of_a_cluster_is_in_a_patch(shop):
    _, fix = shop("ts-endpoint")
    result = fix("--policy", "endpoint-private", "--policy", "control-plane-logging")
    assert "clusterLogging" not in result.out
    assert "EKS takes one kind of update at a time" in result.err


def test_json_has_every_edit_with_its_range(shop):
    target, fix = shop()
    document = fix("--format", "json", *SKEW).json
    (finding,) = document["findings"]
    assert (finding["status"], finding["safety"], finding["place"]) == ("patched", "safe", "app.ts:11:21")
    lines = (target / "app.ts").read_text().splitlines()
    for edit in finding["edits"]:
        start, end = edit["start"], edit["end"]
        assert start["line"] == end["line"]
        old = lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1]
        assert "KubectlV24Layer" in old
        assert "KubectlV36Layer" in edit["text"]
    assert document["commands"] == ["npm install"]
    assert document["patch"].startswith("--- a/app.ts")


def test_the_patch_goes_to_a_file(shop):
    target, fix = shop()
    result = fix("--output", "patch=fix.patch", *SKEW)
    assert result.out == ""
    assert (target / "fix.patch").read_text().startswith("--- a/app.ts")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--output", "json=x"), "expected patch=FILE"),
        (("--format", "sarif"), "expected text or json"),
        (("--policy", "kubectl-version-skw"), "kubectl-version-skew"),
        (("--cluster", "Nothing*"), "no cluster matches 'Nothing*'; available: Shop/Cluster"),
        (("--project", "nowhere"), "not a folder"),
        (("--today", "soon"), "expected a day"),
    ],
)
def test_what_means_nothing_exits_2(arguments, says, shop):
    _, fix = shop()
    result = fix(*arguments)
    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_an_assembly_that_is_not_there_exits_3(shop):
    _, fix = shop()
    assert fix("elsewhere").code == 3


def test_a_template_on_stdin_has_no_sources(shop):
    _, fix = shop()
    assert "stdin has no sources" in fix("-").err


def test_a_file_that_git_calls_changed_is_not_written(shop):
    target, fix = shop()
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.email=a@b", "-c", "user.name=a", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], cwd=target, check=True)
    before = (target / "app.ts").read_bytes() + b"// later\n"
    (target / "app.ts").write_bytes(before)
    refused = fix("--write", *SKEW)
    assert (refused.code, (target / "app.ts").read_bytes()) == (2, before)
    assert "git reports changes in app.ts" in refused.err
    assert fix("--write", "--force", *SKEW).code == 0
    assert b"KubectlV36Layer" in (target / "app.ts").read_bytes()


def test_a_source_that_is_not_the_one_that_was_synthesized_exits_2(shop):
    target, fix = shop()
    text = (target / "app.ts").read_text()
    (target / "app.ts").write_text("\n\n" + text)
    result = fix(*SKEW)
    assert (result.code, result.out) == (2, "")
    assert "synthesize again" in result.err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file.write_bytes(b"\xff" + file.read_bytes()), "app.ts is not UTF-8"),
        (lambda file: file.write_text(file.read_text() + "const = 1;"), "app.ts does not parse"),
        (lambda file: file.write_text("// Generated by projen\n" + file.read_text()), "app.ts is generated"),
        (lambda file: file.write_text(file.read_text() + "//" + "x" * 4_200_000), "app.ts is larger than 4 MB"),
        (lambda file: file.unlink(), "app.ts is outside the project"),
    ],
)
def test_a_file_that_cannot_be_edited_is_advice_with_the_reason(change, says, shop):
    target, fix = shop()
    change(target / "app.ts")
    result = fix(*SKEW)
    assert result.out == ""
    assert says in result.err


def test_a_file_behind_a_link_that_leads_out_is_not_read(shop, tmp_path):
    target, fix = shop()
    (target / "app.ts").rename(tmp_path / "outside.ts")
    (target / "app.ts").symlink_to(tmp_path / "outside.ts")
    assert "app.ts is outside the project" in fix(*SKEW).err


def test_what_projen_writes_is_left_to_projen(shop):
    target, fix = shop()
    (target / ".projen").mkdir()
    (target / ".projen" / "files.json").write_text(json.dumps({"files": ["package.json"]}))
    result = fix(*SKEW)
    assert "package.json" not in result.out
    assert "package.json is written by projen" in result.err


def test_what_a_compiler_wrote_is_not_edited(shop):
    target, fix = shop("js-require")
    (target / "app.ts").write_text("export {};\n")
    result = fix(*SKEW)
    assert result.out == ""
    assert "written by the TypeScript compiler" in result.err


def test_without_positions_the_only_call_with_the_id_is_taken(shop):
    target, fix = shop()
    for file in (target / "cdk.out").glob("*.json"):
        file.write_text(file.read_text().replace("aws:cdk:creationStack", "shop:stack"))
    assert "+      kubectlLayer: new KubectlV36Layer(this, 'Kubectl')" in fix(*SKEW).out
    text = (target / "app.ts").read_text()
    (target / "other.ts").write_text(text)
    result = fix(*SKEW)
    assert result.out == ""
    assert "both could have" in result.err


def test_it_names_the_extra_that_is_missing(shop, monkeypatch):
    _, fix = shop()
    monkeypatch.setattr("eks_guard.cli.sources.LIBRARIES", ("tree_sitter", "tree_sitter_cobol"))
    result = fix()
    assert (result.code, result.err) == (
        2,
        "eks-guard: fix needs tree-sitter-cobol: run `pip install 'eks-guard[fix]'`\n",
    )


def test_check_imports_nothing_of_it():
    code = "import sys; sys.argv = ['eks-guard', 'check', sys.argv[1]]\nfrom eks_guard.__main__ import main\ntry:\n main()\nexcept SystemExit:\n pass\nassert not [name for name in sys.modules if 'tree_sitter' in name or name.startswith('eks_guard.fix')]"
    sample = ROOT / "sample_templates" / "payment-wrong-layer" / "cdk.out"
    subprocess.run([sys.executable, "-c", code, sample], check=True, capture_output=True)


def test_the_lines_of_requirements_keep_their_style(shop):
    target, fix = shop("py-kwargs")
    file = target / "requirements.txt"
    file.write_text("# pinned\r\naws-cdk-lib~=2.275\r\naws-cdk.lambda-layer-kubectl-v24 >= 2.0.0  # old\r\n")
    fix("--write", *SKEW)
    text = file.read_bytes().decode()
    assert text == "# pinned\r\naws-cdk-lib~=2.275\r\naws-cdk.lambda-layer-kubectl-v36>=2.0.1  # old\r\n"


def test_a_dependency_stays_while_a_file_still_names_it(shop):
    target, fix = shop()
    (target / "test").mkdir()
    (target / "test" / "old.test.ts").write_text("import '@aws-cdk/lambda-layer-kubectl-v24';\n")
    fix("--write", *SKEW)
    found = json.loads((target / "package.json").read_text())["dependencies"]
    assert {"@aws-cdk/lambda-layer-kubectl-v24", "@aws-cdk/lambda-layer-kubectl-v36"} <= set(found)


def test_the_command_of_the_lock_file_is_said(shop):
    target, fix = shop()
    (target / "pnpm-lock.yaml").write_text("")
    assert "then      pnpm install\n" in fix(*SKEW).err


def test_a_shape_is_a_folder_of_its_own():
    assert all((path / "cdk.json").exists() for path in Path(SHAPES).iterdir())


def test_sarif_carries_the_edits_of_each_finding(shop, run):
    target, _ = shop()
    report = run("check", "--format", "sarif", "--today", TODAY).json
    schema = ROOT / "tests" / "schemas" / "sarif-2.1.0-rtm.5.json"
    jsonschema.validate(report, json.loads(schema.read_text(encoding="utf-8")))
    results = report["runs"][0]["results"]
    found = {result["ruleId"]: result["fixes"] for result in results if "fixes" in result}
    assert sorted(found) == ["control-plane-logging", "kubectl-version-skew"]
    (fix,) = found["kubectl-version-skew"]
    assert [change["artifactLocation"]["uri"] for change in fix["artifactChanges"]] == ["app.ts", "package.json"]
    lines = (target / "app.ts").read_text().split("\n")
    for replacement in fix["artifactChanges"][0]["replacements"]:
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        text = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
        assert "KubectlV24Layer" in text
        assert "KubectlV36Layer" in replacement["insertedContent"]["text"]


def test_markdown_suggests_the_lines_that_a_pull_request_takes(shop, run):
    _, _ = shop()
    printed = run("check", "--format", "markdown", "--today", TODAY).out
    line = "      kubectlLayer: new KubectlV36Layer(this, 'Kubectl'), // of the first release\n"
    assert f"```suggestion\n{line}```\n" in printed


def test_a_report_without_the_extra_has_no_edits(shop, run, monkeypatch):
    _, _ = shop()
    monkeypatch.setattr("eks_guard.cli.sources.LIBRARIES", ("tree_sitter_cobol",))
    report = run("check", "--format", "sarif", "--today", TODAY)
    assert report.code == 1
    assert "fixes" not in report.out
