"""The witnesses of a layer: what each says, what it costs to ask it, and that memory decides nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_guard.assembly.analytics import classes_in
from eks_guard.data import Tables
from eks_guard.resolve.kubectl.evidence import SOURCES
from eks_guard.resolve.kubectl.evidence.construct import published_by

HASH = "d" * 64


def assembly(folder, description="ours", metadata=None):
    """A cluster whose handler has a layer of the user's own, with its asset at hand."""
    template = {
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}},
            "Layer": {
                "Type": "AWS::Lambda::LayerVersion",
                "Properties": {"Content": {"S3Key": f"{HASH}.zip"}, "Description": description},
            },
            "Handler": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [{"Ref": "Layer"}]}},
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": {"Ref": "Cluster"}},
            },
            **(metadata or {}),
        }
    }
    assets = {"version": "36.0.0", "files": {HASH: {"source": {"path": "asset.zip", "packaging": "file"}}}}
    folder.mkdir(exist_ok=True)
    (folder / "T.template.json").write_text(json.dumps(template), encoding="utf-8")
    (folder / "T.assets.json").write_text(json.dumps(assets), encoding="utf-8")
    return folder


def kubectl(version):
    return b"\x7fELF" + bytes(range(1, 256)) * 9000 + b"\x00" + version.encode() + b"\x00tail"


def pack(folder, member, content):
    with zipfile.ZipFile(folder / "asset.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)


def layer_of(inspect, folder):
    return inspect(folder)[0]["kubectl"][0]["layers"][0]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "eks-guard" / "binaries"


def test_the_order_of_precedence():
    names = [source.look.__module__.rpartition(".")[2] for source in SOURCES]
    assert names == ["binary", "asset_hash", "construct", "description", "analytics", "declaration"], (
        "write down here in which order the SOURCES of eks_guard/resolve/kubectl/evidence decide"
    )


@pytest.mark.parametrize("version", ["v1.29.7", "v1.33.1-eks-1a2b3c", "v1.20.0+k3s1"])
def test_the_version_is_read_out_of_the_binary(inspect, tmp_path, version):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", kubectl(version))
    assert layer_of(inspect, tmp_path / "a")["kubectl"] == version[1:].split("-")[0].split("+")[0]


def test_a_version_across_two_windows_is_found(inspect, tmp_path):
    content = b"\x7fELF" + b"\x01" * ((1 << 20) - 4 - 5) + b"\x00v1.29.7\x00" + b"\x02" * 100
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", content)
    assert layer_of(inspect, tmp_path / "a")["kubectl"] == "1.29.7"


def test_a_program_that_does_not_tell_is_silent(inspect, tmp_path):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", b"\x7fELF" + b"\x01" * 100)
    assert "nothing in the assembly shows" in layer_of(inspect, tmp_path / "a")["kubectl"]["unknown"]


def test_binary_and_description_that_differ_are_a_finding(check, tmp_path):
    pack(assembly(tmp_path / "a", "kubectl 1.33"), "kubectl/kubectl", kubectl("v1.29.7"))
    findings = {finding["policy"]: finding for finding in check(tmp_path / "a").json["findings"]}
    assert "kubectl 1.29.7" in findings["kubectl-version-skew"]["because"][0]
    (statement,) = findings["kubectl-evidence-consistent"]["because"]
    assert "is kubectl v1.29.7" in statement or "is kubectl 1.29.7" in statement
    assert 'says "kubectl 1.33"' in statement


def test_a_program_is_remembered_by_its_content(inspect, tmp_path, cache):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, tmp_path / "a")
    (entry,) = cache.iterdir()
    with zipfile.ZipFile(tmp_path / "a" / "asset.zip") as archive:
        row = archive.getinfo("kubectl/kubectl")
    told = f"kubectl/kubectl 0 8 {row.CRC} {row.file_size} {row.compress_size}".encode()
    held = (tmp_path / "a" / "asset.zip").read_bytes()[: archive.start_dir]
    assert entry.name == hashlib.sha256(told + held).hexdigest()
    assert entry.read_text(encoding="ascii").startswith("v1.29.7 ")


