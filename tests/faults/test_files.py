"""Files that vanish, change or cannot be read while an audit runs."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
on_open: dict[str, Callable[[], object]] = {}


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str | Path):
        act = on_open.pop(Path(arguments[0]).name, None)
        if act:
            act()


sys.addaudithook(_hear)


@pytest.fixture
def folder(tmp_path):
    yield shutil.copytree(WRONG, tmp_path / "cdk.out")
    on_open.clear()


@pytest.mark.parametrize("suffix", ["Payment.template.json", ".nested.template.json"])
def test_a_template_that_vanishes_after_the_manifest_was_read_is_told(check, folder, suffix):
    gone = sorted(folder.glob(f"*{suffix}"))
    on_open["manifest.json"] = lambda: [path.unlink() for path in gone]
    result = check(folder)
    if suffix.startswith("P"):
        assert result.code == 3
        assert "Payment.template.json: no such file" in result.err
    else:
        assert result.code == 1
        assert "is not in the assembly" in result.out


def test_a_template_that_vanishes_as_it_is_opened_is_told(check, folder):
    on_open["Payment.template.json"] = (folder / "Payment.template.json").unlink
    result = check(folder)
    assert result.code == 3
    assert "Payment.template.json: no such file" in result.err


def test_a_template_that_is_cut_off_meanwhile_is_told(check, folder):
    template = folder / "Payment.template.json"
    half = template.read_text(encoding="utf-8")[:5000]
    on_open["manifest.json"] = lambda: template.write_text(half, encoding="utf-8")
    result = check(folder)
    assert result.code == 3
    assert "Payment.template.json:" in result.err
    assert "is the file complete? synthesize again" in result.err


def test_a_template_that_grows_beyond_the_limit_meanwhile_is_told(check, folder):
    on_open["Payment.template.json"] = lambda: os.truncate(folder / "Payment.template.json", 65 * 1024 * 1024)
    result = check(folder)
    assert result.code == 3
    assert "more than 67108864 bytes" in result.err


def test_metadata_that_vanishes_costs_the_source_lines_only(check, folder):
    on_open["manifest.json"] = (folder / "Payment.metadata.json").unlink
    result = check(folder)
    assert result.code == 1
    assert "kubectl-version-skew" in result.outcomes()


@pytest.fixture
def nobody():
    """A folder that everybody reaches, and a switch to a user who may not read all."""
    folder = Path(tempfile.mkdtemp(prefix="eks-guard-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    os.seteuid(os.getuid())
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["manifest.json", "Payment.template.json"])
def test_a_file_that_may_not_be_read_is_told(check, nobody, name, monkeypatch):
    monkeypatch.chdir(nobody)
    folder = shutil.copytree(WRONG, nobody / "cdk.out")
    assert check(folder).code == 1  # and all is imported
    (folder / name).chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    result = check(folder)
    os.seteuid(os.getuid())
    assert result.code == 3
    assert f"{name}: cannot be read: Permission denied" in result.err


def test_a_folder_that_may_not_be_listed_is_told(check, nobody, monkeypatch):
    monkeypatch.chdir(nobody)
    folder = shutil.copytree(WRONG, nobody / "cdk.out")
    check(folder)
    folder.chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    result = check(folder)
    os.seteuid(os.getuid())
    assert result.code == 3
    assert "Traceback" not in result.err


@pytest.mark.parametrize("content", ["", "{", '{"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}', "null"])
def test_a_template_that_names_no_cluster_because_it_is_cut_off_is_told(check, folder, content):
    (folder / "Payment.template.json").write_text(content)
    result = check(folder)
    assert result.code == 3
    assert "Payment.template.json" in result.err


def test_a_manifest_that_is_a_folder_is_told(check, folder):
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    result = check(folder)
    assert result.code == 3
    assert "Traceback" not in result.err


def test_no_report_is_written_where_nothing_could_be_judged(run, folder, tmp_path):
    (folder / "manifest.json").write_text("{")
    run("check", folder, "--output", f"json={tmp_path / 'report.json'}")
    assert not (tmp_path / "report.json").exists()


def test_what_could_be_judged_is_reported_with_what_could_not(run, folder, tmp_path):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"]["Gone"] = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Gone.json"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    result = run("check", folder, "--output", f"json={tmp_path / 'report.json'}")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert result.code == 3
    assert report["summary"]["fail"] >= 1
    assert "Gone.json" in report["problems"][0]
