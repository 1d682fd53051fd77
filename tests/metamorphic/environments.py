"""Assemblies of a known environment, which their templates name, or refer to; and what stacks and files are called."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from everywhere import each_scalar
from renaming import SUFFIX
from spelling import SOUGHT
from walking import is_intrinsic, rebuilt

if TYPE_CHECKING:
    from specimens import Specimen

KNOWN = re.compile(r"aws://(\d{12})/([a-z]{2}-[a-z]+-\d)")


def written_out(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Write region, account and partition out."""
    known = _environment(specimen)
    if known is None:
        return None

    def out(node: dict[str, Any]) -> Any:
        match node:
            case {"Ref": str(name)} if name in known:
                return known[name]
            case {"Fn::Sub": str(text)}:
                return {"Fn::Sub": _out_of(text, known)}
            case {"Fn::Sub": [str(text), dict(variables)]}:
                return {"Fn::Sub": [_out_of(text, known), variables]}
        return node

    return _changed(specimen, lambda template: _rebuilt(template, out))


def referred_to(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Refer to region, account and partition inside of texts."""
    known = _environment(specimen)
    if known is None:
        return None

    def refer(value: Any) -> Any:
        if not isinstance(value, str) or "${" in value or value in SOUGHT or value.startswith("{"):
            return value
        text = value.replace("arn:aws:", "arn:${AWS::Partition}:")
        for name in ("AWS::AccountId", "AWS::Region"):
            text = text.replace(known[name], f"${{{name}}}")
        return {"Fn::Sub": text} if text != value else value

    return _changed(specimen, lambda template: _with_properties(template, refer))


def _with_properties(template: dict[str, Any], refer: Any) -> dict[str, Any]:
    resources = {
        name: {**one, "Properties": each_scalar(one["Properties"], refer)}
        if isinstance(one, dict) and "Properties" in one
        else one
        for name, one in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _rebuilt(template: dict[str, Any], change: Any) -> dict[str, Any]:
    return {**template, **{key: rebuilt(template[key], change) for key in ("Resources", "Outputs") if key in template}}


def _changed(specimen: Specimen, change: Any) -> Specimen | None:
    files = {name: change(template) for name, template in specimen.templates.items()}
    return replace(specimen, files={**specimen.files, **files}) if files != specimen.templates else None


def _out_of(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def _environment(specimen: Specimen) -> dict[str, str] | None:
    """The pseudo parameters, where all stacks of an assembly are of one known environment."""
    stacks = [one for one in _artifacts(specimen) if one.get("type") == "aws:cloudformation:stack"]
    named = {one.get("environment") for one in stacks}
    known = KNOWN.fullmatch(str(next(iter(named)))) if len(named) == 1 else None
    if known is None or any("cdk:cloud-assembly" in json.dumps(one) for one in _artifacts(specimen)):
        return None
    account, region = known.groups()
    return {
        "AWS::AccountId": account,
        "AWS::Region": region,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }


def _artifacts(specimen: Specimen) -> list[dict[str, Any]]:
    listed = specimen.files["manifest.json"].get("artifacts", {}) if specimen.is_assembly else {}
    return [one for one in listed.values() if isinstance(one, dict)]


def with_stacks_of_another_name(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Call the artifacts of stacks otherwise, which keep the names that CloudFormation knows them by."""
    if not specimen.is_assembly:
        return None
    manifest = specimen.files["manifest.json"]
    listed = manifest.get("artifacts", {})
    stacks = {name for name, one in listed.items() if one.get("type") == "aws:cloudformation:stack"}
    artifacts = {
        f"{name}{SUFFIX}" if name in stacks else name: _called(name, one, stacks) for name, one in listed.items()
    }
    return specimen.with_files(**{"manifest.json": {**manifest, "artifacts": artifacts}}) if stacks else None


def _called(name: str, artifact: dict[str, Any], stacks: set[str]) -> dict[str, Any]:
    made = dict(artifact)
    if "dependencies" in made:
        made["dependencies"] = [f"{one}{SUFFIX}" if one in stacks else one for one in made["dependencies"]]
    if name in stacks:
        made["properties"] = {"stackName": name, **made["properties"]}
        made.setdefault("displayName", name)
    return made


def with_assets_elsewhere(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Keep assets in a folder, as pipelines do that collect them."""
    files = {
        f"collected/{name}" if name.startswith("asset.") else name: _moved(content)
        for name, content in specimen.files.items()
    }
    return replace(specimen, files=files) if files != specimen.files else None


def _moved(content: Any) -> Any:
    if isinstance(content, list):
        return [_moved(item) for item in content]
    if not isinstance(content, dict) or is_intrinsic(content):
        return content
    return {
        key: f"collected/{item}"
        if key in ("path", "aws:asset:path") and isinstance(item, str) and item.startswith("asset.")
        else _moved(item)
        for key, item in content.items()
    }
