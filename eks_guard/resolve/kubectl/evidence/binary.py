"""The kubectl inside the asset, where the asset is in the assembly: read as data, never executed.

A zip's own directory gives a checksum of every member, but whoever packs a zip chooses it: the program is inflated, in
windows, to its end, where the checksum is compared. Go links the version in as text between NUL bytes, in every kubectl
since 1.20. What a program said is remembered by its content, and by the file for as long as that does not change.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from eks_guard.assembly.assets import AssetLimitError, UnreadableAssetError, find_asset
from eks_guard.matching import regex
from eks_guard.model.kubectl import Evidence
from eks_guard.model.version import Version
from eks_guard.resolve.kubectl.evidence.memory import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.assets import Asset, Member
    from eks_guard.resolve.kubectl.evidence.layer import LayerSource

NAME = "binary"
MEMBERS = ("kubectl/kubectl", "bin/kubectl")
"""Where Lambda finds kubectl below /opt: CDK's handler puts /opt/kubectl first, /opt/bin is in Lambda's own PATH."""
WINDOW = 1 << 20
OVERLAP = 256
MAX_BINARY = 256 * WINDOW
"""Bytes of a binary that are read at most; kubectl has about 60 MiB, and Lambda takes layers of 250."""
NO_PROGRAM = "-"
"""Stands for a file in kubectl's place that is none, such as an error page."""
UNTOLD = "?"
"""Stands for a program that does not tell its version."""
_HASH = regex(r"[0-9a-f]{64}")
_ELF = b"\x7fELF"
_SCRIPT = b"#!"
_VERSION = regex(rb"\x00(v1\.\d{1,2}\.\d{1,3}(?:[-+][0-9A-Za-z.+-]{1,40})?)\x00")


def look(layer: LayerSource) -> Evidence | None:
    """Speak if the asset is here and can be read: a version, or that there is no kubectl in it."""
    digest, resource = layer.asset_hash, layer.resource
    asset = find_asset(layer.assembly.root, resource, digest) if digest and resource else None
    if asset is None:
        return None
    try:
        told = _told(layer, asset)
        return _testimony(layer, asset, told) if told else _without_kubectl(layer, asset)
    except AssetLimitError as error:
        layer.assembly.add_problem(str(error))
        return None
    except UnreadableAssetError:
        return None  # another witness has to speak


def _without_kubectl(layer: LayerSource, asset: Asset) -> Evidence:
    return Evidence(NAME, None, None, f"{asset.name} contains no kubectl", layer.place)


def _testimony(layer: LayerSource, asset: Asset, told: Told) -> Evidence | None:
    if told.says == UNTOLD:
        return None
    version = None if told.says == NO_PROGRAM else Version.parse(told.says)
    what = f"is kubectl {version}" if version else "is not a program"
    published = told.checksum and layer.tables.kubectl_binaries.get(told.checksum) == version
    how = f", checksum {told.checksum}" if version and published else ""
    return Evidence(NAME, version, None, f"{told.member} in {_short(asset)} {what}{how}", layer.place)


def _told(layer: LayerSource, asset: Asset) -> Told | None:
    """What the kubectl of an asset says, from memory where the file is as it was then; None if it has none."""
    stamp = asset.stamp  # taken before the file is read: it may change meanwhile
    told = layer.memory.recall_file(stamp) if stamp else None
    if told is None:
        member = asset.member(*MEMBERS)
        told = Told(member.name, member.checksum, _remembered(layer, member)) if member else None
        if stamp and told:
            layer.memory.keep_file(stamp, told)
    return told


def _short(asset: Asset) -> str:
    """The name of an asset with as much of its hash as tells it apart."""
    return _HASH.sub(lambda found: f"{found[0][:8]}…", asset.name)


def _remembered(layer: LayerSource, member: Member) -> str:
    """What the program says, from memory where the very same one was read before."""
    key = member.digest
    told = layer.memory.recall(key) if key else None
    if told is None:
        with member.open() as stream:
            told = _version_in(layer, member, stream)
        if key:
            layer.memory.keep(key, told)
    return told


def _version_in(layer: LayerSource, member: Member, stream: IO[bytes]) -> str:
    """The version inside a kubectl; NO_PROGRAM if the file is none, UNTOLD if the program does not tell."""
    window = stream.read(WINDOW)
    if window.startswith(_SCRIPT):
        return UNTOLD
    if not window.startswith(_ELF):
        return NO_PROGRAM
    found: set[str] = set()
    for part in _windows(layer, member, stream, window):
        found.update(match.decode("ascii") for match in _VERSION.findall(part))
    if len(found) > 1:
        raise AssetLimitError(
            f"{member.name} in {member.asset.name}: contains the versions {' and '.join(sorted(found))}, "
            "so it is unclear which one runs"
        )
    return found.pop() if found else UNTOLD


def _windows(layer: LayerSource, member: Member, stream: IO[bytes], first: bytes) -> Iterator[bytes]:
    """A program in pieces, each with the end of the one before it, to the end of the file."""
    window, seen = first, len(first)
    yield window
    while more := stream.read(WINDOW):
        seen += len(more)
        layer.assembly.root.budget.inflate(len(more))
        if seen > MAX_BINARY:
            raise AssetLimitError(
                f"{member.name} in {member.asset.name}: larger than {MAX_BINARY} bytes, the limit for a program"
            )
        window = window[-OVERLAP:] + more
        yield window
