"""What a policy author can look up: the facts, and JSON Schemas of everything that is written or read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.errors import UsageError
from eks_guard.model.addresses import schema_address
from eks_guard.model.policy import FactRow, Operator
from eks_guard.policy.cases.schema import CasesFile
from eks_guard.policy.config_schema import ConfigFile
from eks_guard.policy.facts import FACTS
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.policy.schema import PolicyFile
from eks_guard.policy.scope import WORDS

if TYPE_CHECKING:
    from pydantic import BaseModel

WRITTEN: dict[str, type[BaseModel]] = {"policy": PolicyFile, "cases": CasesFile, "config": ConfigFile}
DESCRIBED = {
    "policy": "A policy of eks-guard: one question about EKS in a synthesized AWS CDK app.",
    "cases": "The test cases of a policy of eks-guard.",
    "config": "What a project decides about eks-guard: packs, policies, the gate, waivers.",
}
READ = ("report", "inspect", "upgrade")
SEVERAL = "reports"
"""The document of a run about several apps."""
_QUESTIONS = [{"required": [key]} for key in ("fact", "path", *Operator)]


def fact_rows() -> list[FactRow]:
    """All facts, by name."""
    policies = [policy for pack in builtin_packs() for policy in load_pack(pack)]
    users: dict[str, set[str]] = {name: set() for name in FACTS}
    for policy in policies:
        for line in policy.lines:
            if line.fact:
                users[line.fact].add(policy.id)
    return [
        FactRow(fact.name, fact.type.name, fact.meaning, fact.example, fact.match, tuple(sorted(users[fact.name])))
        for fact in sorted(FACTS.values(), key=lambda fact: fact.name)
    ]


def json_schema(name: str) -> str:
    """The JSON Schema of a file that people write or of a report. Raises UsageError for another name."""
    if name in WRITTEN:
        schema = _without_null(WRITTEN[name].model_json_schema())
        if name == "policy":
            _close_policy(schema)
        schema |= {"title": f"eks-guard {name}", "description": DESCRIBED[name]}
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_address(name)}
        return json.dumps({**head, **schema}, indent=2) + "\n"
    if name == SEVERAL:
        return json.dumps(_several(json.loads(json_schema("report"))), indent=2) + "\n"
    if name in READ:
        return (Path(__file__).parent.parent / "data" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    raise UsageError(f"found {name!r}, expected one of {', '.join((*WRITTEN, *READ, SEVERAL))}")


def _several(report: dict[str, Any]) -> dict[str, Any]:
    """The schema around that of one report."""
    inner = {key: value for key, value in report.items() if key not in ("$schema", "$id", "$defs")}
    return {
        "$schema": report["$schema"],
        "$id": "eks-guard.reports/1",
        "title": "eks-guard check --format json, of several apps",
        "type": "object",
        "properties": {
            "schema": {"const": "eks-guard.reports/1"},
            "closed": {"type": "boolean"},
            "reports": {"type": "array", "minItems": 2, "items": inner},
        },
        "required": ["schema", "closed", "reports"],
        "additionalProperties": False,
        "$defs": report["$defs"],
    }


def _close_policy(schema: dict[str, Any]) -> None:
    """Let an editor complete facts and see what a file alone tells: one of fact and path, one operator, no mixture."""
    question = {
        "allOf": [
            {"oneOf": [{"required": [key]} for key in ("fact", "path")]},
            {"oneOf": [{"required": [operator.value]} for operator in Operator]},
        ]
    }
    beside = {"LineFile": (), "ExpectationFile": ("any_of",), "ConditionFile": tuple(WORDS)}
    for name, words in beside.items():
        lines = schema["$defs"][name]
        lines["properties"]["fact"] |= {"enum": sorted(FACTS)}
        others = [{"required": [word]} for word in words]
        if words:
            asked = {**question, "not": {"anyOf": others}}
            lines["oneOf"] = [asked, {"anyOf": others, "not": {"anyOf": _QUESTIONS}}]
        else:
            lines |= question
    for word in WORDS:
        glob = {"type": "string", "minLength": 1}
        schema["$defs"]["ConditionFile"]["properties"][word] |= {
            "anyOf": [glob, {"type": "array", "items": glob, "minItems": 1}]
        }
    when = schema["properties"]["when"]
    line = {"$ref": "#/$defs/ConditionFile"}
    schema["properties"]["when"] = {"description": when["description"], "anyOf": [line, _bare(when)]}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key in ("type", "items")}


def _without_null(schema: Any) -> Any:
    """A key that may be left out may not be null for that: nobody means `title: null`."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _without_null(value) for key, value in schema.items() if (key, value) != ("default", None)}
    branches = inner.get("anyOf")
    if isinstance(branches, list) and {"type": "null"} in branches:
        del inner["anyOf"]
        others = [branch for branch in branches if branch != {"type": "null"}]
        inner |= others[0] if len(others) == 1 else {"anyOf": others}
    return inner