def test_a_program_is_remembered_whatever_lies_beside_it(inspect, tmp_path, cache):
    folder = assembly(tmp_path / "a")
    pack(folder, "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, folder)
    with zipfile.ZipFile(folder / "asset.zip", "a") as archive:
        archive.writestr("helm/helm", "another program")
    assert layer_of(inspect, folder)["kubectl"] == "1.29.7"
    assert len(list(cache.iterdir())) == 1


def test_a_file_that_nobody_changed_is_not_read_again(inspect, tmp_path, cache, monkeypatch):
    monkeypatch.setattr("eks_guard.assembly.stamps.SETTLED", 0)
    folder = assembly(tmp_path / "a")
    pack(folder, "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, folder)
    assert len(list(cache.iterdir())) == 2  # by its content, and by the file
    monkeypatch.setattr("eks_guard.assembly.assets._zip", lambda *_: pytest.fail("the file was opened"))
    assert layer_of(inspect, folder)["kubectl"] == "1.29.7"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: "",
        lambda entry: entry[:-2],
        lambda entry: entry.replace("v1.29.7", "v1.35.0\x1b"),
        lambda entry: entry.replace("kubectl/kubectl", "../kubectl"),
        lambda entry: entry.replace("eks-guard 3 ", "eks-guard 3 1"),
        lambda entry: entry.replace(" .", " ./").replace("v1.29.7", "v1.35.0"),
    ],
)
def test_a_spoilt_memory_of_a_file_is_none(inspect, tmp_path, cache, monkeypatch, spoil):
    monkeypatch.setattr("eks_guard.assembly.stamps.SETTLED", 0)
    folder = assembly(tmp_path / "a")
    pack(folder, "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, folder)
    (entry,) = (file for file in cache.iterdir() if file.name.startswith("file-"))
    whole = entry.read_text(encoding="ascii")
    entry.write_text(spoil(whole), encoding="ascii")
    assert layer_of(inspect, folder)["kubectl"] == "1.29.7"
    assert entry.read_text(encoding="ascii") == whole


def test_a_file_that_looks_as_it_did_is_read_again(inspect, tmp_path, monkeypatch):
    """Name, size, time of writing and the checksum that its directory lists are of whoever wrote it."""
    monkeypatch.setattr("eks_guard.assembly.stamps.SETTLED", 0)
    folder, asset = assembly(tmp_path / "a"), tmp_path / "a" / "asset.zip"
    was, becomes = kubectl("v1.29.7"), kubectl("v1.29.8")
    with zipfile.ZipFile(asset, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("kubectl/kubectl", was)
    os.utime(asset, ns=(10**18, 10**18))
    assert layer_of(inspect, folder)["kubectl"] == "1.29.7"
    before = asset.stat()
    asset.write_bytes(asset.read_bytes().replace(was, becomes))
    os.utime(asset, ns=(10**18, 10**18))
    after = asset.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)
    assert "nothing in the assembly shows" in layer_of(inspect, folder)["kubectl"]["unknown"]


def test_a_file_that_was_written_just_now_is_remembered_by_its_content_alone(inspect, tmp_path, cache):
    folder = assembly(tmp_path / "a")
    pack(folder, "kubectl/kubectl", kubectl("v1.29.7"))
    for _ in range(2):
        layer_of(inspect, folder)
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"PK\x01\x02", b"PK\x05\x06"])
def test_a_layer_of_something_else_has_no_kubectl_unless_its_directory_is_damaged(inspect, tmp_path, damage):
    folder = assembly(tmp_path / "a")
    pack(folder, "awscli/aws", b"another program")
    assert inspect(folder)[0]["kubectl"][0]["layers"] == []
    whole = (folder / "asset.zip").read_bytes()
    (folder / "asset.zip").write_bytes(whole.replace(damage, b"????"))
    assert "nothing in the assembly shows" in layer_of(inspect, folder)["kubectl"]["unknown"]


@pytest.mark.parametrize("name", ["kubectl\\kubectl", "./kubectl//kubectl", "/bin/kubectl"])
def test_kubectl_is_found_however_its_path_is_written(inspect, tmp_path, name):
    folder = assembly(tmp_path / "a")
    pack(folder, zipfile.ZipInfo(name), kubectl("v1.29.7"))
    assert layer_of(inspect, folder)["kubectl"] == "1.29.7"


@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_folder_that_others_write_to_is_not_asked(inspect, tmp_path, cache, mode):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", kubectl("v1.29.7"))
    cache.mkdir(parents=True, mode=0o700)
    cache.chmod(mode)
    assert layer_of(inspect, tmp_path / "a")["kubectl"] == "1.29.7"
    assert not list(cache.iterdir())


def test_a_member_that_is_there_twice_is_told(run, tmp_path):
    folder = assembly(tmp_path / "a")
    with zipfile.ZipFile(folder / "asset.zip", "w") as archive:
        archive.writestr("kubectl/kubectl", kubectl("v1.24.0"))
        archive.writestr("kubectl/./kubectl", kubectl("v1.35.0"))
    result = run("check", folder)
    assert result.code == 3
    assert "lists kubectl/kubectl twice" in result.err


def test_memory_is_not_asked_about_another_content(inspect, tmp_path):
    folder = assembly(tmp_path / "a")
    pack(folder, "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, folder)
    pack(folder, "kubectl/kubectl", kubectl("v1.30.1"))
    assert layer_of(inspect, folder)["kubectl"] == "1.30.1"


@pytest.mark.parametrize("spoilt", ["", "v1.35.0", "-", "nonsense", "1.2.3\nrm -rf", "v" + "9" * 200, "\x1b[31m"])
def test_a_spoilt_memory_is_none(inspect, tmp_path, cache, spoilt):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", kubectl("v1.29.7"))
    layer_of(inspect, tmp_path / "a")
    (entry,) = cache.iterdir()
    entry.write_text(spoilt, encoding="ascii")
    assert layer_of(inspect, tmp_path / "a")["kubectl"] == "1.29.7"


def test_memory_can_be_turned_off_and_missed(run, tmp_path, cache, monkeypatch):
    pack(assembly(tmp_path / "a"), "kubectl/kubectl", kubectl("v1.29.7"))
    assert run("inspect", tmp_path / "a", "--no-cache").code == 0
    assert not cache.exists()
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert "1.29.7" in run("inspect", tmp_path / "a").out
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    assert "1.29.7" in run("inspect", tmp_path / "a").out


PUBLISHED = "51911a186ca798a4174d3eccfa360dace5455cb79a614f5a6a88b90f0e3e6364"
"""The asset hash of @aws-cdk/lambda-layer-kubectl-v28 with kubectl 1.28.3."""


def published(folder):
    for file in assembly(folder).iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace(HASH, PUBLISHED), encoding="utf-8")
    return folder


