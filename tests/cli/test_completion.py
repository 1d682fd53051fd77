"""What shells offer: asked as typer's completion scripts ask."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SAMPLES

from eks_guard.cli.options import OPTIONS
from eks_guard.policy.packs import builtin_ids, builtin_packs
from eks_guard.report import Format

STAGES = SAMPLES / "payment-stages" / "cdk.out"


def offered(line: str, folder=None) -> list[str]:
    """What bash offers for the last word of a line."""
    words = line.split(" ")
    asked = {"_EKS_GUARD_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", "from eks_guard.__main__ import main; import sys; sys.argv = ['eks-guard']; main()"],
        env={**os.environ, **asked},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_commands_and_options():
    assert {"check", "inspect", "explain"} <= set(offered("eks-guard "))
    assert offered("eks-guard ch") == ["check"]
    assert {option.flag for option in OPTIONS} <= set(offered("eks-guard check --"))


def test_packs_formats_and_severities():
    assert offered("eks-guard check --pack ") == list(builtin_packs())
    assert offered("eks-guard check --format ") == list(Format)
    assert offered("eks-guard check --format j") == ["json", "junit"]
    assert offered("eks-guard check --output sar") == ["sarif=eks-guard.sarif"]
    assert offered("eks-guard check --fail-on ") == ["info", "low", "medium", "high"]
    assert offered("eks-guard schema c") == ["cases", "config"]
    assert offered("eks-guard fix --pack ci") == ["cis-eks"]
    assert offered("eks-guard fix --policy helm-t") == ["helm-timeout-below-lambda"]


def test_policies_of_the_packs_and_of_the_project(tmp_path):
    assert offered("eks-guard explain kubectl-v") == ["kubectl-version-skew"]
    assert set(offered("eks-guard explain ")) == set(builtin_ids())
    assert set(offered("eks-guard check --ignore ")) == {*builtin_ids(), *builtin_packs()}
    (tmp_path / "own.yaml").write_text(
        "id: own\ntitle: a claim\nseverity: low\nmatch: cluster\nexpect: [{fact: cluster.name, exists: true}]\n"
        "rationale: It is a test.\nremediation: Wait.\n"
    )
    (tmp_path / "eks-guard.yaml").write_text("policies: [own.yaml]")
    assert offered("eks-guard explain ow", tmp_path) == ["own"]


def test_stacks_of_the_assembly_at_hand(tmp_path):
    assert offered(f"eks-guard check {STAGES} --stack ") == ["Dev/Payment", "Prod/Payment"]
    (tmp_path / "cdk.out").symlink_to(SAMPLES / "payment-current" / "cdk.out")
    assert offered("eks-guard inspect --stack ", tmp_path) == ["Payment"]


@pytest.mark.parametrize(
    "line",
    [
        "eks-guard check --stack ",
        "eks-guard check none --stack ",
        "eks-guard check - --stack ",
        "eks-guard check --fail-on high --stack ",
    ],
)
def test_an_assembly_that_is_not_there_offers_nothing_and_says_nothing(line, tmp_path):
    assert offered(line, tmp_path) == []


def test_a_configuration_that_is_wrong_offers_the_packs_all_the_same(tmp_path):
    (tmp_path / "eks-guard.yaml").write_text("policies: [nowhere.yaml]")
    assert offered("eks-guard explain kubectl-v", tmp_path) == ["kubectl-version-skew"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script(shell):
    """The script that `--show-completion` prints in a shell."""
    done = subprocess.run(
        [str(shutil.which("eks-guard", path=str(Path(sys.executable).parent)))],
        env={**os.environ, "_EKS_GUARD_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_EKS_GUARD_COMPLETE" in done.stdout
