"""Sixty archives by somebody who means no good: none leads outside, none swells, none ends the run."""

from __future__ import annotations

import io
import json
import stat
import struct
import tarfile
import zipfile
from collections.abc import Iterator

from conftest import TODAY

from fleet.archives import assembly_files, tarred, zipped
from fleet.conftest import rows

LEAVING = ("../x", "/etc/x", "a/../../x", "C:/x", "..\\x", "cdk.out/../../x", "//x/y", "./../x")
TEMPLATE = "App0.template.json"


def with_member(name: str) -> bytes:
    return zipped({**{f"cdk.out/{key}": text for key, text in assembly_files(0).items()}, name: "{}"}, "")


def with_link(target: str, name: str = "cdk.out/App0.template.json") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cdk.out/manifest.json", assembly_files(0)["manifest.json"])
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return buffer.getvalue()


def tar_with(kind: bytes, name: str, link: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for key, text in assembly_files(0).items():
            info = tarfile.TarInfo(f"cdk.out/{key}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        archive.addfile(info)
    return buffer.getvalue()


def lying(field: int, value: int) -> bytes:
    """A zip whose directory says something else of its first member than is true."""
    content = bytearray(zipped(assembly_files(0)))
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, at + field, value)
    return bytes(content)


def hostile() -> Iterator[tuple[str, bytes]]:
    whole = zipped(assembly_files(0))
    packed = tarred(assembly_files(0))
    for number, name in enumerate(LEAVING):
        yield f"zip-out-{number}", with_member(name)
        yield f"tar-out-{number}", tar_with(tarfile.REGTYPE, name)
    for number, target in enumerate(("/etc/passwd", "../../../etc/passwd", "App0.template.json", "missing", "C:\\x")):
        yield f"link-{number}", with_link(target)
        yield f"symbolic-{number}", tar_with(tarfile.SYMTYPE, "cdk.out/link", target)
        yield f"hard-{number}", tar_with(tarfile.LNKTYPE, "cdk.out/hard", target)
    for number, kind in enumerate((tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)):
        yield f"device-{number}", tar_with(kind, "cdk.out/device")
    for number, at in enumerate((1, 3, 22, len(whole) // 3, len(whole) - 30, len(whole) - 1)):
        yield f"cut-zip-{number}", whole[:at]
        yield f"cut-tar-{number}", packed[: max(1, at * len(packed) // len(whole))]
    yield "swelling-template", zipped({**assembly_files(0), TEMPLATE: " " * 80_000_000})
    yield "swelling-manifest", zipped({**assembly_files(0), "manifest.json": "[" * 3_000_000})
    yield "size-too-small", lying(24, 3)
    yield "size-too-large", lying(24, 0xFFFFFFF0)
    yield "wrong-checksum", lying(16, 0)
    yield "encrypted", lying(8, 1)
    yield "deep", zipped({**assembly_files(0), TEMPLATE: '{"Resources": {"AWS::EKS::Cluster": ' + '{"a":' * 100_000})
    yield "not-utf-8", zipped({**assembly_files(0), TEMPLATE: b'{"Resources": {"AWS::EKS::Cluster\xff": {}}}'})
    manifest = json.loads(assembly_files(0)["manifest.json"])
    manifest["artifacts"]["App0"]["properties"]["templateFile"] = "../../../../etc/passwd"
    yield "manifest-leads-out", zipped({**assembly_files(0), "manifest.json": json.dumps(manifest)})
    yield "zip-in-zip", zipped({"cdk.out.zip": whole}, "")
    yield "many-members", zipped({f"f{number}": "" for number in range(100_050)}, "")
    yield "many-folders", zipped({"/".join(str(n) for n in range(3000)) + "/x": "", **assembly_files(0)}, "")
    yield "names", zipped({**assembly_files(0), "\u202e\x1b[31m": "{}"})
    yield "zeros", b"\0" * 100_000


def test_sixty_hostile_archives_cost_a_row_each(run, tmp_path):
    (tmp_path / "in").mkdir()
    found = dict(hostile())
    assert len(found) >= 60
    for name, content in found.items():
        (tmp_path / "in" / f"{name}.zip").write_bytes(content)
    (tmp_path / "in" / "good.zip").write_bytes(zipped(assembly_files(0)))
    before = sorted(path for path in tmp_path.rglob("*") if "in" in path.parts)
    result = run("fleet", "in", "--output", "runs", "--today", TODAY, "--workers", 2, "--timeout", 120)
    assert result.code == 3
    assert "Traceback" not in result.err
    said = {
        url.rsplit("/", 1)[-1]: (status, reason)
        for url, status, reason in rows(tmp_path / "runs", columns="url, status, reason")
    }
    assert len(said) == len(found) + 1
    assert said["good.zip"][0] == "audited"
    assert {status for status, _ in said.values()} <= {"audited", "empty", "refused"}
    assert all(reason for status, reason in said.values() if status == "refused")
    for number in range(len(LEAVING)):
        assert said[f"zip-out-{number}.zip"][0] == "refused"
        assert said[f"tar-out-{number}.zip"][0] == "refused" or "\\" in LEAVING[number]  # in a tar, a letter as any
    assert sorted(path for path in tmp_path.rglob("*") if "in" in path.parts) == before
    assert not any("root:" in str(row) for row in rows(tmp_path / "runs", "findings"))
