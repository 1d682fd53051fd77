"""The zip of the Lambda functions, run as Lambda does: unpacked, isolated, with nothing but Python and what is in it.

Its wheels come from the package index, so it is built before the tests.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, TODAY
from in_chromium import lacking

from fleet.archives import good
from fleet.test_lambda import BUCKET, S3_EVENT, TEMPLATE, request
from fleet.test_s3 import endpoint, options, storage  # noqa: F401 (fixtures)

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
ZIP = ROOT / "build" / f"hook-{VERSION}" / "eks-guard-hook.zip"
HOW = f"tools/build_hook.sh {sys.executable} {platform.machine()} {VERSION} build/hook-{VERSION}"
LIMIT = 250 * 1024 * 1024
"""Bytes of a function with its layers, unpacked: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
INVOKE = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
module, _, name = sys.argv[2].rpartition(".")
function = getattr(importlib.import_module(module), name)
event, payload = json.load(sys.stdin)
answer = function(event, None) if payload is None else function(event, lambda url: payload.encode())
foreign = sorted(
    name for name, module in sys.modules.items()
    if getattr(module, "__file__", None) and "-packages" in module.__file__
)
print(json.dumps({"answer": answer, "foreign": foreign}))
"""


@pytest.fixture(scope="module")
def task(tmp_path_factory) -> Path:
    """The folder /var/task of the function, for the Python of these tests."""
    if not ZIP.exists():
        lacking("the zip of the functions", HOW)
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(ZIP) as archive:
        archive.extractall(folder)
    if any(read(folder / path.relative_to(ROOT)) != read(path) for path in (ROOT / "eks_guard").rglob("*.py")):
        lacking("a zip of this eks_guard", HOW)
    return folder


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def invoke(task: Path, function: str, event: dict, payload: dict | None = None, **environment: str) -> dict:
    """What a function answers in a process that has no environment, no site-packages and no home."""
    command = [sys.executable, "-I", "-S", "-c", INVOKE, str(task), function]
    given = json.dumps([event, None if payload is None else json.dumps(payload)])
    variables = {"EKS_GUARD_TODAY": TODAY, "AWS_DEFAULT_REGION": "us-east-1", **environment}
    done = subprocess.run(command, input=given, cwd=task, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert not said["foreign"], "all that is imported is in the zip, or Python's"
    return said["answer"]


def test_the_hook_stops_a_broken_stack_and_lets_a_harmless_one_through(task):
    broken = invoke(task, "eks_guard.hook.answer", request(), {"template": TEMPLATE})
    assert (broken["hookStatus"], broken["errorCode"]) == ("FAILED", "NonCompliant")
    assert "A hook sees one template" in broken["message"]
    harmless = invoke(task, "eks_guard.hook.answer", request(), {"template": json.dumps(BUCKET)})
    assert harmless["hookStatus"] == "SUCCESS"


def test_the_entry_point_of_the_hook_answers(task):
    """Up to the address of the payload, which is none of AWS here."""
    event = request()
    event["requestData"]["payload"] = "https://example.com/payload"
    answer = invoke(task, "eks_guard.hook.handler", event)
    assert answer["errorCode"] == "InternalFailure"
    assert "expected a presigned S3 URL" in answer["message"]


def test_the_environment_of_the_function_sets_its_gate(task):
    template = (SAMPLES / "bad-citizen-cfn" / "cdk.out" / "Shop.template.json").read_text(encoding="utf-8")
    payload = {"template": template}
    assert invoke(task, "eks_guard.hook.answer", request(), payload)["errorCode"] == "NonCompliant"
    lenient = invoke(task, "eks_guard.hook.answer", request(), payload, EKS_GUARD_SELECT="kubectl-version-skew")
    assert lenient["hookStatus"] == "SUCCESS"


def test_an_archive_is_audited_as_it_arrives(task, storage, endpoint):  # noqa: F811
    storage.mkdir("arriving-at-the-zip")
    storage.pipe("arriving-at-the-zip/cdk.out.zip", good(0))
    event = json.loads(json.dumps(S3_EVENT))
    event["Records"][0]["s3"] |= {"bucket": {"name": "arriving-at-the-zip"}, "object": {"key": "cdk.out.zip"}}
    given = " ".join(f"{key}={value}" for key, value in options(endpoint).items())
    (summary,) = invoke(task, "eks_guard.arrival.handler", event, EKS_GUARD_STORAGE_OPTIONS=given)["archives"]
    assert (summary["status"], summary["clusters"], summary["closes_gate"]) == ("audited", 2, True)


def test_the_functions_fit_into_lambda(task):
    assert sum(path.stat().st_size for path in task.rglob("*")) < LIMIT
