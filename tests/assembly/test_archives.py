"""An archive says what the folder in it says; one that nobody should trust is refused, and nothing is written."""

from __future__ import annotations

import gzip
import io
import json
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from conftest import ASSEMBLIES, SAMPLES, TODAY

SAMPLE = SAMPLES / "payment-wrong-layer" / "cdk.out"
TEMPLATE = json.dumps({"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.19"}}}})


def files_of(folder: Path):
    return [(path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()]


def zipped(target: Path, folder: Path, inside: str = "", compression=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, path in files_of(folder):
            archive.write(path, f"{inside}{name}")
    return target


def tarred(target: Path, folder: Path, mode: Literal["w:", "w:gz", "w:xz", "w:bz2"], inside: str = "") -> Path:
    with tarfile.open(target, mode) as archive:
        archive.add(folder, inside or ".")
    return target


def tar_of(target: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def with_own_layer(folder: Path) -> Path:
    """An app whose layer lies beside its templates, with a kubectl that no table knows."""
    digest = "d" * 64
    resources = {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}},
        "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": f"{digest}.zip"}}},
        "Handler": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [{"Ref": "Layer"}]}},
        "Manifest": {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": {"Ref": "Cluster"}},
        },
    }
    files = {digest: {"source": {"path": "asset.zip", "packaging": "file"}}}
    artifacts = {
        "T": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "T.template.json"}},
        "T.assets": {"type": "cdk:asset-manifest", "properties": {"file": "T.assets.json"}},
    }
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}), encoding="utf-8")
    (folder / "T.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    (folder / "T.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}), encoding="utf-8")
    with zipfile.ZipFile(folder / "asset.zip", "w") as archive:
        archive.writestr("kubectl/kubectl", b"\x7fELF" + bytes(range(1, 256)) * 90 + b"\x00v1.29.7\x00")
    return folder


@pytest.mark.parametrize("command", [("check", "--format", "json", "--today", TODAY), ("inspect", "--format", "json")])
@pytest.mark.parametrize("app", ["a sample", "charts in folders", "a layer of its own"])
def test_every_form_says_what_the_folder_says(run, tmp_path, monkeypatch, command, app):
    monkeypatch.setattr("eks_guard.assembly.stamps.SETTLED", 0)
    (tmp_path / "x").mkdir()
    folder = {
        "a sample": lambda: SAMPLE,
        "charts in folders": lambda: ASSEMBLIES / "objects" / "cdk.out",
        "a layer of its own": lambda: with_own_layer(tmp_path / "own"),
    }[app]()
    forms = [
        zipped(tmp_path / "x" / "a.zip", folder),
        zipped(tmp_path / "x" / "object-without-ending", folder, "cdk.out/", zipfile.ZIP_STORED),
        tarred(tmp_path / "x" / "a.tar", folder, "w:", "cdk.out"),
        tarred(tmp_path / "x" / "a.tgz", folder, "w:gz"),
        tarred(tmp_path / "x" / "a.tar.xz", folder, "w:xz", "build/cdk.out"),
        tarred(tmp_path / "x" / "a.tar.bz2", folder, "w:bz2"),
    ]
    name, *options = command
    whole = run(name, folder, *options)
    assert {"charts in folders": "helm", "a layer of its own": "1.29.7"}.get(app, "kubectl") in whole.out
    before = sorted(path.name for path in (tmp_path / "x").iterdir())
    for form in forms:
        found = run(name, form, *options)
        assert found.code == whole.code, found.err
        assert found.out.replace(str(form), "P") == whole.out.replace(str(folder), "P")
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == before


def test_the_assembly_is_the_folder_with_a_manifest_that_lies_least_deep(run, tmp_path):
    archive = zipped(tmp_path / "a.zip", SAMPLES / "payment-stages" / "cdk.out", "some/where/")
    assert run("check", archive, "--today", TODAY).code == 1


def test_of_several_assemblies_one_has_to_be_named(run, tmp_path):
    archive = zipped(tmp_path / "a.zip", SAMPLE, "apps/one/")
    with zipfile.ZipFile(archive, "a") as more:
        for name, path in files_of(SAMPLES / "payment-fixed" / "cdk.out"):
            more.write(path, f"apps/two/{name}")
    refused = run("check", archive)
    assert refused.code == 3
    assert "apps/one, apps/two; name one" in refused.err
    assert run("check", f"{archive}!apps/one", "--today", TODAY).code == 1


