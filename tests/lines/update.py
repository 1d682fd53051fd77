"""Small CDK apps as they were deployed, with a change that one policy finds, and with the lines that it prints.

In the text of an update, `«deployed|wrong|mended|next»` is a slot, and `{lines}` in it are the printed lines. What is not
written of a slot: mended is as wrong, and next, too. Where the lines belong to an `earlier` deploy, mended is as deployed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from scene import HERE, LANGUAGES, Edit, imports_in, imports_of, source

UPDATES = HERE / "updates"
SLOT = re.compile(r"«(.*?)»", re.DOTALL)
STATES = ("deployed", "wrong", "mended", "next")


@dataclass(frozen=True)
class Update:
    """A change that fails a policy. `earlier`: the lines go into a deploy of their own before it.

    `brings` are the policies that say what the mended change is meant to do, such as to replace nodes.
    """

    name: str
    policy: str
    code: Mapping[str, str]
    imports: Mapping[str, tuple[str, ...]]
    earlier: bool
    then: tuple[str, ...]
    brings: tuple[str, ...]

    def module(self, language: str, state: str, edit: Edit | None) -> str:
        """The source of the stack in a state; `edit` are the printed lines."""

        def fill(slot: re.Match[str]) -> str:
            chosen = self._chosen(slot[1].split("|"), state)
            lines = edit.lines if edit else ""
            begin = slot.string.rfind("\n", 0, slot.start()) + 1
            margin = " " * (len(slot.string[begin:]) - len(slot.string[begin:].lstrip(" ")))
            return chosen.replace("{lines}", f"{lines}\n".replace("\n", f"\n{margin}"))

        return source(language, SLOT.sub(fill, self.code[language]), (*self.imports[language], *imports_of(edit)))

    def _chosen(self, written: list[str], state: str) -> str:
        deployed, wrong, *rest = written
        mended = rest[0] if rest else deployed if self.earlier else wrong
        after = rest[1] if len(rest) > 1 else wrong
        return {"deployed": deployed, "wrong": wrong, "mended": mended, "next": after}[state]


def read_updates() -> dict[str, Update]:
    """All updates by their names."""
    return {path.stem: _read(path) for path in sorted(UPDATES.glob("*.yaml"))}


def _read(path: Path) -> Update:
    written: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Update(
        name=path.stem,
        policy=written.get("policy", path.stem),
        code={language: written[language] for language in LANGUAGES},
        imports=imports_in(written),
        earlier=written.get("earlier", False),
        then=tuple(written.get("then", ("pass", "not-applicable"))),
        brings=tuple(written.get("brings", ())),
    )
