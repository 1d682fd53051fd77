"""What people read names the thing, then the verb, in the words of a native engineer."""

from __future__ import annotations

import ast
import re

import pytest
from conftest import ROOT

TRANSLATED = re.compile(
    r"\bnobody\b|\btells\b|\b(?:is|are) told\b|\bstands\b|\ba decision of yours\b|\bnot known\b|, which is no \w",
    re.IGNORECASE,
)


def texts(tree: ast.Module):
    """The texts of a module that are no docstrings, with their lines."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "folder", sorted(path.name for path in (ROOT / "eks_guard").iterdir() if path.suffix != ".json")
)
def test_messages_do_not_read_as_translated(folder):
    place = ROOT / "eks_guard" / folder
    files = [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in files
        for line, text in texts(ast.parse(file.read_text(encoding="utf-8")))
        if TRANSLATED.search(text)
    ]
    assert found == []
