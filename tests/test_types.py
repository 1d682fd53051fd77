"""The model has no hole: a field that is added to a type makes mypy name every place where one is built.

mypy does not look into `**`, nor at a line that says `type: ignore`, so no model type is built by either.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from conftest import ROOT

import eks_guard.model

MODULES = [module.name for module in pkgutil.walk_packages(eks_guard.model.__path__, "eks_guard.model.")]
TYPES = {
    f"{name}.{found.__name__}"
    for name in MODULES
    for found in vars(importlib.import_module(name)).values()
    if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == name
}


def built(tree: ast.Module, module: str) -> Iterator[tuple[str, ast.Call]]:
    """The model types that a module builds, and where."""
    names = {name.rpartition(".")[2]: name for name in TYPES if name.startswith(f"{module}.")}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and names.get(node.func.id) in TYPES:
            yield names[node.func.id], node


def holes(text: str, module: str) -> Iterator[str]:
    lines = text.splitlines()
    for name, call in built(ast.parse(text), module):
        if any(keyword.arg is None for keyword in call.keywords):
            yield f"{module}:{call.lineno}: {name} is built from a dict"
        if any("type: ignore" in line for line in lines[call.lineno - 1 : call.end_lineno]):
            yield f"{module}:{call.lineno}: {name} is built where mypy does not look"


def sources() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "eks_guard").rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def test_every_model_type_is_built_in_the_sight_of_mypy():
    assert len(TYPES) > 80
    assert [hole for module, path in sources() for hole in holes(path.read_text(encoding="utf-8"), module)] == []


def test_a_hole_is_seen():
    text = "from eks_guard.model.value import Known as K, Place\nK(**found)\nPlace(1)  # type: ignore[arg-type]\nPlace('a')\n"
    assert list(holes(text, "eks_guard.mine")) == [
        "eks_guard.mine:2: eks_guard.model.value.Known is built from a dict",
        "eks_guard.mine:3: eks_guard.model.value.Place is built where mypy does not look",
    ]


def with_a_field_more(text: str) -> str:
    """A module of the model in which every type has one more field that must be given."""
    lines = text.splitlines()
    firsts = [
        next((part.lineno for part in node.body if isinstance(part, ast.AnnAssign)), None)
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list)
    ]
    for line in sorted((line for line in firsts if line), reverse=True):
        lines.insert(line - 1, "    added: Added = dataclasses.field(kw_only=True)")
    imports = next(i for i, line in enumerate(lines) if line == "from __future__ import annotations")
    return "\n".join([*lines[: imports + 1], "import dataclasses", "class Added: ...", *lines[imports + 1 :]]) + "\n"


def test_a_field_that_is_added_to_every_model_type_makes_mypy_name_every_place_that_builds_one(tmp_path):
    shutil.copytree(ROOT / "eks_guard", tmp_path / "eks_guard")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file in (tmp_path / "eks_guard" / "model").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(with_a_field_more(text) if "\n@dataclass" in text else text, encoding="utf-8")
    command = (sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "eks_guard")
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    named = {(file, int(line)) for file, line in re.findall(r"^(\S+?):(\d+): error: ", said, re.MULTILINE)}
    places = [
        (path.relative_to(ROOT), call, name)
        for module, path in sources()
        for name, call in built(ast.parse((tmp_path / path.relative_to(ROOT)).read_text(encoding="utf-8")), module)
    ]
    assert len(places) > 1000
    unseen = [
        f"{file}:{call.lineno}: {name}"
        for file, call, name in places
        if not any((str(file), line) in named for line in range(call.lineno, (call.end_lineno or 0) + 1))
    ]
    assert unseen == []
