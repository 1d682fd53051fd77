"""The pages that a reader follows step by step: each file is written and each command run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import ROOT, SAMPLES

STEP = re.compile(
    r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<kind>yaml|console|sh)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


def run_shell(command, folder):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def shell(command, folder):
    done = run_shell(command, folder)
    return done.stdout + done.stderr


def assert_shown(shown, printed):
    """What is shown is printed, in this order; `…` stands for any lines."""
    rest = printed
    for block in (part.strip("\n") for part in re.split(r"^…$|…$", shown, flags=re.MULTILINE)):
        assert block in rest, f"shown:\n{block}\n\nprinted:\n{printed}"
        rest = rest[rest.index(block) + len(block) :]


def follow(page, folder):
    """Do what a page says, in a folder with a cdk.out; `cdk synth` has been run already."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    steps = list(STEP.finditer(text))
    assert len(steps) == text.count("```") / 2
    for step in steps:
        if step["file"]:
            (folder / step["file"]).parent.mkdir(parents=True, exist_ok=True)
            (folder / step["file"]).write_text(step["text"], encoding="utf-8")
        if step["kind"] == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", step["text"], re.MULTILINE):
                if not command.startswith(("cdk ", "pip ")):
                    assert_shown(shown, shell(command, folder))


BY_THE_CALENDAR = "W2531 E2531 E2533"
"""cfn-lint's own rules that ask today's date when Lambda's runtimes end."""


@pytest.mark.parametrize(("sample", "code"), [("payment-wrong-layer", 1), ("payment-current", 0)])
def test_the_uses_of_the_readme(tmp_path, sample, code):
    """Each block ends with the gate: closed on the broken app, open on the good one."""
    shutil.copytree(SAMPLES / sample / "cdk.out", tmp_path / "cdk.out")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    uses = re.findall(r"^```console\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    assert len(uses) == 3
    for use in uses:
        command = use.splitlines()[-1].removeprefix("$ ")
        gate = run_shell(command.replace("-i W3005", f"-i W3005 {BY_THE_CALENDAR}"), tmp_path)
        assert bool(gate.returncode) is bool(code), f"{command}: {gate.stdout}{gate.stderr}"
        if command.startswith("eks-guard"):
            assert gate.returncode == code
    assert {"eks-guard.sarif", "eks-guard.xml", "eks-guard.html"} <= {path.name for path in tmp_path.iterdir()}


def test_the_tutorial(tmp_path):
    shutil.copytree(SAMPLES / "payment-current" / "cdk.out", tmp_path / "cdk.out")
    follow("tutorial.md", tmp_path)
    schema = json.loads((tmp_path / "policies" / "policy.schema.json").read_text(encoding="utf-8"))
    written = (tmp_path / "policies" / "own" / "api-authentication.yaml").read_text(encoding="utf-8")
    jsonschema.validate(yaml.safe_load(written), schema)


def test_the_way_from_a_finding_to_a_patch(tmp_path):
    pytest.importorskip("tree_sitter_python", reason="run `pip install -e '.[fix]'`")
    shutil.copytree(SAMPLES / "payment-python", tmp_path / "payment")
    follow("fixing.md", tmp_path / "payment")
    assert "KubectlV28Layer" in (tmp_path / "payment" / "app.py").read_text(encoding="utf-8")


def test_what_a_terminal_shows(tmp_path):
    shutil.copytree(SAMPLES / "bad-citizen" / "cdk.out", tmp_path / "cdk.out")
    follow("terminal.md", tmp_path)


def test_the_way_to_an_enforced_gate(tmp_path):
    shutil.copytree(SAMPLES / "bad-citizen" / "cdk.out", tmp_path / "cdk.out")
    follow("adopting.md", tmp_path)
    assert (tmp_path / "eks-guard.yaml").is_file()


def test_a_case_that_does_not_hold_is_shown_as_the_page_says(tmp_path):
    files = {
        step["file"]: step["text"]
        for step in STEP.finditer((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
        if step["file"]
    }
    for name, text in files.items():
        path = tmp_path / Path(name).name
        path.write_text(
            text.replace("authentication_mod\n", "authentication_mode\n").replace("outcome: fail", "outcome: pass"),
            encoding="utf-8",
        )
    printed = shell("eks-guard test .", tmp_path)
    assert_shown(
        "  - expected pass\n  + found    fail\n    because the authentication mode is CONFIG_MAP…\n3 passed, 1 failed\n",
        printed,
    )
