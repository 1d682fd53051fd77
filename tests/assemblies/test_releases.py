"""Real, untouched syntheses of ten CDK releases, from v1 to today, each with the model that was checked by hand.

`make releases` synthesizes them again from npm; `pytest --accept` writes the models again.
"""

from __future__ import annotations

import json

import pytest
from conftest import ASSEMBLIES

RELEASES = sorted(path.name for path in (ASSEMBLIES / "releases").iterdir() if path.is_dir())


@pytest.mark.parametrize("release", RELEASES)
def test_release(inspect, golden, release):
    folder = ASSEMBLIES / "releases" / release
    clusters = inspect(folder / "cdk.out")
    golden(folder / "clusters.json", json.dumps(clusters, indent=1) + "\n")


@pytest.mark.parametrize("release", [release for release in RELEASES if not release.startswith("1.")])
def test_without_a_layer_the_handler_has_what_the_release_gives_it(inspect, release):
    clusters = {cluster["id"]: cluster for cluster in inspect(ASSEMBLIES / "releases" / release / "cdk.out")}
    minor = int(release.split(".")[1])
    assert clusters["Bare/Cluster"]["kubectl"][0]["kubectl_version"] == ("1.20.0" if minor < 179 else None)


def test_the_hollow_layer_is_found_out(check):
    result = check(ASSEMBLIES / "releases" / "2.200.0" / "cdk.out", "--stack", "Across")
    failed = {
        finding["policy"]: finding["because"][0] for finding in result.json["findings"] if finding["outcome"] == "fail"
    }
    assert "claims to carry kubectl but contains none" in failed["kubectl-layer-present"]
    assert "which contains no kubectl" in failed["kubectl-evidence-consistent"]
    assert "/opt/kubectl/kubectl 1.32.0" in failed["kubectl-evidence-consistent"]


@pytest.mark.parametrize("mode", ["weak", "strong"])
def test_what_crosses_stacks_stages_and_regions(inspect, golden, mode):
    folder = ASSEMBLIES / "crossing" / mode
    clusters = inspect(folder / "cdk.out")
    golden(folder / "clusters.json", json.dumps(clusters, indent=1) + "\n")
    kubectl = {cluster["id"]: [handler["kubectl_version"] for handler in cluster["kubectl"]] for cluster in clusters}
    assert kubectl["Dev/App/Cluster"] == kubectl["Near/Cluster"] == kubectl["Side/Second"] == ["1.24.0"]
    assert kubectl["Prod/App/Cluster"] == kubectl["Side/Cluster"] == kubectl["Guests/one"] == ["1.28.3"]
    assert kubectl["Guests/two"] == [None]
    assert "read from SSM parameter '/layers/kubectl-1.28'" in kubectl["Parameter/Cluster"][0]["unknown"]
    assert "given by its ARN" in kubectl["Hatch/Cluster"][0]["unknown"]
