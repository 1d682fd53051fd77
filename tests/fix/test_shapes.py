"""Each way of writing a cluster is patched, or left to the user for the reason that is true of it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from conftest import TODAY
from projects import names, recorded

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")

PATCHED = "patched"
ONLY = ("--policy", "kubectl-version-skew", "--policy", "kubectl-layer-present")
"""The version of the clusters is newer than EKS's list of a fixed day, which is no matter of these tests."""

DESIGN = {
    "js-require": PATCHED,
    "py-conditional": "depends on a condition",
    "py-dict": PATCHED,
    "py-helper": PATCHED,
    "py-kwargs": PATCHED,
    "py-splat": PATCHED,
    "py-subclass": PATCHED,
    "ts-conditional": "depends on a condition",
    "ts-factory": PATCHED,
    "ts-imported": PATCHED,
    "ts-inline": PATCHED,
    "ts-loop": PATCHED,
    "ts-map": "an anonymous function, which a loop or a library calls",
    "ts-namespace": PATCHED,
    "ts-other-file": PATCHED,
    "ts-shared-layer": "`layer` is used by more than this cluster",
    "ts-spread": PATCHED,
    "ts-subclass": PATCHED,
    "ts-v2": PATCHED,
    "ts-variable": PATCHED,
}
FURTHER = {
    "js-destructure": "`KubectlV24Layer` is not imported in a way that is followed",
    "js-esm": PATCHED,
    "py-dict-changed": "`options` is changed after it is assigned",
    "py-if": "`version` is assigned more than once",
    "py-getattr": "its version is not one constant",
    "py-import-list": PATCHED,
    "py-module": PATCHED,
    "py-module-alias": PATCHED,
    "py-package": PATCHED,
    "py-self-field": PATCHED,
    "py-v2-options": PATCHED,
    "py-variable": PATCHED,
    "ts-new-or-imported": PATCHED,
    "ts-release": PATCHED,
    "ts-template-ids": PATCHED,
    "ts-version-table": "the layer is not created with one of CDK's layer classes",
    "ts-alias": PATCHED,
    "ts-base-class": PATCHED,
    "ts-both-imported": PATCHED,
    "ts-crlf": PATCHED,
    "ts-default-parameter": "`version` is not passed by the caller of `makeCluster`",
    "ts-environment": "not one constant",
    "ts-fargate": PATCHED,
    "ts-field": PATCHED,
    "ts-layer-callback": PATCHED,
    "ts-layer-conditional": "depends on a condition",
    "ts-method": PATCHED,
    "ts-nested-stack": PATCHED,
    "ts-options-changed": "`options` is changed after it is assigned",
    "ts-options-const": PATCHED,
    "ts-own-layer": "the layer is not created with one of CDK's layer classes",
    "ts-props-spread": PATCHED,
    "ts-raw": PATCHED,
    "ts-reexport": PATCHED,
    "ts-stages": PATCHED,
    "ts-two-layers": PATCHED,
    "ts-two-stacks": "`props` is a parameter, and `ShopStack` has several callers",
    "ts-v2-no-comma": PATCHED,
}
OTHER_POLICIES = {
    "py-chart": (PATCHED, "helm-timeout-below-lambda"),
    "py-logging": (PATCHED, "control-plane-logging"),
    "ts-chart": (PATCHED, "helm-timeout-below-lambda"),
    "ts-default-capacity": ("it is the default capacity of the cluster", "node-ami-supported"),
    "ts-deletion": (PATCHED, "deletion-protected"),
    "ts-endpoint": (PATCHED, "endpoint-private"),
    "ts-logging": (PATCHED, "control-plane-logging"),
    "ts-logging-waived": ("the same line creates Sandbox/Cluster", "control-plane-logging"),
    "ts-nodegroup": (PATCHED, "node-ami-supported"),
    "ts-step": (PATCHED, "cluster-version-supported"),
    "ts-step-layer": (PATCHED, "cluster-version-supported"),
    "ts-nodegroup-named": ("it has a fixed name", "node-ami-supported"),
}
SHAPES = DESIGN | FURTHER | {name: answer for name, (answer, _) in OTHER_POLICIES.items()}


def asked(name):
    """The options that ask for the policies which a shape is about."""
    return ("--policy", OTHER_POLICIES[name][1]) if name in OTHER_POLICIES else ONLY


def test_every_shape_has_its_answer():
    assert sorted(SHAPES) == names()


@pytest.fixture
def fix(run, monkeypatch, tmp_path):
    """Run `fix` on a shape; return the run and the folder of the project."""

    def call(name, *arguments):
        folder = tmp_path / "projects" / name
        target = folder if folder.exists() else recorded(name, folder.parent)
        monkeypatch.chdir(target)
        return run_in(run, monkeypatch, target, *arguments, today=day(name)), target

    return call


LATER = "2027-03-01"
"""A day on which 1.35 leaves standard support within 60 days."""


def day(name):
    return LATER if name.startswith("ts-step") else TODAY


def run_in(run, monkeypatch, target, *arguments, today):
    monkeypatch.chdir(target)
    return run("fix", "--today", today, *arguments)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_shape_is_patched_or_advised_for_the_true_reason(name, fix):
    result, _ = fix(name, "--format", "json", *asked(name))
    findings = result.json["findings"]
    if SHAPES[name] == PATCHED:
        assert {finding["status"] for finding in findings} == {"patched"}, findings
        assert result.code == 0
    else:
        assert {finding["status"] for finding in findings} == {"advice"}
        assert all(SHAPES[name] in finding["reason"] for finding in findings), findings
        assert result.json["patch"] == ""
        assert result.code == 1


@pytest.mark.parametrize("name", sorted(name for name in SHAPES if SHAPES[name] == PATCHED))
def test_git_takes_each_patch_and_a_second_run_has_none(name, fix):
    result, target = fix(name, *asked(name))
    git = shutil.which("git")
    assert git
    (target / "fix.patch").write_bytes(result.out.encode())
    assert result.code == 0
    subprocess.run([git, "apply", "--check", "fix.patch"], cwd=target, check=True, env={"GIT_DIR": "/nowhere"})
    before = {file: file.read_bytes() for file in target.rglob("*") if file.is_file()}
    written, _ = fix(name, "--write", *asked(name))
    assert (written.code, written.out) == (0, "")
    changed = {file.relative_to(target).as_posix() for file, content in before.items() if file.read_bytes() != content}
    assert changed == {line[6:].strip() for line in result.out.splitlines() if line.startswith("+++ b/")}
    again, _ = fix(name, *asked(name))
    assert (again.code, again.out) == (2, ""), again.err
    assert "synthesize again" in again.err


def test_most_shapes_are_patched():
    share = sum(answer == PATCHED for answer in DESIGN.values())
    assert (share, len(DESIGN)) == (16, 20)
    assert sum(answer == PATCHED for answer in FURTHER.values()) >= 20
