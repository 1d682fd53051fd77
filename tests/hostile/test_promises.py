"""What `SECURITY.md` and `docs/limits.md` say in sentences that no other test is about."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from conftest import ROOT, SAMPLES, TODAY
from inputs import CLUSTER, template

from eks_guard.assembly import budget
from eks_guard.assembly.load import load
from eks_guard.data import Tables
from eks_guard.resolve.estate import Knowledge, resolve

FAR = 50
"""How many times a real app would fit into each budget."""
SPENDING = {
    "_bytes": budget.MAX_TOTAL_BYTES,
    "_containers": budget.MAX_CONTAINERS,
    "_commas": budget.MAX_COMMAS,
    "_steps": budget.MAX_STEPS,
    "_nested": budget.MAX_NESTED_STACKS,
    "_stacks": budget.MAX_STACKS,
    "_resources": budget.MAX_RESOURCES,
}


@pytest.mark.parametrize("sample", ["bad-citizen", "payment-stages", "payment-wrong-layer"])
def test_an_honest_app_stays_far_from_every_budget(sample):
    assembly = load(str(SAMPLES / sample / "cdk.out"))
    resolve(assembly, Knowledge(Tables()))
    spent = {name: getattr(assembly.root.budget, name) for name in SPENDING}
    assert {name: found for name, found in spent.items() if found * FAR > SPENDING[name]} == {}


def test_a_policy_beyond_its_limit_is_wrong_usage_and_judges_nothing(run, write):
    policy = write("p.yaml", "id: a\n".ljust((1 << 20) + 1))
    result = run("check", write("S.template.json", template()), "--policy", policy)
    assert result.code == 2
    assert result.out == ""
    assert "more than 1048576 bytes" in result.err


REFUSED = {
    "nested deeper": ("S.template.json", '{"Resources": ' + "[" * 100_000),
    "twice in one object": ("S.template.json", '{"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Type": "X"}}}'),
    "alias": ("S.template.yaml", "a: &a {}\nResources: {C: {Type: 'AWS::EKS::Cluster'}, D: *a}\n"),
    "determine a constructor for the tag": (
        "S.template.yaml",
        "Resources: {C: {Type: 'AWS::EKS::Cluster', Properties: !!set {a, b}}}\n",
    ),
    "digits": ("S.template.json", '{"Resources": {"C": {"Type": "AWS::EKS::Cluster", "X": ' + "1" * 5_000 + "}}}"),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_the_page_of_limits_refuses_besides_is_refused(run, write, says):
    result = run("check", write(*REFUSED[says]))
    assert result.code == 3, result.out
    assert says in result.err


@pytest.mark.parametrize("transform", ["Own", {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}])
def test_a_template_behind_a_macro_never_passes_strictly(run, write, transform):
    good: dict[str, Any] = {"B": {"Type": "AWS::S3::Bucket"}}
    path = write("S.template.json", {"Transform": transform, "Resources": good})
    assert run("check", path, "--strict", "--format", "json").code == 1


def test_a_check_needs_nothing_but_to_read_the_folder(tmp_path):
    """No environment, no home, no credentials, and a folder that nobody may write to."""
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    (folder / "S.template.json").write_text(json.dumps({"Resources": {"C": CLUSTER}}))
    folder.chmod(0o555)
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from eks_guard.__main__ import main; main()",
    ]
    result = subprocess.run(
        [*command, "check", str(folder), "--today", TODAY],
        env={},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert result.returncode == 1, result.stderr
    assert result.stderr == ""
    assert [found.name for found in folder.iterdir()] == ["S.template.json"]
