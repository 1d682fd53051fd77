"""What a policy author can look up: the facts, and JSON Schemas of everything that is written or read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.errors import UsageError
from eks_guard.policy.facts import FACTS
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.policy.schema import CasesFile, ConfigFile, PolicyFile

if TYPE_CHECKING:
    from pydantic import BaseModel

WRITTEN: dict[str, type[BaseModel]] = {"policy": PolicyFile, "cases": CasesFile, "config": ConfigFile}
READ = ("report", "inspect")


def fact_rows() -> list[tuple[str, str, str, str, list[str]]]:
    """Each fact: name, type, meaning, example, and the built-in policies that use it."""
    policies = [policy for pack in builtin_packs() for policy in load_pack(pack)]
    used = {
        name: sorted({p.id for p in policies for line in (*p.when, *p.expect) if line.fact == name}) for name in FACTS
    }
    return [(fact.name, fact.type.name, fact.meaning, fact.example, used[fact.name]) for fact in FACTS.values()]


def json_schema(name: str) -> str:
    """The JSON Schema of a file that people write or of a report. Raises UsageError for another name."""
    if name in WRITTEN:
        schema = WRITTEN[name].model_json_schema()
        return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"
    if name in READ:
        return (Path(__file__).parent.parent / "data" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    raise UsageError(f"found {name!r}, expected one of {', '.join((*WRITTEN, *READ))}")
