"""Archives of an organisation, good and bad, as its pipelines leave them behind."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from conftest import SAMPLES

VERSIONS = ("1.30", "1.31", "1.32", "1.33", "1.34", "1.35")
REAL = sorted(path for path in SAMPLES.glob("payment-*/cdk.out"))
BAD = {
    "cut-off": "not a whole zip",
    "leads-out": "is outside the archive",
    "huge": "more than 67108864 bytes",
    "empty": "empty",
    "no-archive": "neither a zip nor a tar archive",
    "no-assembly": "not a cloud assembly",
}
"""The kinds of bad archives, and the words that their reasons have."""
HUGE = 200_000_000


def cluster(version: str, *, public: bool = True) -> dict:
    return {
        "Type": "AWS::EKS::Cluster",
        "Properties": {
            "Version": version,
            "RoleArn": "arn:aws:iam::123456789012:role/eks",
            "ResourcesVpcConfig": {
                "SubnetIds": ["subnet-1", "subnet-2"],
                "EndpointPublicAccess": public,
                "EndpointPrivateAccess": True,
            },
        },
    }


def assembly_files(number: int, *, clusters: int = 1) -> dict[str, str]:
    """A small app: one stack, with clusters whose versions go round."""
    resources = {
        f"Cluster{n}": cluster(VERSIONS[(number + n) % len(VERSIONS)], public=number % 3 == 0) for n in range(clusters)
    }
    resources["Topic"] = {"Type": "AWS::SNS::Topic"}
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{100000000000 + number % 7}/eu-central-1",
        "properties": {"templateFile": f"App{number}.template.json"},
    }
    return {
        "manifest.json": json.dumps({"version": "36.0.0", "artifacts": {f"App{number}": artifact}}),
        f"App{number}.template.json": json.dumps({"Resources": resources}),
    }


def zipped(files: Mapping[str, str | bytes], folder: str = "cdk.out/") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}{name}", content)
    return buffer.getvalue()


def tarred(files: dict[str, str], mode: Literal["w:gz", "w:xz", "w:bz2"] = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"cdk.out/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


def real_files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def good(number: int) -> bytes:
    """Most archives hold one small app, some two clusters, some none, some are tars, some an app of a real release."""
    if number % 20 == 7:
        return zipped(real_files(REAL[number % len(REAL)]))
    files = assembly_files(number, clusters=0 if number % 10 == 5 else 2 if number % 4 == 0 else 1)
    return tarred(files) if number % 10 == 9 else zipped(files)


def bad(kind: str) -> bytes:
    whole = zipped(assembly_files(0))
    match kind:
        case "cut-off":
            return whole[: len(whole) // 2]
        case "leads-out":
            return zipped({**assembly_files(0), "../../outside.json": "{}"})
        case "huge":
            files = assembly_files(0)
            return zipped({**files, "App0.template.json": " " * HUGE})
        case "empty":
            return b""
        case "no-archive":
            return b"a text that somebody uploaded under the wrong name\n" * 40
    return zipped({"README.md": "nothing here"}, "docs/")


def contents(count: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of `count` archives, eleven of them bad in six ways."""
    kinds = [*BAD, *list(BAD)[:5]]
    spread = {count * (index + 1) // (len(kinds) + 1): kind for index, kind in enumerate(kinds)}
    for number in range(count):
        name = f"team-{number % 8:02}/app-{number:05}/cdk.out.zip"
        yield name, bad(spread[number]) if number in spread else good(number)


def write_fleet(folder: Path, count: int) -> Path:
    for name, content in contents(count):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
