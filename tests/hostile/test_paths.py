"""Paths that lead out of the assembly, and files that are none."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from cold import cold
from inputs import CLUSTER, template

from eks_guard.assembly.files import Root

opened: list[str] = []
listening: list[bool] = []  # an audit hook stays for good, so it is told when to listen


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if (
        listening
        and event in ("open", "os.listdir", "os.scandir")
        and isinstance(arguments[0], str | bytes | os.PathLike)
    ):
        opened.append(os.fsdecode(arguments[0]))


sys.addaudithook(_hear)


@pytest.fixture
def outside_reads(run, tmp_path):
    """Run a command; return its result and what it opened that is neither the assembly's nor Python's."""

    def call(*arguments: object):
        run("check", *arguments)  # what is imported late is imported now
        opened.clear()
        listening.append(True)
        try:
            result = run("check", *arguments)
        finally:
            listening.clear()
        ours = str(Path(__file__).parents[2] / "eks_guard")
        cache = os.environ["XDG_CACHE_HOME"]
        allowed = (str(tmp_path / "project"), cache, sys.prefix, sys.base_prefix, ours, "/dev/null")
        return result, [path for path in opened if not os.path.realpath(path).startswith(allowed)]

    return call


@pytest.fixture
def secret(tmp_path):
    """A template outside of the assembly, which would be a finding if it were read."""
    path = tmp_path / "secret.template.json"
    path.write_text(json.dumps(template()), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "spelling", ["../../secret.template.json", "{absolute}", "link", "folder/secret.template.json"]
)
def test_a_template_outside_is_refused_and_never_opened(outside_reads, assembly, secret, spelling):
    named = spelling.format(absolute=secret)
    folder = assembly({"Secret": named})
    (folder / "link").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent, target_is_directory=True)
    result, outside = outside_reads(folder)
    assert result.code == 3
    assert " leads out of " in result.err
    assert outside == []


@pytest.mark.parametrize("place", ["directoryName", "file", "additionalMetadataFile"])
def test_no_other_path_of_the_manifest_leads_outside(outside_reads, assembly, secret, place):
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template())
    manifest = json.loads((folder / "manifest.json").read_text())
    inner = {"type": "cdk:cloud-assembly" if place == "directoryName" else "cdk:asset-manifest"}
    if place == "additionalMetadataFile":
        manifest["artifacts"]["Stack"][place] = "../../secret.template.json"
    else:
        manifest["artifacts"]["Inner"] = {
            **inner,
            "properties": {place: "../../" if place == "directoryName" else str(secret)},
        }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    result, outside = outside_reads(folder)
    assert " leads out of " in result.err
    assert outside == []


@pytest.mark.parametrize("where", ["TemplateURL", "asset", "hash", "file"])
def test_no_nested_template_is_read_from_outside(outside_reads, assembly, secret, where):
    digest = "a" * 64
    nested: dict[str, Any] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"https://s3/{digest}.json"},
    }
    if where == "TemplateURL":
        nested["Properties"]["TemplateURL"] = "../../secret.template.json"
    elif where == "asset":
        nested["Metadata"] = {"aws:asset:property": "TemplateURL", "aws:asset:path": str(secret)}
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template(Nested=nested))
    if where == "hash":
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["artifacts"]["Assets"] = {"type": "cdk:asset-manifest", "properties": {"file": "Stack.assets.json"}}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        files = {digest: {"source": {"path": "../../secret.template.json"}}}
        (folder / "Stack.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}))
    if where == "file":
        (folder / "StackNested00000000.nested.template.json").symlink_to(secret)
    result, outside = outside_reads(folder)
    assert result.code == 3
    assert " leads out of " in result.err
    assert "1 cluster " in result.out
    assert outside == []


def test_no_layer_is_read_from_outside(outside_reads, assembly, tmp_path):
    sample = Path(__file__).parents[2] / "sample_templates" / "payment-wrong-layer" / "cdk.out"
    folder = assembly({})
    for file in sample.glob("*.json"):
        text = file.read_text(encoding="utf-8")
        text = text.replace("c475180f5b1bbabac165414da13a9b843b111cd3b6d5fae9c954c006640c4064", "b" * 64)
        (folder / file.name).write_text(text, encoding="utf-8")
    (tmp_path / "layer.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    (folder / f"asset.{'b' * 64}.zip").symlink_to(tmp_path / "layer.zip")
    result, outside = outside_reads(folder)
    assert result.code == 1
    assert outside == []


@pytest.mark.parametrize("name", ["manifest.json", "Stack.template.json", "Stack.assets.json", "tree.json"])
def test_a_named_pipe_is_not_waited_for(assembly, name):
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template())
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    result = cold("check", folder)
    assert result.returncode in (1, 3)
    if name in ("manifest.json", "Stack.template.json"):
        assert result.returncode == 3
        assert "not a regular file" in result.stderr


@pytest.mark.parametrize(("name", "code"), [("cdk.json", 1), ("eks-guard.yaml", 2)])
def test_a_named_pipe_beside_the_assembly_is_not_waited_for(assembly, name, code):
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template())
    os.mkfifo(folder.parent / name)
    assert cold("check", folder, cwd=folder.parent).returncode == code


def test_a_named_pipe_among_templates_without_a_manifest_is_told(tmp_path):
    (tmp_path / "Good.template.json").write_text(json.dumps({"Resources": {"Cluster": CLUSTER}}))
    os.mkfifo(tmp_path / "Pipe.template.json")
    result = cold("check", tmp_path)
    assert result.returncode == 3
    assert "Pipe.template.json: not a regular file" in result.stderr
    assert "1 cluster" in result.stdout


def test_a_policy_that_is_a_named_pipe_is_not_waited_for(assembly, tmp_path):
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template())
    os.mkfifo(tmp_path / "pipe.yaml")
    result = cold("check", folder, "--policy", tmp_path / "pipe.yaml")
    assert result.returncode == 2


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev/urandom"])
def test_a_device_is_no_template(device):
    result = cold("check", device)
    assert result.returncode == 3
    assert result.stderr


def test_a_pipe_that_nobody_reads_is_no_place_for_a_report(check, assembly, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    found = check(
        assembly({"S": "S.template.json"}, S__template__json=template()), "--output", f"text={tmp_path / 'pipe'}"
    )
    assert (found.code, "pipe: cannot be written" in found.err) == (2, True)


def test_a_report_goes_through_a_pipe_that_is_read(check, assembly, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        check(assembly({"S": "S.template.json"}, S__template__json=template()), "--output", f"text={tmp_path / 'pipe'}")
        assert b"failed" in os.read(reader, 100_000)
    finally:
        os.close(reader)


def test_a_report_replaces_a_link_of_the_checkout_and_not_what_it_leads_to(check, assembly, tmp_path):
    outside, link = tmp_path / "outside.txt", tmp_path / "checkout" / "report.txt"
    link.parent.mkdir()
    outside.write_text("mine")
    for target in (outside, tmp_path / "nothing.txt"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        check(assembly({"S": "S.template.json"}, S__template__json=template()), "--output", f"text={link}")
        assert (link.is_symlink(), "failed" in link.read_text()) == (False, True)
    assert outside.read_text() == "mine"
    assert not (tmp_path / "nothing.txt").exists()


def test_a_link_that_leads_to_itself_is_no_place_for_a_report(check, assembly, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    found = check(assembly({"S": "S.template.json"}, S__template__json=template()), "--output", f"text={tmp_path}/loop")
    assert (found.code, "loop: cannot be written" in found.err) == (2, True)


def test_what_links_are_in_a_folder_is_known_once_it_was_listed(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (tmp_path / "out" / "plain.json").write_text("{}", encoding="utf-8")
    (tmp_path / "out" / "link.json").symlink_to(tmp_path / "secret.json")
    root = Root(tmp_path / "out")
    assert root.names("") == ["link.json", "plain.json"]
    assert root.document("", "plain.json").exists
    assert root.locate("", "link.json") is None
    (tmp_path / "out" / "later.json").symlink_to(tmp_path / "secret.json")
    assert root.locate("", "later.json") is None
