"""All printed fixes of a broken app, applied in order, make it clean: shown by synthesizing it with real CDK.

What is advice and no line is listed with the reason, and done as it says. The tests take minutes: one of them runs
always where CDK is installed, the others with EKS_GUARD_ALL_TESTS only.
"""

from __future__ import annotations

import json
import os
import shutil

import pytest
from conftest import ASSEMBLIES, SAMPLES, TODAY
from mistakes import ADVICE, AFTERWARDS, LEFT, PRINTED
from printed import pieces, written
from projects import MODULES, synthesize

from eks_guard.records import dataclass

ALL = bool(os.environ.get("EKS_GUARD_ALL_TESTS"))
pytestmark = pytest.mark.skipif(
    not ALL and not (MODULES / "aws-cdk-lib").exists(),
    reason="aws-cdk-lib is not installed: tools/install_test_tools.sh",
)
DRAW = "payment-cfn-wrong-layer"
"""The sample of every run: a plain resource, and an import that takes the layer."""


@dataclass(frozen=True)
class Advice:
    """A fix without a line that could be written as it is: why, and what was done instead."""

    why: str
    file: str = ""
    old: str = ""
    new: str = ""


BROKEN = sorted(path.parent.name for path in SAMPLES.glob("*/cdk.json") if not path.parent.name.endswith("-current"))
BY_HAND = {
    ("bad-citizen-cfn", "handler-reaches-endpoint"): Advice(
        "the network of the handler is a choice of the app",
        "app.ts",
        "clusterName: raw.ref,\n      kubectlRoleArn:",
        "clusterName: raw.ref, vpc, kubectlPrivateSubnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId), "
        "kubectlSecurityGroupId: raw.attrClusterSecurityGroupId,\n      kubectlRoleArn:",
    ),
    ("bad-citizen-cfn", "workload-identity-present"): Advice(
        "an import takes the provider as an option, which only its own code can make",
        "app.ts",
        "kubectlLayer: new KubectlV36Layer",
        "openIdConnectProvider: new eks.OpenIdConnectProvider(this, 'Oidc', { url: raw.attrOpenIdConnectIssuerUrl }), "
        "kubectlLayer: new KubectlV36Layer",
    ),
    ("payment-no-layer-2.150", "framework-may-wait"): Advice("a newer aws-cdk-lib, which the copy is given"),
}
DECLARED = {
    "payment-imported-no-layer": {
        "clusters": [{"name": "payment", "version": "1.36"}],
        "subnets": [{"id": name, "egress": True} for name in ("subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5a60718")],
    }
}
"""What the findings ask to declare, as only a deployment knows it."""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of a sample beside the sources that samples share, with the newest CDK."""

    def call(sample):
        for name in (sample, "lib"):
            shutil.copytree(SAMPLES / name, tmp_path / name)
        (tmp_path / "node_modules").symlink_to(MODULES)
        (tmp_path / "eks-guard.yaml").write_text(json.dumps({"declare": DECLARED.get(sample, {})}), encoding="utf-8")
        monkeypatch.chdir(tmp_path / sample)
        return tmp_path / sample

    return call


@pytest.fixture
def audited(run):
    """The findings of the assembly in the working folder that are open, those that fail first."""

    def call(*arguments):
        found = run("check", "--format", "json", "--today", TODAY, *arguments)
        return found.code, found.json["findings"]

    return call


@pytest.mark.parametrize("sample", BROKEN if ALL else [DRAW])
def test_a_broken_sample_is_clean_after_all_printed_fixes(sample, project, audited):
    folder = project(sample)
    code, before = audited()
    assert code == 1
    unknown = {one["policy"] for one in before if one["outcome"] == "unknown"}
    language = "python" if sample.endswith("python") else "typescript"
    found = before
    for _ in range(2):  # what one fix brings to light, such as a handler out of reach, is said by the next run
        for finding in (one for one in found if one["outcome"] == "fail"):
            apply(sample, finding, folder, language)
        shutil.rmtree(folder / "cdk.out")
        synthesize(folder)
        code, found = audited()
        if code == 0:
            break
    assert (code, [one for one in found if one["outcome"] == "fail"]) == (0, [])
    assert {one["policy"] for one in found} <= unknown


def apply(sample, finding, folder, language):
    advice = BY_HAND.get((sample, finding["policy"]))
    if advice is None:
        written(finding, folder, language)
    elif advice.file:
        replaced(folder / advice.file, advice.old, advice.new)


def replaced(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.skipif(not ALL, reason="takes a minute: set EKS_GUARD_ALL_TESTS=1")
def test_every_mistake_is_gone_after_its_printed_lines_or_its_advice(run, monkeypatch, tmp_path):
    (tmp_path / "node_modules").symlink_to(MODULES)
    app = tmp_path / "app.js"
    app.write_text((ASSEMBLIES / "mistakes" / "app.js").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "cdk.json").write_text(json.dumps({"app": "node app.js"}), encoding="utf-8")
    findings = run("check", ASSEMBLIES / "mistakes" / "cdk.out", "--format", "json", "--today", TODAY).json["findings"]
    failed = {(one["subject"]["stack"], one["policy"]): one for one in findings if one["outcome"] == "fail"}
    known = {*PRINTED, *(key[:2] for key in ADVICE)}
    assert {key for key in failed if key[1] not in {*AFTERWARDS, *LEFT}} == known
    for key, (old, new) in PRINTED.items():
        replaced(app, old, new.replace("{lines}", printed_lines(failed[key])))
    for _, old, new in ADVICE.values():
        replaced(app, old, new)
    imports = "const { KubectlV34Layer } = require('@aws-cdk/lambda-layer-kubectl-v34');\n"
    app.write_text(imports + app.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    synthesize(tmp_path)
    after = run("check", "--format", "json", "--today", TODAY).json["findings"]
    left = {one["policy"] for one in after if one["outcome"] == "fail" and one["severity"] != "info"}
    assert left == set(LEFT)
    assert {open_key(one) for one in after if one["outcome"] == "unknown"} <= set(map(open_key, findings))


def open_key(finding):
    return finding["policy"], finding["subject"]["id"]


def printed_lines(finding):
    """The lines of a fix, with the names that this app has for what they are about."""
    lines = finding["fix"]["edits"][0]["lines"]
    own = ", ".join(pieces(lines))
    names = {
        "this,": f"{finding['subject']['stack'].lower()},",
        "[bastion]": "[open.clusterSecurityGroup]",
        "cluster.add": "open.add",
    }
    names["this,"] = {"Extended": "late,", "OldWithKey": "encrypted,"}.get(finding["subject"]["stack"], names["this,"])
    for printed, known in names.items():
        own = own.replace(printed, known)
    return own