def test_a_folder_of_deployed_templates_holds_nested_ones_by_logical_id(run, tmp_path):
    outer = {
        "Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x/y"}}}
    }
    (tmp_path / "previous" / "Prod").mkdir(parents=True)
    (tmp_path / "previous" / "Prod.template.json").write_text(json.dumps(outer))
    (tmp_path / "previous" / "Prod" / "Inner.template.json").write_text(TEMPLATE)
    found = run("inspect", tmp_path / "previous", "--format", "json")
    assert [cluster["stack"] for cluster in found.json["clusters"]] == ["Prod"]


def refusal(run, archive: Path) -> str:
    found = run("check", archive)
    assert found.code == 3, found.out
    assert "Traceback" not in found.err
    return found.err


@pytest.mark.parametrize(
    "name", ["../manifest.json", "/etc/manifest.json", "a/../../b.json", "C:/manifest.json", "..\\b"]
)
def test_a_zip_that_leads_out_is_refused(run, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.template.json", TEMPLATE)
        archive.writestr(name, TEMPLATE)
    assert "is outside the archive" in refusal(run, tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["../x.json", "/x.json", "a/../../x.json"])
def test_a_tar_that_leads_out_is_refused(run, tmp_path, name):
    archive = tar_of(tmp_path / "a.tgz", (entry("a.template.json"), TEMPLATE.encode()), (entry(name), b"{}"))
    assert "is outside the archive" in refusal(run, archive)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x.json"])
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_out_of_a_tar_is_refused(run, tmp_path, kind, target):
    archive = tar_of(tmp_path / "a.tgz", (entry("sub/a.template.json", kind, target), b""))
    assert "link that leads outside" in refusal(run, archive)


def test_a_link_out_of_a_zip_is_refused(run, tmp_path):
    info = zipfile.ZipInfo("a.template.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "link that leads outside" in refusal(run, tmp_path / "a.zip")


def test_a_link_inside_is_followed_and_one_in_a_circle_leads_nowhere(run, tmp_path):
    archive = tar_of(
        tmp_path / "a.tgz",
        (entry("real.json"), TEMPLATE.encode()),
        (entry("link.template.json", tarfile.SYMTYPE, "real.json"), b""),
        (entry("round.yaml", tarfile.SYMTYPE, "round.yaml"), b""),
    )
    found = run("inspect", archive, "--format", "json")
    assert len(found.json["clusters"]) == 2
    assert found.code == 3
    assert "round.yaml: no such file" in found.err


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.template.json", TEMPLATE)
        archive.writestr("./a.template.json", "{}")
    assert "occurs twice" in refusal(run, tmp_path / "a.zip")


def test_a_file_that_is_a_folder_too_is_refused(run, tmp_path):
    archive = tar_of(tmp_path / "a.tgz", (entry("a"), b"{}"), (entry("a/b.json"), b"{}"))
    assert "occurs twice" in refusal(run, archive)


def test_a_device_is_refused(run, tmp_path):
    archive = tar_of(tmp_path / "a.tgz", (entry("a.json", tarfile.FIFOTYPE), b""))
    assert "neither a file nor a folder" in refusal(run, archive)


def test_an_encrypted_zip_is_refused(run, tmp_path):
    zipped(tmp_path / "a.zip", SAMPLE)
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    assert "is encrypted" in refusal(run, tmp_path / "a.zip")


@pytest.mark.parametrize("form", ["zip", "tgz", "xz"])
def test_a_damaged_archive_is_refused(run, tmp_path, form):
    whole = {
        "zip": lambda: zipped(tmp_path / "a", SAMPLE),
        "tgz": lambda: tarred(tmp_path / "a", SAMPLE, "w:gz"),
        "xz": lambda: tarred(tmp_path / "a", SAMPLE, "w:xz"),
    }[form]()
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refusal(run, whole)


def test_a_compressed_file_that_is_no_tar_is_refused(run, tmp_path):
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(TEMPLATE.encode()))
    assert "a damaged archive" in refusal(run, tmp_path / "a.json.gz")


def test_zstandard_is_said_not_to_be_read(run, tmp_path):
    (tmp_path / "a.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 600)
    assert "zstd" in refusal(run, tmp_path / "a.tar.zst")


def test_a_template_that_swells_is_not_inflated_whole(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.json", "w") as bomb:
        bomb.write(b'{"Resources": {')
        for _ in range(70):
            bomb.write(b" " * (1024 * 1024))
    assert "more than 67108864 bytes" in refusal(run, tmp_path / "a.zip")


def test_a_header_that_asks_for_too_much_is_refused(run, tmp_path):
    info = entry("x", tarfile.GNUTYPE_LONGNAME)
    info.size = 1 << 32
    (tmp_path / "a.tgz").write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096))
    assert "asks for" in refusal(run, tmp_path / "a.tgz")
