"""A plan is a path: real apps go to the target in the deploys that it names, each of which passes, and nothing else turns up.

The apps are synthesized after each edit, so their whole way is gone with EKS_GUARD_ALL_TESTS only.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from apps import need_node, node_folder
from apps import run as synth
from conftest import ROOT

from eks_guard.data import Tables

APPS = Path(__file__).parent / "apps"
DAY = "2026-11-24"
TARGETS = {"plain": "1.36", "removed": "1.36", "controller": "1.36"}
PHASES = ("before", "with", "after")
LAYER = """\
const { aws_lambda: lambda, aws_s3: s3 } = require('aws-cdk-lib');
exports.KubectlV%(minor)sLayer = class extends lambda.LayerVersion {
  constructor(scope, id) {
    super(scope, id, { code: lambda.Code.fromBucket(s3.Bucket.fromBucketName(scope, `${id}Assets`, 'assets'), '%(hash)s.zip') });
  }
};
"""
"""A layer package that names the published zip, which is as much of it as a template has."""

minutes = pytest.mark.skipif(not os.environ.get("EKS_GUARD_ALL_TESTS"), reason="set EKS_GUARD_ALL_TESTS=1")
"""For tests that synthesize some fifteen times."""


class Project:
    """The source of an app, and its assembly after each deploy."""

    def __init__(self, folder, name):
        self.folder = node_folder(folder)
        self.file = folder / "app.js"
        self.deploys = 0
        shutil.copy(APPS / f"{name}.js", self.file)
        modules = self.folder / "node_modules" / "@aws-cdk"
        for digest, layer in Tables().published_layers.items():
            minor = str(layer.kubectl.minor) if layer.kubectl else None
            package = folder / "layers" / "node_modules" / "@aws-cdk" / f"lambda-layer-kubectl-v{minor}"
            if minor and not package.exists() and not (modules / package.name).exists():
                package.mkdir(parents=True)
                (package / "index.js").write_text(LAYER % {"minor": minor, "hash": digest})

    def synthesize(self):
        paths = f"{self.folder / 'node_modules'}:{self.folder / 'layers' / 'node_modules'}"
        result = synth(["node", self.file], self.folder, NODE_PATH=paths)
        assert result.code == 0, result.said
        self.deploys += 1
        return shutil.copytree(result.out, self.folder / f"deploy-{self.deploys}")

    def apply(self, item):
        """Write what an item says, where the app has something of the kind."""
        source = self.file.read_text()
        for line in (item["fix"]["typescript"] or "").splitlines():
            source = written(source, line.partition("  //")[0].rstrip(",; "), line)
        changed = source != self.file.read_text()
        self.file.write_text(source)
        return changed


def written(source, line, whole):
    layer = re.search(r"KubectlV(\d+)Layer", line)
    if layer:
        source = re.sub(r"KubectlV\d+Layer", layer[0], source)
        return re.sub(r"lambda-layer-kubectl-v\d+", f"lambda-layer-kubectl-v{layer[1]}", source)
    if "// instead of " in whole:
        return source.replace(f"'{whole.partition('// instead of ')[2].strip()}'", line.partition(": ")[2])
    key, _, value = line.partition(": ")
    if value.startswith("eks.KubernetesVersion"):
        return re.sub(r"eks\.KubernetesVersion\.V1_\d+", value, source)
    return re.sub(rf"\b{key}: (?:'[^']*'|eks\.NodegroupAmiType\.AL2_\w+)", f"{key}: {value}", source)


def plan(run, assembly, target):
    result = run("upgrade", assembly, "--to", target, "--format", "json", "--today", DAY)
    assert result.code in (0, 1), result.err
    (way,) = result.json["clusters"]
    return way


def items_of(way):
    return [item for step in way["steps"] for item in step["items"]]


def is_named(item, planned):
    """What persists is said once, at the first step that has it."""

    def subject(one):
        return one["id"], one["subject"]["id"], one["object"]

    return any(subject(one) == subject(item) and minor(one["at"]) <= minor(item["at"]) for one in planned)


def minor(version):
    return int(version.partition(".")[2])


def passes(run, assembly, before):
    """A deploy that nothing refuses: neither the app itself nor the update."""
    own = run("check", assembly, "--pack", "deploy-safety", "--fail-on", "high", "--format", "json", "--today", DAY)
    assert own.code == 0, [(f["policy"], f["because"]) for f in own.json["findings"] if f["outcome"] == "fail"]
    update = run(
        "check",
        assembly,
        "--against",
        before,
        "--pack",
        "change-safety",
        "--fail-on",
        "low",
        "--format",
        "json",
        "--today",
        DAY,
    )
    assert update.code == 0, [(f["policy"], f["because"]) for f in update.json["findings"]]


@minutes
@pytest.mark.parametrize("name", TARGETS)
def test_the_plan_leads_to_the_target(run, tmp_path, monkeypatch, name):
    need_node()
    project, target = Project(tmp_path, name), TARGETS[name]
    monkeypatch.chdir(tmp_path)
    assembly = project.synthesize()
    first = plan(run, assembly, target)
    planned = items_of(first)
    for step in [step["to"] for step in first["steps"]]:
        for phase in PHASES:
            now = plan(run, assembly, target)
            assert not [item for item in items_of(now) if not is_named(item, planned)]
            due = [
                item
                for item in items_of(first if phase == "after" else now)
                if (item["at"], item["phase"]) == (step, phase)
            ]
            if phase == "with":
                blocking = [item for item in items_of(now) if (item["at"], item["weight"]) == (step, "blocks")]
                assert blocking == []
            changed = [project.apply(item) for item in due]
            if any(changed):
                before, assembly = assembly, project.synthesize()
                passes(run, assembly, before)
    assert plan(run, assembly, target)["steps"] == []
    assert project.deploys > len(first["steps"])


def test_the_page_walks_an_app_as_its_plan_does(run, tmp_path, monkeypatch):
    need_node()
    assembly = Project(tmp_path, "removed").synthesize()
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "upgrading.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (1\.\d+) \|(.*)\|(.*)\|(.*)\|$", page, re.MULTILINE)
    ids = r"`([a-z]+(?:-[a-z]+)+)`"
    walked = {
        (row[0], phase, id_)
        for row in rows
        for phase, cell in zip(PHASES, row[1:], strict=True)
        for id_ in re.findall(ids, cell)
    }
    way = plan(run, assembly, TARGETS["removed"])
    assert {(item["at"], item["phase"], item["id"]) for item in items_of(way)} == walked
    fixes = " ".join(str(item["fix"]["typescript"]) for item in items_of(way))
    shown = [line for row in rows for line in re.findall(r"`(\w+: [^`]+)`", row[1])]
    assert shown
    assert all(line in fixes for line in shown)
