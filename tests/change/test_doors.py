"""`against` at every door: the blocks of docs/change-safety.md, the action, and the plugin of CDK."""

from __future__ import annotations

import json
import re
import shlex
import shutil

import pytest
import yaml
from apps import FIXED, description, need_node, node_folder
from apps import HERE as CDK
from apps import run as synth
from conftest import ROOT, SAMPLES, TODAY

PAGE = (ROOT / "docs" / "change-safety.md").read_text(encoding="utf-8")
BLOCKS = [(language, text) for language, text in re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
APP = SAMPLES / "payment-fixed" / "cdk.out"


def commands():
    """What the page runs eks-guard with, without what a shell or a pipeline puts around it."""
    text = "\n".join(text for _, text in BLOCKS)
    found = re.findall(r"eks-guard ((?:check|inspect) [^\n#>|']*)", text)
    return sorted({line.strip() for line in found})


@pytest.fixture
def project(tmp_path):
    """A folder as the page's jobs have it: the new assembly, and the deployed one as a folder and as a zip."""
    shutil.copytree(APP, tmp_path / "cdk.out")
    shutil.copytree(APP, tmp_path / "previous")
    shutil.make_archive(str(tmp_path / "previous"), "zip", APP)
    return tmp_path


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_the_page_run(run, project, command):
    arguments = [word.replace("PREVIOUS", "previous") for word in shlex.split(command)]
    found = run(*arguments, *(("--today", TODAY) if arguments[0] == "check" else ()))
    assert found.code in (0, 1), found.err
    assert "is what is deployed" in found.out + found.err or "--output" in arguments or "azure" in arguments


def test_the_page_has_commands_for_each_pipeline():
    assert len(commands()) >= 6
    assert {"--output gitlab=eks-guard.json", "--format azure", "--format markdown"} <= {
        option for option in ("--output gitlab=eks-guard.json", "--format azure", "--format markdown") if option in PAGE
    }


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "yaml"])
def test_the_blocks_are_yaml(text):
    assert yaml.safe_load(text.replace("COMMIT", "abc"))


def test_the_block_for_github_asks_our_action_for_what_it_has():
    (block,) = [text for language, text in BLOCKS if "dawidd6" in text]
    steps = [step for step in yaml.safe_load(block) if str(step.get("uses", "")).startswith("eks-guard/")]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert [step["with"] for step in steps] == [{"path": "cdk.out", "against": "previous"}]
    assert set(steps[0]["with"]) <= set(inputs)


def test_pages_name_one_version_of_the_action():
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    assert len({version for page in pages for version in re.findall(r"uses: eks-guard/eks-guard@(\S+)", page)}) == 1


def test_the_plugin_judges_the_update(tmp_path):
    folder = node_folder(tmp_path)
    command = ["node", CDK / "app.js"]
    modules = folder / "node_modules"
    need_node()
    before = synth(command, folder, APP=description(stacks={"Payment": FIXED}), NODE_PATH=modules)
    previous = shutil.copytree(before.out, tmp_path / "previous")
    skipped = {"Payment": {**FIXED, "version": "1.34"}}
    wanted = description(stacks=skipped, options={"against": str(previous), "packs": ["change-safety"]})
    after = synth(command, folder, APP=wanted, NODE_PATH=modules)
    assert after.code == 1
    assert after.violations() == {("version-step", "Payment/Cluster"): "error"}


def test_the_templates_of_the_loop_on_the_page_are_taken(run, project):
    deployed = project / "deployed"
    deployed.mkdir()
    shutil.copy(APP / "Payment.template.json", deployed)
    found = run("check", project / "cdk.out", "--against", deployed, "--pack", "change-safety", "--format", "json")
    assert found.code == 0, found.err
    assert json.loads(found.out)["findings"] == []
