"""What docs/fleet.md shows is what happens: each command is run, each template and policy is valid."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, TODAY

from fleet.archives import good
from fleet.test_s3 import endpoint, options, storage  # noqa: F401 (fixtures)

PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")
NOT_RUN = ("pip ", "dask ")
"""Installed already, or started by the test."""
TEAMS = ("shop", "pay", "data")


@pytest.fixture(scope="module")
def scheduler():
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the archives that the page speaks of."""
    folder = tmp_path_factory.mktemp("page")
    for number in range(12):
        app = "cart" if number == 0 else f"app-{number}"
        path = folder / "archives" / TEAMS[number % 3] / app / "cdk.out.zip"
        path.parent.mkdir(parents=True)
        path.write_bytes(good(number))
    return folder


def commands() -> list[tuple[str, str]]:
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [
        (command, shown)
        for block in blocks
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
        if not command.startswith(NOT_RUN)
    ]


def test_the_commands_of_the_page_do_what_it_shows(place, scheduler, storage, endpoint):  # noqa: F811
    storage.mkdir("ci-artifacts")
    storage.call_s3("put_bucket_versioning", Bucket="ci-artifacts", VersioningConfiguration={"Status": "Enabled"})
    storage.put(str(place / "archives"), "ci-artifacts", recursive=True)
    keys = options(endpoint)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": keys["key"],
        "AWS_SECRET_ACCESS_KEY": keys["secret"],
        "AWS_DEFAULT_REGION": "us-east-1",
        "EKS_GUARD_TODAY": TODAY,
        "XDG_CACHE_HOME": str(place / "cache"),
    }
    found = commands()
    assert len(found) >= 13
    for command, shown in found:
        run = command.replace("tcp://127.0.0.1:8786", scheduler)
        done = subprocess.run(run, shell=True, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), f"{command}\n{done.stderr}"
        assert_shown(shown, done.stderr + done.stdout, command)
    assert (place / "fleet.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads((place / "report.json").read_text(encoding="utf-8"))["clusters"] > 0
    assert (place / "clusters.csv").exists()


def assert_shown(shown: str, printed: str, command: str) -> None:
    """What is shown is printed, in this order; `…` stands for anything."""
    rest = printed
    for piece in (part.strip("\n") for part in shown.split("…") if part.strip("\n")):
        assert piece in rest, f"{command}\nshown: {piece}\nprinted:\n{printed}"
        rest = rest[rest.index(piece) + len(piece) :]


def test_the_permissions_are_policies_of_iam():
    blocks = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    (policy,) = map(json.loads, blocks)
    assert {"s3:ListBucket"} <= {
        action
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def test_the_template_of_the_hook_is_one(tmp_path):
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "hook.yaml").write_text(block, encoding="utf-8")
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [cfn_lint, "--ignore-checks", "W", "--", tmp_path / "hook.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    hook = yaml.load(block, Loader=_Loader)["Resources"]["Hook"]["Properties"]
    assert set(hook["TargetOperations"]) == {"STACK", "CHANGE_SET"}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their text."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: node.value)


def test_the_columns_of_the_page_are_those_of_the_tables():
    from eks_guard.fleet.columns import TABLES

    listed = dict(re.findall(r"^\| (archives|clusters|findings|plans) \| [^|]* \| (.*) \|$", PAGE, re.MULTILINE))
    for name, columns in TABLES.items():
        shown = re.sub(r"\([^()]*\)", "", listed[name])
        assert [word.strip() for word in shown.split(",")] == list(columns), name


def test_the_labels_that_name_a_state_are_those_of_the_code():
    from eks_guard.fleet.report.queries import PASSING

    (shown,) = re.findall(r"all labels but\n((?:`\w+`[, \nand]*)+)", PAGE)
    assert tuple(re.findall(r"`(\w+)`", shown)) == PASSING


def test_the_make_target_is_there():
    done = subprocess.run(["make", "--dry-run", "hook"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tools/build_hook.sh" in done.stdout
    assert shutil.which("bash")
