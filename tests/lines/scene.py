"""Small CDK apps, one stack for each mistake, each in TypeScript and in Python, with a slot for the lines of its fix.

In the text of a scene `«mistake»` is a slot: the mistake stands there in the failing app, the printed lines in the
mended one. Lines are in parts where a line of comment alone begins each; `«2:mistake»` takes the second, `«0:mistake»`
none, and without a number a slot takes all of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from apps import need_node, need_python, run
from conftest import TODAY

HERE = Path(__file__).parent
SCENES = HERE / "scenes"
SLOT = re.compile(r"«(?:(\d):)?(.*?)»", re.DOTALL)
LANGUAGES = ("typescript", "python")
IMPORTS = {
    "typescript": (
        "import * as cdk from 'aws-cdk-lib';",
        "import { Construct } from 'constructs';",
        "import { base, pod } from '../bakery';",
    ),
    "python": ("import aws_cdk as cdk", "from constructs import Construct", "from bakery import base, pod"),
}
EKS = {
    "typescript": "import * as eks from 'aws-cdk-lib/{0}';",
    "python": "from aws_cdk import {0} as eks",
}
MODULE = {
    "typescript": """{imports}
export class Scene extends cdk.Stack {{
  constructor(scope: Construct, id: string) {{
    super(scope, id, {{ env: {{ account: '111122223333', region: 'eu-central-1' }} }});
{body}
  }}
}}
""",
    "python": """{imports}


class Scene(cdk.Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, env=cdk.Environment(account="111122223333", region="eu-central-1"))
{body}
""",
}
APP = {"typescript": HERE / "bakery.ts", "python": HERE / "bakery.py"}
MAIN = {
    "typescript": (
        "import {{ Scene as {0} }} from './scenes/{1}';",
        "import { app } from './bakery';\n{imports}\n{stacks}\napp.synth();\n",
        "new {0}(app, '{1}');",
    ),
    "python": (
        "from scenes.{0} import Scene as {0}",
        "from bakery import app\n{imports}\n{stacks}\napp.synth()\n",
        '{0}(app, "{1}")',
    ),
}
CHART = "apiVersion: v2\nname: web\nversion: 1.2.3\n"
ENDING = {"typescript": "ts", "python": "py"}


@dataclass(frozen=True)
class Edit:
    """Printed lines, and what they import."""

    lines: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """The mistake that one policy finds on a day. `then` is the outcome after the fix."""

    name: str
    policy: str
    code: Mapping[str, str]
    imports: Mapping[str, tuple[str, ...]]
    then: str
    today: str

    def module(self, language: str, edit: Edit | None) -> str:
        """The source of the stack, with the mistake or with printed lines in its place."""
        parts = pieces(edit.lines, language) if edit else []

        def fill(slot: re.Match[str]) -> str:
            if edit is None:
                return slot[2]
            chosen = edit.lines if slot[1] is None else parts[int(slot[1]) - 1] if int(slot[1]) else ""
            begin = slot.string.rfind("\n", 0, slot.start()) + 1
            line = slot.string[begin : slot.start()]
            margin = line if not line.strip() else ""
            return f"{chosen}\n".replace("\n", f"\n{margin}") if margin else f"{chosen}\n"

        return source(language, SLOT.sub(fill, self.code[language]), (*self.imports[language], *imports_of(edit)))


def imports_of(edit: Edit | None) -> tuple[str, ...]:
    return edit.imports if edit else ()


def source(language: str, body: str, imports: Iterable[str]) -> str:
    """The file of one stack."""
    indent = "    " if language == "typescript" else "        "
    lines = "\n".join(indent + line for line in body.splitlines())
    return MODULE[language].format(imports="\n".join(dict.fromkeys((*IMPORTS[language], *imports))), body=lines)


def pieces(lines: str, language: str) -> list[str]:
    """Lines in parts, where a line of comment alone begins each."""
    mark = "//" if language == "typescript" else "#"
    found: list[list[str]] = [[]]
    for line in lines.splitlines():
        if line.startswith(mark) and any(not text.startswith(mark) for text in found[-1]):
            found.append([])
        found[-1].append(line)
    return ["\n".join(part) for part in found]


def read_scenes() -> dict[str, Scene]:
    """All scenes by their names."""
    return {path.stem: _read(path) for path in sorted(SCENES.glob("*.yaml"))}


def imports_in(written: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a scene imports in each language: its library, and what it says."""
    library = written.get("library", "aws-eks")
    module = {"typescript": library, "python": library.replace("-", "_")}
    return {
        language: (EKS[language].format(module[language]), *written.get("imports", {}).get(language, "").splitlines())
        for language in LANGUAGES
    }


def _read(path: Path) -> Scene:
    written: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Scene(
        name=path.stem,
        policy=written.get("policy", path.stem),
        code={language: written[language] for language in LANGUAGES},
        imports=imports_in(written),
        then=written.get("then", "pass"),
        today=written.get("today", TODAY),
    )


def synth(folder: Path, language: str, modules: Mapping[str, str]) -> Path:
    """Synthesize an app of stacks by their names and sources; return its assembly."""
    if language == "python":
        need_python()
        result = run([sys.executable, _write_app(folder, language, modules)], folder)
    else:
        installed = need_node()
        app = _write_app(folder, language, modules)
        (folder / "node_modules").symlink_to(installed)
        result = run(["node", installed / "tsx" / "dist" / "cli.mjs", app], folder)
    assert result.code == 0, result.said
    return result.out


def _write_app(folder: Path, language: str, modules: Mapping[str, str]) -> Path:
    """Write an app of stacks by their names and sources."""
    (folder / "scenes").mkdir(parents=True)
    (folder / APP[language].name).write_text(APP[language].read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "charts" / "web").mkdir(parents=True)
    (folder / "charts" / "web" / "Chart.yaml").write_text(CHART, encoding="utf-8")
    names = []
    for name, module in modules.items():
        identifier = name.replace("-", "_")
        names.append((identifier, name))
        (folder / "scenes" / f"{identifier}.{ENDING[language]}").write_text(module, encoding="utf-8")
    importing, main, making = MAIN[language]
    imports = "\n".join(importing.format(name, name) for name, _ in names)
    stacks = "\n".join(making.format(name, stack) for name, stack in names)
    file = folder / f"app.{ENDING[language]}"
    file.write_text(main.replace("{imports}", imports).replace("{stacks}", stacks), encoding="utf-8")
    return file
