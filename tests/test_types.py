"""The model has no hole: a field that is added to a type makes mypy name every place where one is built.

mypy does not look into `**`, nor at a line that says `type: ignore`, so no model type is built by either.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
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
