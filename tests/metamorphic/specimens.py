"""What the transformations are tried on: assemblies of real CDK releases, small templates of situations and cases."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from conftest import ASSEMBLIES, ROOT, SAMPLES
from walking import is_template

from eks_guard.audit.cases import _hashes
from eks_guard.data import Tables
from eks_guard.policy.cases.schema import CasesFile
from eks_guard.policy.cases.template import template_of

ALONE = "template.json"
"""The one file of an input that is a template, and no assembly."""


@dataclass(frozen=True)
class Specimen:
    """The files of an assembly by their names, JSON parsed; `parameters` are given on the command line."""

    name: str
    files: dict[str, Any]
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def is_assembly(self) -> bool:
        return "manifest.json" in self.files

    @property
    def templates(self) -> dict[str, Any]:
        return {name: content for name, content in self.files.items() if is_template(content)}

    @property
    def deployed(self) -> dict[str, Any]:
        """The templates of stacks that are deployed on their own: nobody but a parent passes parameters to the others."""
        if not self.is_assembly:
            return {name: content for name, content in self.templates.items() if name not in self._nested}
        artifacts = self.files["manifest.json"].get("artifacts", {}).values()
        named = {one.get("properties", {}).get("templateFile") for one in artifacts if isinstance(one, dict)}
        return {name: content for name, content in self.templates.items() if name in named}

    @property
    def _nested(self) -> set[str]:
        listed = [content for name, content in self.files.items() if name.endswith(".assets.json")]
        files = {file["source"]["path"] for assets in listed for file in assets["files"].values()}
        return files | {name for name in self.templates if name.endswith(".nested.template.json")}

    def with_files(self, **files: Any) -> Specimen:
        return replace(self, files={**self.files, **files})

    def with_template(self, name: str, template: Any) -> Specimen:
        return replace(self, files={**self.files, name: template})

    def write(self, folder: Path) -> Path:
        """Write the files, and return what is to be checked."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return folder if self.is_assembly or len(self.files) > 1 else folder / next(iter(self.files))


def specimens() -> list[Specimen]:
    """Return all of them; `EKS_GUARD_METAMORPHIC_INPUTS` names more folders of assemblies and templates."""
    return [*_assemblies(SAMPLES, ASSEMBLIES), *_situations(), *_cases(), *_given()]


def _assemblies(*roots: Path) -> Iterator[Specimen]:
    for root in roots:
        for manifest in sorted(root.rglob("manifest.json")):
            folder = manifest.parent
            if "node_modules" in manifest.parts or (folder.parent / "manifest.json").exists():
                continue
            yield Specimen(str(folder.relative_to(root.parent)), dict(_read(folder)))


def _read(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "tree.json":
            yield str(path.relative_to(folder)), _parsed(path)


def _parsed(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(content.decode("utf-8-sig")) if path.suffix == ".json" else content


def _situations() -> Iterator[Specimen]:
    for path in sorted((ASSEMBLIES / "situations").glob("*.yaml")):
        files = yaml.safe_load(path.read_text(encoding="utf-8"))["files"]
        plain = not any(isinstance(content, str) or name.endswith(".zip") for name, content in files.items())
        if plain and any(is_template(content) for content in files.values()):
            yield Specimen(f"situations/{path.stem}", files)


def _cases() -> Iterator[Specimen]:
    """Yield the templates of the cases beside the policies, each once."""
    hashes = _hashes(Tables())
    seen: set[str] = set()
    for path in sorted((ROOT / "policies").rglob("*.test.yaml")):
        for case in CasesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).cases:
            if case.before is not None or case.after is not None:
                continue
            template = template_of(case, hashes).template
            text = json.dumps(template, sort_keys=True)
            if template.get("Resources") and text not in seen:
                seen.add(text)
                yield Specimen(f"cases/{path.name.partition('.')[0]}/{case.name}", {ALONE: template})


def _given() -> Iterator[Specimen]:
    for root in filter(None, os.environ.get("EKS_GUARD_METAMORPHIC_INPUTS", "").split(os.pathsep)):
        yield from _assemblies(Path(root))
        for path in sorted(Path(root).rglob("template*.json")):
            yield Specimen(str(path.relative_to(root)), {ALONE: _parsed(path)})