@pytest.mark.parametrize("options", [(), ("--no-cache",)])
def test_a_published_hash_does_not_vouch_for_another_program(run, tmp_path, options):
    pack(published(tmp_path / "a"), "kubectl/kubectl", kubectl("v1.20.0"))
    for _ in range(2):
        found = json.loads(run("check", tmp_path / "a", "--format", "json", *options).out)["findings"]
        findings = {finding["policy"]: finding for finding in found}
        assert "kubectl 1.20.0" in findings["kubectl-version-skew"]["because"][0]
        assert findings["kubectl-evidence-consistent"]["outcome"] == "fail"


def test_a_published_hash_speaks_alone_where_its_zip_is_not_at_hand(inspect, tmp_path):
    layer = layer_of(inspect, published(tmp_path / "a"))
    assert layer["kubectl"] == "1.28.3"
    assert [witness["source"] for witness in layer["evidence"]] == ["asset-hash"]


def forged(folder, content, crc):
    """A zip whose directory lists the checksum and size of another file."""
    pack(folder, "kubectl/kubectl", content)
    path = folder / "asset.zip"
    told = path.read_bytes().replace(zlib.crc32(content).to_bytes(4, "little"), crc.to_bytes(4, "little"))
    path.write_bytes(told)


def test_a_checksum_that_the_bytes_do_not_have_is_not_believed(inspect, tmp_path):
    forged(assembly(tmp_path / "a", "kubectl 1.33"), kubectl("v1.24.0"), 0xCCE75FC1)
    layer = layer_of(inspect, tmp_path / "a")
    assert [witness["source"] for witness in layer["evidence"]] == ["description"]


def test_two_versions_in_one_program_are_told(run, tmp_path):
    pack(assembly(tmp_path / "a", "kubectl 1.33"), "kubectl/kubectl", kubectl("v1.33.0") + kubectl("v1.24.0"))
    result = run("check", tmp_path / "a")
    assert result.code == 3
    assert "contains the versions v1.24.0 and v1.33.0" in result.err


def report(text):
    packed = base64.b64encode(gzip.compress(text.encode())).decode()
    return {"Metadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": f"v2:deflate64:{packed}"}}}


def test_the_stack_s_analytics_name_package_and_version(inspect, tmp_path):
    text = "2.{276.0!aws-cdk-lib.{Stack,aws_eks.Cluster},2.1!@aws-cdk/lambda-layer-kubectl-v28.KubectlV28Layer}"
    layer = layer_of(inspect, assembly(tmp_path / "a", metadata=report(text)))
    assert layer["kubectl"] == "1.28.3"
    assert [witness["source"] for witness in layer["evidence"]] == ["analytics"]


def test_two_kubectl_layers_in_one_report_say_nothing(inspect, tmp_path):
    text = "2.{2.1!@aws-cdk/lambda-layer-kubectl-v28.KubectlV28Layer,0.242!@aws-cdk/lambda-layer-kubectl-v24.KubectlV24Layer}"
    assert "unknown" in layer_of(inspect, assembly(tmp_path / "a", metadata=report(text)))["kubectl"]


@given(st.binary() | st.text().map(str.encode))
def test_any_report_is_read_or_passed_over(content):
    packed = base64.b64encode(gzip.compress(content)).decode()
    assert isinstance(list(classes_in(f"v2:deflate64:{packed}")), list)
    assert isinstance(list(classes_in(content.decode("latin-1"))), list)


@pytest.mark.parametrize(
    ("fqn", "version", "kubectl_version"),
    [
        ("@aws-cdk/lambda-layer-kubectl-v33.KubectlV33Layer", "2.2.2", "1.33.9"),
        ("@aws-cdk/lambda-layer-kubectl-v33.KubectlV33Layer", "9.9.9", "1.33"),
        ("@aws-cdk/lambda-layer-kubectl-v99.KubectlV99Layer", "1.0.0", "1.99"),
        ("aws-cdk-lib.lambda_layer_kubectl.KubectlLayer", "2.150.0", "1.20.0"),
        ("@aws-cdk/lambda-layer-kubectl-v32.KubectlV32Layer", "2.0.0", "None"),
    ],
)
def test_what_a_class_stands_for(fqn, version, kubectl_version):
    layer = published_by(Tables(), fqn, version)
    assert layer
    assert str(layer.kubectl) == kubectl_version
