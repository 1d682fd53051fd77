"""The files of the gate: valid by their schemas, and the script of the action run as GitHub runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, SAMPLES
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def validate(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("schema", "file"), [("vendor.github-actions", "action.yml"), ("vendor.pre-commit-hooks", ".pre-commit-hooks.yaml")]
)
def test_the_files_of_the_gate_are_valid(schema, file):
    if schema == "vendor.pre-commit-hooks":
        (hook,) = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
        assert {"id", "name", "entry", "language"} <= set(hook)
        return
    result = validate(schema, ROOT / file)
    assert result.returncode == 0, result.stdout


def blocks():
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    sections = (section.partition("\n") for section in page.split("\n## ")[1:])
    found = ((title, re.search(r"```yaml\n(.*?)```", text, re.DOTALL)) for title, _, text in sections)
    return {title: block[1] for title, block in found if block}


@pytest.mark.parametrize(
    ("title", "schema"), [("GitLab", "vendor.gitlab-ci"), ("Azure Pipelines", "vendor.azure-pipelines")]
)
def test_the_examples_are_valid(tmp_path, title, schema):
    path = tmp_path / "pipeline.yml"
    path.write_text(blocks()[title], encoding="utf-8")
    result = validate(schema, path)
    assert result.returncode == 0, result.stdout


def test_the_workflow_is_valid(tmp_path):
    path = tmp_path / "workflow.yml"
    path.write_text("on: push\n" + blocks()["GitHub Actions"], encoding="utf-8")
    result = validate("vendor.github-workflows", path)
    assert result.returncode == 0, result.stdout


def test_the_gitlab_component_is_valid(tmp_path):
    text = (ROOT / "packages" / "gitlab" / "templates" / "eks-guard.yml").read_text(encoding="utf-8")
    head, job = yaml.safe_load_all(text)
    for name, given in head["spec"]["inputs"].items():
        assert given["description"].endswith(".")
        assert f"$[[ inputs.{name} ]]" in text
        assert "default" in given
    path = tmp_path / "pipeline.yml"
    path.write_text(yaml.safe_dump(job), encoding="utf-8")
    result = validate("vendor.gitlab-ci", path)
    assert result.returncode == 0, result.stdout
    assert not any("$[[" in line for line in job["eks-guard"]["script"]), "inputs reach the shell through variables"


@pytest.mark.parametrize("title", ["AWS CodeBuild", "pre-commit"])
def test_the_other_examples_are_yaml_that_calls_us(title):
    assert "eks-guard" in str(yaml.safe_load(blocks()[title]))


def commands(title):
    """What a pipeline runs, as one script that ends at the first failure."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    if title == "Jenkins":
        return re.findall(r"^sh '(.*)'$", page, re.MULTILINE)
    if title == "GitLab component":
        text = (ROOT / "packages" / "gitlab" / "templates" / "eks-guard.yml").read_text(encoding="utf-8")
        return list(yaml.safe_load_all(text))[1]["eks-guard"]["script"]
    written = yaml.safe_load(blocks()[title])
    match title:
        case "GitLab":
            return written["eks-guard"]["script"]
        case "Azure Pipelines":
            return [written["steps"][0]["script"].replace("$(Build.ArtifactStagingDirectory)", ".")]
        case "AWS CodeBuild":
            return written["phases"]["build"]["commands"]
        case "pre-commit":
            (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
            assert written["repos"][0]["hooks"] == [{"id": hook["id"]}]
            return [hook["entry"]]
    raise AssertionError(title)


@pytest.mark.parametrize(("sample", "code"), [("payment-wrong-layer", 1), ("payment-current", 0)])
@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("GitLab", ["gl-code-quality.json", "eks-guard.xml"]),
        ("GitLab component", ["gl-code-quality.json", "eks-guard.xml"]),
        ("Azure Pipelines", ["eks-guard.xml"]),
        ("Jenkins", ["eks-guard.xml", "eks-guard.sarif"]),
        ("AWS CodeBuild", ["eks-guard.xml"]),
        ("pre-commit", []),
    ],
)
def test_a_pipeline_stops_on_the_broken_sample_and_passes_the_good_one(tmp_path, title, left, sample, code):
    shutil.copytree(SAMPLES / sample / "cdk.out", tmp_path / "cdk.out")
    for name in ("pip", "npx"):  # eks-guard is here, and the app is synthesized
        stub = tmp_path / "bin" / name
        stub.parent.mkdir(exist_ok=True)
        stub.write_text("#!/bin/sh\n", encoding="utf-8")
        stub.chmod(0o755)
    arguments = "--require-cluster --stack '*'"
    inputs = {"EKS_GUARD_PATH": "cdk.out", "EKS_GUARD_FAIL_ON": "low", "EKS_GUARD_ARGUMENTS": arguments}
    path = os.pathsep.join([str(tmp_path / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    script = "\n".join(["set -e", *commands(title)])
    result = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **inputs, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    for name in left:
        assert (tmp_path / name).stat().st_size > 0


SILENT = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}}}
GATE = [("", "", 1), ("fail-on: high", "", 0), ("fail-on: high", "medium", 1), ("", "high", 0)]
"""What eks-guard.yaml and the input say, and how a medium failure ends."""


