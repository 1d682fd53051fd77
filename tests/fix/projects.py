"""Small CDK apps, each written in another way, with the assembly that real CDK made of them.

`python tests/fix/projects.py [shape…]` synthesizes them again and keeps what `fix` reads of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SHAPES = HERE / "shapes"
RECORDED = HERE / "recorded"
MODULES = HERE.parent.parent / "sample_templates" / "packages" / "newest" / "node_modules"
PACKAGE_JSON = """\
{
  "name": "shop",
  "private": true,
  "dependencies": {
    "@aws-cdk/lambda-layer-kubectl-v24": "^2.0.242",
    "aws-cdk-lib": "^2.275.0",
    "constructs": "^10.4.2"
  }
}
"""
REQUIREMENTS = "aws-cdk-lib==2.275.0\naws-cdk.lambda-layer-kubectl-v24==2.0.242\nconstructs>=10.4.2\n"
CONTEXT = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}


def names() -> list[str]:
    return sorted(path.parent.name for path in SHAPES.glob("*/cdk.json"))


def project(name: str, folder: Path) -> Path:
    """Write the sources of a shape into a folder, with the dependency file that every app has."""
    target = folder / name
    shutil.copytree(SHAPES / name, target)
    file, content = ("requirements.txt", REQUIREMENTS) if name.startswith("py") else ("package.json", PACKAGE_JSON)
    if not (target / file).exists() and not (target / "pyproject.toml").exists():
        (target / file).write_text(content)
    return target


def recorded(name: str, folder: Path) -> Path:
    """The sources of a shape with its recorded assembly in their cdk.out."""
    target = project(name, folder)
    with tarfile.open(RECORDED / f"{name}.tar.xz") as archive:  # ours; Python 3.11.2 of Debian 12 has no filters
        for member in archive.getmembers():
            content = archive.extractfile(member)
            if content is not None:
                (target / member.name).parent.mkdir(parents=True, exist_ok=True)
                (target / member.name).write_bytes(content.read())
    return target


def synthesize(target: Path) -> Path:
    """Run the app of a project as the CDK CLI does, and return its assembly."""
    if not (target / "node_modules").exists():
        (target / "node_modules").symlink_to(MODULES)
    command = json.loads((target / "cdk.json").read_text())["app"]
    out = target / "cdk.out"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps(CONTEXT),
        "CDK_VALIDATION": "false",
        "JSII_HOST_STACK_TRACES": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }
    result = subprocess.run(
        ["sh", "-c", command], cwd=target, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return out


def record(name: str) -> None:
    """Keep the templates, the manifest and the positions of an assembly; nothing that Lambda would run."""
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        out = synthesize(project(name, Path(folder)))
        RECORDED.mkdir(exist_ok=True)
        with tarfile.open(RECORDED / f"{name}.tar.xz", "w:xz", preset=9) as archive:
            for file in sorted(out.rglob("*")):
                path = file.relative_to(out)
                inside = all(part.startswith("assembly-") for part in path.parts[:-1])
                kept = file.suffix == ".json" or path.name == "cdk.out"
                if kept and file.is_file() and inside and path.name not in ("tree.json", "validation-report.json"):
                    info = archive.gettarinfo(file, f"cdk.out/{path}")
                    info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
                    with file.open("rb") as content:
                        archive.addfile(info, content)
    print(f"{name}: recorded")


if __name__ == "__main__":
    for shape in sys.argv[1:] or names():
        try:
            record(shape)
        except AssertionError as error:
            print(f"{shape}: does not synthesize\n{error}")
