"""What else looks at CloudFormation, as a user would call it, and the floors below any Python program."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
RULES = HERE / "eks.guard"
PACKAGE = CACHE / "guard" / "package" / "bin"
CHECKOV = CACHE / "checkov" / "bin" / "checkov"
BARE = (
    "import typer\napp = typer.Typer()\n@app.command()\ndef check(path: str = 'x') -> None:\n    print(path)\napp()\n"
)
READ = "import os, sys\nfor entry in os.scandir(sys.argv[1]):\n    with open(entry.path, 'rb') as file:\n        file.read()\n"
OURS, TYPER = "eks-guard check", "a bare Typer program"


def commands(assembly: Path, templates: Path) -> dict[str, list[str]]:
    """The commands by name. `templates` holds all templates of the assembly in one folder, for those that read no assembly."""
    return {OURS: [sys.executable, "-m", "eks_guard", "check", str(assembly)]} | floors(templates) | peers(templates)


def floors(templates: Path) -> dict[str, list[str]]:
    """Programs that do nothing, or nothing but read."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        TYPER: [sys.executable, "-c", BARE],
        "reading all templates": [sys.executable, "-c", READ, str(templates)],
    }


def peers(templates: Path) -> dict[str, list[str]]:
    """The peers that are here; `missing` names the others."""
    found: dict[str, list[str]] = {}
    guard = _guard()
    if guard:
        found["cfn-guard, 4 EKS rules"] = [str(guard), "validate", "-r", str(RULES), "-d", str(templates)]
    lint = _cfn_lint()
    if lint.exists():
        found["cfn-lint, with our rules"] = [
            str(lint),
            "-a",
            "eks_guard.cfnlint_rules",
            "-t",
            f"{templates}/*.template.json",
        ]
    if CHECKOV.exists():
        scan = ["--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
        found["checkov, CloudFormation"] = [str(CHECKOV), "--directory", str(templates), *scan]
    return found


def missing() -> list[str]:
    """The peers that are not installed; `make bench-peers` installs them."""
    absent = {"cfn-guard": _guard() is None, "cfn-lint": not _cfn_lint().exists(), "checkov": not CHECKOV.exists()}
    return [name for name, gone in absent.items() if gone]


def all_templates(assembly: Path, folder: Path) -> Path:
    """A folder with every template of an assembly, for tools that know nothing of assemblies."""
    folder.mkdir(parents=True, exist_ok=True)
    for template in assembly.rglob("*.template.json"):
        shutil.copyfile(template, folder / template.name)
    return folder


def _guard() -> Path | None:
    system = {"linux": "ubuntu", "darwin": "macos"}.get(sys.platform, "windows")
    machine = "aarch64" if _is_arm() else "x86_64"
    path = PACKAGE / system / machine / "cfn-guard"
    return path if path.exists() else None


def _cfn_lint() -> Path:
    return Path(sys.executable).with_name("cfn-lint")


def _is_arm() -> bool:
    import platform

    return platform.machine() in ("arm64", "aarch64")
