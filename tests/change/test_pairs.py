"""Real syntheses before and after one change, in archives of templates: what the update will do, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import TODAY

PAIRS = Path(__file__).parent / "pairs"
EXPECTED = {
    "another-role-name": {("cluster-kept", "Eks/Cluster", "fail")},
    "role-outside-of-the-nested-stack": {("cluster-kept", "Eks/In/Cluster", "fail")},
    "other-subnets-2.130": {("cluster-kept", "Eks/Cluster", "fail")},
    "empty-logging-and-version": {("cluster-update-single", "Eks/Cluster", "fail")},
    "stage-around-a-chart": {("release-moved", "Prod/Eks/H", "fail")},
    "launch-template-and-labels": {("nodegroup-update-single", "Eks/Cluster/Nodegroupw", "fail")},
    "object-moved": {("object-kept", "Eks/M2", "fail")},
    "native-oidc-provider": {("name-free", "Eks/Cluster/OidcProviderNative", "fail")},
    "aws-auth-removed": {("object-kept", "Eks/Cluster/AwsAuth/manifest", "fail")},
    "cdk-2.200-to-2.276": set(),
}


def judged(run, before: Path, after: Path):
    found = run("check", after, "--against", before, "--pack", "change-safety", "--format", "json", "--today", TODAY)
    assert found.code in (0, 1), found.err
    return {(one["policy"], one["subject"]["id"], one["outcome"]): one for one in found.json["findings"]}


@pytest.mark.parametrize("pair", EXPECTED)
def test_pair(run, pair):
    assert set(judged(run, PAIRS / f"{pair}.before.tar.xz", PAIRS / f"{pair}.after.tar.xz")) == EXPECTED[pair]


@pytest.mark.parametrize("pair", EXPECTED)
def test_an_update_to_the_same_does_nothing(run, pair):
    after = PAIRS / f"{pair}.after.tar.xz"
    assert not judged(run, after, after)


def test_the_proof_leads_from_the_old_place_over_the_role_to_the_handler(run):
    pair = (PAIRS / f"another-role-name.{side}.tar.xz" for side in ("before", "after"))
    (finding,) = judged(run, *pair).values()
    steps = [(step["kind"], step["template"]) for step in finding["trace"]]
    assert steps == [
        ("before", "previous:Eks.template.json"),
        ("after", "Eks.template.json"),
        ("cluster", "Eks.template.json"),
        ("handler", None),
    ]
    assert "RoleName" in finding["trace"][0]["says"]
    assert finding["remediation"].startswith("Keep the role")


def test_the_marks_of_a_handler_place_its_release(monkeypatch):
    monkeypatch.syspath_prepend(str(PAIRS.parents[2] / "tools"))
    import refresh_update_rules
    from table import DATA, load

    table = load("update_rules", DATA)
    old, new = b"replaceVpc; Cannot update logging and access", b"updateVpc updateTags updateAuthMode"
    assert "as the table says" in refresh_update_rules.compared("2.130.0", old, table)
    assert "NOT" in refresh_update_rules.compared("2.150.0", old, table)
    assert "marks of 2.146.0" in refresh_update_rules.compared("2.150.0", new, table)
