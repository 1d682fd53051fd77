"""The packages that edited files need from now on: lines of package.json, requirements.txt or pyproject.toml.

Lock files are never edited; the command that brings them up to date is said instead.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from eks_guard.fix.edits import Edit
from eks_guard.fix.manifests import Manifest, package_json, pyproject, requirements
from eks_guard.matching import regex
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.data import Tables
    from eks_guard.data.rows import LayerPackage
    from eks_guard.fix.project import Project

NODE_LOCKS = {
    "package-lock.json": "npm install",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
}
PYTHON_TOOLS = {"poetry.lock": "poetry add", "uv.lock": "uv add", "Pipfile": "pipenv install", "pdm.lock": "pdm add"}
REQUIREMENTS = ("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/requirements.txt")
_NPM = regex(r"@aws-cdk/lambda-layer-kubectl-v\d+")
_PYPI = regex(r"aws[-_.]cdk[-_.]lambda[-_.]layer[-_.]kubectl[-_.]v\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Edits of dependency files, the commands to run after the patch, and what has to be done by hand."""

    edits: tuple[Edit, ...] = ()
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def dependencies(
    project: Project, after: Mapping[str, bytes], needed: Mapping[str, set[LayerPackage]], tables: Tables
) -> Dependencies:
    """Return what the packages that each file needs ask for. `after` is the content of all edited files."""
    edits: list[Edit] = []
    commands: list[str] = []
    notes: list[str] = []
    wanted: dict[tuple[str, bool], set[LayerPackage]] = {}
    for file, packages in sorted(needed.items()):
        python = file.endswith(".py")
        manifest = _python_file(project, file) if python else _nearest(project, file, "package.json")
        wanted.setdefault((manifest or "", python), set()).update(packages)
    for (path, python), packages in sorted(wanted.items()):
        for package in sorted(packages, key=lambda package: package.minor):
            found = _one(project, path, package, _gone(project, after, path), tables, python=python)
            edits += found.edits
            commands += found.commands
            notes += found.notes
    return Dependencies(tuple(edits), tuple(dict.fromkeys(commands)), tuple(dict.fromkeys(notes)))


def newest_release(tables: Tables, package: LayerPackage) -> str | None:
    """Return the newest known release of a layer package that carries kubectl."""
    npm = package.npm or f"@aws-cdk/{package.python_module.rpartition('.')[2].replace('_', '-')}"
    releases = [
        version
        for (name, version), layer in tables.layer_releases.items()
        if name in (npm, package.pypi) and layer.kubectl
    ]
    return max(releases, key=lambda text: [int(part) for part in text.split(".")], default=None)


def _one(  # noqa: PLR0913 (one package, with all that decides its line)
    project: Project, path: str, package: LayerPackage, gone: frozenset[str], tables: Tables, *, python: bool
) -> Dependencies:
    name = package.pypi if python else package.npm or ""
    release = newest_release(tables, package)
    command = _python_command(project, path, name) if python else _node_command(project, path, name)
    content = project.content(path) if path else None
    if not isinstance(content, bytes) or release is None:
        return Dependencies(commands=(command,))
    if project.is_projen(path):
        return Dependencies(notes=(f"{path} is written by projen: add {name} to .projenrc, then run `npx projen`",))
    read = requirements if path.endswith((".txt", ".in")) else pyproject if path.endswith(".toml") else package_json
    manifest = read(path, content, _PYPI if python else _NPM)
    if manifest is None:
        return Dependencies(commands=(command,))
    return Dependencies(manifest_edits(manifest, name, release, gone), (_install(project, path, command),))


def manifest_edits(manifest: Manifest, name: str, release: str, gone: frozenset[str]) -> tuple[Edit, ...]:
    """Return the edits that name a package, in the place of one that is not used any more, or beside its kind."""
    old = [line for line in manifest.lines if manifest.is_layer(line.name)]
    dropped = [line for line in old if any(_same(line.name, one) for one in gone)]
    if any(_same(line.name, name) for line in manifest.lines):
        return tuple(manifest.removing(line) for line in dropped)
    if dropped:
        first, *rest = dropped
        return (manifest.replacing(first, name, release), *(manifest.removing(line) for line in rest))
    beside = old or [line for line in manifest.lines if _same(line.name, "aws-cdk-lib")]
    return (manifest.adding(beside[-1], name, release),) if beside else ()


def _same(one: str, two: str) -> bool:
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", two).lower()


def _gone(project: Project, after: Mapping[str, bytes], path: str) -> frozenset[str]:
    """Return the layer packages that an edited file named, and that no file names any more."""
    before = {name for file in after for name in _named(_content(project, file))}
    still = {name for file in after for name in _named(after[file])}
    for name in sorted(before - still):
        words = (name, name.replace("-", "_"))
        others = [file for word in words for file in project.files_with(word) if file not in after]
        if others:
            still.add(name)
    kind = "aws-cdk.{}" if not path.endswith(".json") else "@aws-cdk/{}"
    return frozenset(kind.format(name) for name in before - still)


def _content(project: Project, path: str) -> bytes:
    found = project.content(path)
    return found if isinstance(found, bytes) else b""


def _named(content: bytes) -> Iterator[str]:
    for match in re.finditer(rb"lambda[-_]layer[-_]kubectl[-_]v\d+", content):
        yield match[0].decode().replace("_", "-")


def _nearest(project: Project, file: str, name: str) -> str | None:
    folder = posixpath.dirname(file)
    while True:
        path = posixpath.join(folder, name)
        if (project.folder / path).is_file():
            return path
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _python_file(project: Project, file: str) -> str | None:
    for name in REQUIREMENTS:
        found = _nearest(project, file, name)
        if found and re.search(rb"aws[-_.]cdk[-_.]lib", _content(project, found)):
            return found
    found = _nearest(project, file, "pyproject.toml")
    return found if found and re.search(rb"aws[-_.]cdk[-_.]lib", _content(project, found)) else None


def _node_command(project: Project, path: str, name: str) -> str:
    adds = {
        "npm install": "npm install",
        "yarn install": "yarn add",
        "pnpm install": "pnpm add",
        "bun install": "bun add",
    }
    return f"{adds[_node_install(project, path)]} {name}"


def _node_install(project: Project, path: str) -> str:
    for lock, command in NODE_LOCKS.items():
        if _nearest(project, path, lock):
            return command
    return "npm install"


def _python_command(project: Project, path: str, name: str) -> str:
    for file, command in PYTHON_TOOLS.items():
        if _nearest(project, path, file):
            return f"{command} {name}"
    return f"pip install {name}"


def _install(project: Project, path: str, command: str) -> str:
    if path.endswith(".json"):
        return _node_install(project, path)
    if path.endswith((".txt", ".in")):
        return f"pip install -r {path}"
    return (
        "uv sync"
        if _nearest(project, path, "uv.lock")
        else "pip install -e ."
        if command.startswith("pip")
        else command
    )
