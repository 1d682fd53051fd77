"""The same input gives the same bytes, whatever the order of files, the seed of hashes, the time zone or the locale."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from cold import cold
from conftest import ASSEMBLIES, SAMPLES

from eks_guard.report import Format

INPUTS = {
    "payment": SAMPLES / "payment-wrong-layer" / "cdk.out",
    "bad citizen": SAMPLES / "bad-citizen" / "cdk.out",
    "stages": SAMPLES / "payment-stages" / "cdk.out",
    "across stacks": ASSEMBLIES / "crossing" / "strong" / "cdk.out",
}
SETTINGS = {
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 4711": {"PYTHONHASHSEED": "4711"},
    "the far east": {"TZ": "Pacific/Kiritimati"},
    "the far west": {"TZ": "Pacific/Pago_Pago"},
    "the C locale": {"LC_ALL": "C", "PYTHONHASHSEED": "7"},
}


def reports(path: Path, folder: Path, **environment: str) -> dict[str, bytes]:
    """Every format of one audit, and what `inspect` says."""
    folder.mkdir()
    outputs = [f"--output={name}={folder / name}" for name in Format]
    every = ["--pack=deploy-safety", "--pack=baseline", "--pack=hardening", "--show-passed", "--today=2026-11-24"]
    cold("check", path, *every, *outputs, env=environment)
    inspected = cold("inspect", path, "--format", "json", env=environment).stdout.encode()
    return {name: (folder / name).read_bytes() for name in Format} | {"inspect": inspected}


@pytest.fixture(scope="module", params=INPUTS.values(), ids=list(INPUTS))
def first(request, tmp_path_factory):
    """An input, and its reports."""
    return request.param, reports(request.param, tmp_path_factory.mktemp("first") / "reports", PYTHONHASHSEED="0")


@pytest.mark.parametrize("environment", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_changes_a_byte(first, tmp_path, environment):
    path, expected = first
    assert reports(path, tmp_path / "reports", **environment) == expected


def test_the_order_in_which_files_were_written_changes_no_byte(tmp_path):
    """A folder without a manifest is listed, and file systems list in the order of writing, or in none."""
    templates = sorted(INPUTS["payment"].glob("*.template.json")) + sorted(
        INPUTS["bad citizen"].glob("*.template.json")
    )
    found = []
    for seed in range(3):
        folder = tmp_path / str(seed) / "templates"
        folder.mkdir(parents=True)
        random.Random(seed).shuffle(templates)
        for template in templates:
            shutil.copyfile(template, folder / template.name)
        found.append(cold("check", "templates", "--format", "json", "--today", "2026-11-24", cwd=folder.parent).stdout)
    assert found[0] == found[1] == found[2]
    assert '"clusters": 0' not in found[0]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_the_same_everywhere(zone):
    """The default of --today is the day in UTC: no report differs by where the runner stands."""
    here = cold("check", INPUTS["payment"], "--format", "json", env={"TZ": "UTC"})
    assert cold("check", INPUTS["payment"], "--format", "json", env={"TZ": zone}).stdout == here.stdout
