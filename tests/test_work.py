"""No work twice: each file is read once, each template that matters is parsed once, and no other is."""

from __future__ import annotations

import datetime
import json
import resource
import shutil
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from conftest import ASSEMBLIES, SAMPLES
from watched import watched

from eks_guard.__main__ import with_room
from eks_guard.assembly.positions import locate
from eks_guard.audit import Options, audit
from eks_guard.model.outcome import Outcome
from eks_guard.model.report import Report

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CROSSING = ASSEMBLIES / "crossing" / "strong" / "cdk.out"
opened: Counter[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if opened is not None and event == "open" and isinstance(arguments[0], str | Path):
        opened[str(arguments[0])] += 1


sys.addaudithook(_hear)


class Work:
    """What one audit did: files opened, texts parsed as JSON, positions looked up."""

    def __init__(self, folder: Path) -> None:
        self.opened: Counter[str] = Counter()
        self.parsed: Counter[str] = Counter()
        self.located = 0
        self.report = self._audit(folder)

    def _audit(self, folder: Path) -> Report:
        global opened  # noqa: PLW0603 (an audit hook stays for good, so it is told when to listen)
        opened = self.opened
        try:
            with watched(self._see):
                return audit(Options(path=str(folder), today=datetime.date(2026, 11, 24)))
        finally:
            opened = None

    def _see(self, frame, event, _) -> None:
        if event == "call" and frame.f_code is json.JSONDecoder.decode.__code__:
            self.parsed[frame.f_locals["s"]] += 1
        if event == "call" and frame.f_code is locate.__code__:
            self.located += 1


@pytest.mark.parametrize(
    "folder", [WRONG, CROSSING, SAMPLES / "payment-stages" / "cdk.out"], ids=lambda path: path.parent.name
)
def test_each_file_is_opened_once(folder):
    work = Work(folder)
    assert work.report.clusters
    assert set(work.opened.values()) == {1}


@pytest.mark.parametrize("folder", [WRONG, CROSSING], ids=lambda path: path.parent.name)
def test_each_template_is_parsed_once_at_most(folder):
    work = Work(folder)
    templates = {path.read_text(encoding="utf-8") for path in folder.rglob("*.template.json")}
    assert {work.parsed[text] for text in templates if text in work.parsed} == {1}


def test_a_stack_without_eks_is_read_and_not_parsed(tmp_path):
    folder = shutil.copytree(WRONG, tmp_path / "cdk.out")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in ("One", "Two"):
        stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.template.json"}}
        manifest["artifacts"][name] = {**stack, "additionalMetadataFile": f"{name}.metadata.json"}
        manifest["artifacts"][f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": {name: {"Type": "AWS::S3::Bucket"}}}))
        (folder / f"{name}.metadata.json").write_text(json.dumps({f"/{name}": []}))
        (folder / f"{name}.assets.json").write_text(json.dumps({"version": "36.0.0", "files": {f"{name}": {}}}))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    work = Work(folder)
    assert str(folder / "One.template.json") in work.opened
    assert not [text for text in work.parsed if '"One"' in text and '"Payment"' not in text]


def test_a_zip_of_no_known_hash_is_opened(tmp_path):
    folder = shutil.copytree(WRONG, tmp_path / "cdk.out")
    known, unknown = "c475180f5b1bbabac165414da13a9b843b111cd3b6d5fae9c954c006640c4064", "b" * 64
    for file in folder.glob("*.json"):
        file.write_text(file.read_text(encoding="utf-8").replace(known, unknown), encoding="utf-8")
    with zipfile.ZipFile(folder / f"asset.{unknown}.zip", "w") as archive:
        archive.writestr("kubectl/kubectl", b"\x7fELF\x00v1.24.3\x00")
    work = Work(folder)
    assert str(folder / f"asset.{unknown}.zip") in work.opened
    assert "kubectl-version-skew" in [
        finding.policy.id for finding in work.report.findings if finding.outcome is Outcome.FAIL
    ]


def test_positions_are_looked_up_for_findings_only():
    clean, broken = Work(SAMPLES / "payment-fixed" / "cdk.out"), Work(WRONG)
    shown = [f for f in clean.report.findings if f.outcome in (Outcome.FAIL, Outcome.UNKNOWN)]
    assert broken.located > 0
    assert clean.located <= sum(1 + len(finding.trace) for finding in shown)


def pages(depth: int) -> int:
    """How many pages of memory the system hands out while a function is called again and again, below some calls."""
    if depth:
        return pages(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(2000):
        nothing()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def nothing() -> None:
    """Take a frame, and give it back."""


def test_no_depth_of_calls_makes_a_command_ask_for_its_stack_again_and_again():
    counted: list[int] = []
    with_room(lambda: counted.extend([pages(depth) for depth in range(600)]))
    assert max(counted) < 1000