@pytest.mark.parametrize(("config", "given", "code"), GATE)
def test_the_action_leaves_the_gate_to_the_configuration(run_action, tmp_path, config, given, code):
    (tmp_path / "eks-guard.yaml").write_text(f"select: [control-plane-logging]\n{config}\n", encoding="utf-8")
    (tmp_path / "t.json").write_text(json.dumps(SILENT), encoding="utf-8")
    assert run_action("t.json", INPUT_FAIL_ON=given).returncode == code
    assert yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]["fail-on"]["default"] == ""


@pytest.mark.parametrize(("config", "given", "code"), GATE)
def test_the_gitlab_component_leaves_the_gate_to_the_configuration(tmp_path, config, given, code):
    (tmp_path / "eks-guard.yaml").write_text(f"select: [control-plane-logging]\n{config}\n", encoding="utf-8")
    (tmp_path / "t.json").write_text(json.dumps(SILENT), encoding="utf-8")
    text = (ROOT / "packages" / "gitlab" / "templates" / "eks-guard.yml").read_text(encoding="utf-8")
    head, job = yaml.safe_load_all(text)
    defaults = {name: str(row["default"]) for name, row in head["spec"]["inputs"].items()}
    wanted = {**defaults, "fail-on": given, "path": "t.json"}
    variables = {
        key: re.sub(r"\$\[\[ inputs\.([\w-]+) ]]", lambda found: wanted[found[1]], value)
        for key, value in job["eks-guard"]["variables"].items()
    }
    python = Path(sys.executable).parent
    result = subprocess.run(
        ["bash", "-c", "\n".join(["set -e", "pip() { :; }", *job["eks-guard"]["script"]])],
        cwd=tmp_path,
        env={**os.environ, **variables, "PATH": os.pathsep.join([str(python), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == code, result.stderr
    assert "in the environment sets no option" not in result.stderr


def test_inputs_of_the_action_reach_the_shell_only_through_the_environment():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_action_uploads_its_report_even_if_the_gate_closed():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    *_, check, upload = action["runs"]["steps"]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["if"].startswith("${{ always() && inputs.upload == 'true'")
    assert (
        upload["with"]["sarif_file"]
        == action["outputs"]["sarif"]["value"]
        == f"${{{{ steps.{check['id']}.outputs.sarif }}}}"
    )


@pytest.fixture
def run_action(tmp_path):
    """Run the action's script with an eks-guard that is already installed in place of a fresh environment."""
    fake = tmp_path / "python"
    fake.write_text(
        f'#!/bin/sh\nmkdir -p "$4/bin"\n'
        f'printf "#!/bin/sh\\n[ \\$3 = pip ] && echo \\$@ >> {tmp_path}/pip || exec {sys.executable} \\"\\$@\\"\\n" > "$4/bin/python"\n'
        f'chmod +x "$4/bin/python"\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)

    def call(path, **inputs):
        environment = {
            **os.environ, "PYTHON": str(fake), "HERE": str(ROOT), "RUNNER_TEMP": str(tmp_path), "INPUT_PATH": str(path),
            "INPUT_FAIL_ON": "low", "INPUT_SARIF": "eks-guard.sarif", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_OUTPUT": str(tmp_path / "output"), **inputs,
        }  # fmt: skip
        command = ["bash", str(ROOT / "tools" / "action.sh")]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return call


def test_the_action_fails_on_the_broken_sample_and_leaves_its_reports(run_action, tmp_path):
    result = run_action(SAMPLES / "payment-wrong-layer" / "cdk.out")
    assert result.returncode == 1, result.stderr
    assert result.stdout.startswith("::error file=")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("## eks-guard: 2 failed")
    assert (tmp_path / "output").read_text(encoding="utf-8") == "sarif=eks-guard.sarif\n"
    assert (tmp_path / "eks-guard.sarif").exists()


def test_the_action_installs_only_packages_of_known_hashes(run_action, tmp_path):
    run_action(SAMPLES / "payment-current" / "cdk.out")
    (packages, ours) = (tmp_path / "pip").read_text(encoding="utf-8").splitlines()
    assert f"--require-hashes --only-binary=:all: --requirement {ROOT}/tools/requirements.txt" in packages
    assert ours.endswith(f"--no-deps --no-build-isolation {ROOT}")


def test_every_package_of_the_action_has_hashes_and_none_is_missing():
    text = (ROOT / "tools" / "requirements.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9-]+)==(\S+)[^\\\n]*(\\\n    --hash=sha256:[0-9a-f]{64}\s?)+", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
    pinned = {name: Version(version) for name, version, _ in entries}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for line in (*project["project"]["dependencies"], *project["build-system"]["requires"]):
        asked = Requirement(line)
        assert asked.specifier.contains(pinned[canonicalize_name(asked.name)]), line


def test_the_action_passes_on_a_good_sample(run_action):
    result = run_action(SAMPLES / "payment-current" / "cdk.out")
    assert (result.returncode, result.stdout) == (0, "")


def test_more_arguments_come_one_a_line_and_are_never_shell(run_action, tmp_path):
    fixed = SAMPLES / "payment-fixed" / "cdk.out"
    assert run_action(fixed, INPUT_ARGUMENTS="--today\n2024-06-01\n").returncode == 0
    result = run_action(fixed, INPUT_ARGUMENTS="--stack\n$(touch owned)*\n")
    assert result.returncode == 2
    assert "no stack matches '$(touch owned)*'" in result.stderr
    assert not (tmp_path / "owned").exists()


def test_the_action_runs_nothing_of_the_checkout(run_action, tmp_path):
    for name in ("typing", "json", "typer", "eks_guard", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w').close()\n", encoding="utf-8")
    assert run_action(SAMPLES / "payment-current" / "cdk.out", PYTHONPATH=str(tmp_path)).returncode == 0
    assert not (tmp_path / "executed").exists()


def test_a_path_is_never_an_option_of_the_action(run_action, tmp_path):
    shutil.copytree(SAMPLES / "payment-wrong-layer" / "cdk.out", tmp_path / "--exit-zero")
    assert run_action("--exit-zero").returncode == 1


def test_a_report_that_came_with_the_checkout_is_not_uploaded(run_action, tmp_path):
    (tmp_path / "precious").write_text("kept", encoding="utf-8")
    (tmp_path / "eks-guard.sarif").symlink_to("precious")
    assert run_action("nowhere").returncode == 3
    assert not (tmp_path / "output").exists()
    assert run_action(SAMPLES / "payment-current" / "cdk.out").returncode == 0
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "kept"
    assert (tmp_path / "output").read_text(encoding="utf-8") == "sarif=eks-guard.sarif\n"


def test_no_line_gets_into_the_outputs_of_the_action(run_action, tmp_path):
    assert run_action(SAMPLES / "payment-current" / "cdk.out", INPUT_SARIF="a.sarif\nother=1").returncode == 2
    assert not (tmp_path / "output").exists()
