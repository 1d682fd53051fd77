"""The kubectl inside the asset, where the asset is in the assembly: read as data, never executed.

A zip's own directory gives checksum and size of every member for free; only an unknown binary is inflated,
in windows, until its version is found. Go links it in as text between NUL bytes, in every kubectl since 1.20.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING

from eks_guard.model.cluster import Evidence
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from eks_guard.resolve.evidence.layer import LayerSource

NAME = "binary"
MEMBERS = ("kubectl/kubectl", "bin/kubectl")
"""Where Lambda finds kubectl below /opt: CDK's handler puts /opt/kubectl first, /opt/bin is in Lambda's own PATH."""
WINDOW = 1 << 20
OVERLAP = 256
MAX_BINARY = 512 * WINDOW
"""Bytes of a binary that are read at most; kubectl has about 60 MiB."""
MAX_MEMBERS = 100_000
_ELF = b"\x7fELF"
_VERSION = re.compile(rb"\x00(v1\.\d{1,2}\.\d{1,3}(?:[-+][0-9A-Za-z.+-]{1,40})?)\x00")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the asset is here and can be read: a version, or that there is no kubectl in it."""
    path = _asset(layer)
    if path is None:
        return None
    try:
        if path.is_dir():
            return _in_folder(layer, path)
        return _in_zip(layer, path) if zipfile.is_zipfile(path) else None
    except (
        OSError,
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        return None  # truncated, encrypted or not readable: another witness has to speak


def _asset(layer: LayerSource) -> Path | None:
    """The file or folder of the layer's asset, if it lies inside the assembly."""
    digest, resource = layer.asset_hash, layer.resource
    if digest is None or resource is None:
        return None
    assets = resource.stack.assets
    source = assets.sources.get(digest)
    noted = resource.metadata.get("aws:asset:path")
    name = source[0] if source else noted if isinstance(noted, str) else None
    path = layer.references.assembly.root.locate(assets.directory, name) if name else None
    return path if path and path.exists() else None


def _in_folder(layer: LayerSource, folder: Path) -> Evidence | None:
    root = layer.references.assembly.root
    for member in MEMBERS:
        path = root.locate(str(folder), member)
        if path and path.is_file():
            with path.open("rb") as stream:
                return _evidence(layer, folder, member, _version(stream))
    return _evidence(layer, folder, "", None)


def _in_zip(layer: LayerSource, path: Path) -> Evidence | None:
    with zipfile.ZipFile(path) as archive:
        members = {info.filename.removeprefix("./"): info for info in archive.infolist()[:MAX_MEMBERS]}
        for name in MEMBERS:
            info = members.get(name)
            if info is None:
                continue
            key = f"{info.CRC:08x}:{info.file_size}"
            if key in layer.tables.kubectl_binaries:
                return _evidence(layer, path, name, layer.tables.kubectl_binaries[key], f", checksum {info.CRC:08x}")
            with archive.open(info) as stream:
                return _evidence(layer, path, name, _version(stream))
    return _evidence(layer, path, "", None)


def _evidence(
    layer: LayerSource, asset: Path, member: str, version: Version | _Unread | None, how: str = ""
) -> Evidence | None:
    if isinstance(version, _Unread):
        return None
    where = layer.references.assembly.root.name_of(asset)
    if not member:
        detail = f"{where} holds no kubectl"
    elif version is None:
        detail = f"{member} in {where} is no program{how}"
    else:
        detail = f"{member} in {where} is kubectl {version}{how}"
    return Evidence(NAME, version, None, detail, layer.place)


class _Unread:
    """A program whose version cannot be told."""


def _version(stream: IO[bytes]) -> Version | _Unread | None:
    """The version inside a kubectl; None if the file is no program, unread if it does not tell."""
    window = stream.read(WINDOW)
    if not window.startswith(_ELF):
        return None
    seen = len(window)
    while window:
        match = _VERSION.search(window)
        if match:
            return Version.parse(match[1].decode("ascii"))
        more = stream.read(WINDOW)
        seen += len(more)
        if not more or seen > MAX_BINARY:
            break
        window = window[-OVERLAP:] + more
    return _Unread()
