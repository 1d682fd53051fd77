"""What other resources refer to, and that refers to none of them, kept in a nested stack or in a stack deployed before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from moving import as_stacks, outside, referred
from specimens import ALONE, Specimen
from walking import rebuilt

GROUND = ("AWS::EC2::", "AWS::IAM::", "AWS::KMS::Key")
"""How the types begin of networks and roles."""
CLUSTER = (*GROUND, "AWS::EKS::Cluster", "Custom::AWSCDK-EKS-Cluster")
BY_NAME = ("Fn::Sub", "Condition", "Fn::If", "Fn::FindInMap")
"""Functions that name things of their template, none of which is rewritten."""


def to_a_nested_stack(*types: str) -> Callable[[Specimen, random.Random], Specimen | None]:
    """Keep the foundations of these types in a nested stack, and read its outputs."""

    def move(specimen: Specimen, _: random.Random) -> Specimen | None:
        parted = _parted(specimen, types)
        if parted is None:
            return None
        stay, moved = parted
        read, outputs = _reading(stay, moved, lambda name: {"Fn::GetAtt": ["TriedBelow", f"Outputs.{name}"]})
        nested = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "below.json"},
        }
        outer = {**specimen.files[ALONE], "Resources": {**_depending(read, moved, "TriedBelow"), "TriedBelow": nested}}
        inner = {
            **_tables(specimen),
            "Resources": moved,
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        return replace(specimen, files={**as_stacks(Whole=outer), "below.json": inner})

    return move


def to_another_stack(*types: str) -> Callable[[Specimen, random.Random], Specimen | None]:
    """Keep the foundations of these types in a stack of their own, and import what it exports."""

    def move(specimen: Specimen, _: random.Random) -> Specimen | None:
        parted = _parted(specimen, types)
        if parted is None or specimen.parameters:
            return None
        stay, moved = parted
        read, outputs = _reading(stay, moved, lambda name: {"Fn::ImportValue": f"tried:{name}"})
        exports = {name: {"Value": value, "Export": {"Name": f"tried:{name}"}} for name, value in outputs.items()}
        second = {**specimen.files[ALONE], "Resources": _depending(read, moved, None)}
        files = as_stacks(Below={**_tables(specimen), "Resources": moved, "Outputs": exports}, Whole=second)
        files["manifest.json"]["artifacts"]["Whole"]["dependencies"] = ["Below"]
        return replace(specimen, files=files)

    return move


def _tables(specimen: Specimen) -> dict[str, Any]:
    """The mappings of a template, from which what is moved may read as well."""
    return {key: value for key, value in specimen.files[ALONE].items() if key == "Mappings"}


def _parted(specimen: Specimen, types: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The resources that stay, and those that move because they refer only to each other, by plain references."""
    template = specimen.files.get(ALONE)
    if template is None or {"Rules", "Conditions", "Transform", "Outputs"} & set(template):
        return None
    resources = template["Resources"]
    moved = {n: r for n, r in resources.items() if isinstance(r, dict) and str(r.get("Type")).startswith(types)}
    before = -1
    while before != len(moved):
        before = len(moved)
        kept = (set(resources) | set(template.get("Parameters", {}))) - set(moved)
        moved = {name: one for name, one in moved.items() if not referred(one) & kept}
        written = _written_in_text({name: one for name, one in resources.items() if name not in moved})
        moved = {name: one for name, one in moved.items() if name not in written}
    stay = {name: one for name, one in resources.items() if name not in moved}
    return (stay, moved) if moved and stay else None


def _written_in_text(resources: dict[str, Any]) -> set[str]:
    """The names that functions mention which are not rewritten."""
    names: set[str] = set()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        if next(iter(node)) in BY_NAME:
            names.update(referred(node))
        return node

    rebuilt(resources, note)
    return names


def _reading(
    stay: dict[str, Any], moved: dict[str, Any], read: Callable[[str], dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The resources that stay with what they read of the others, and what these put out."""
    outputs: dict[str, Any] = {}

    def leading_there(node: dict[str, Any]) -> Any:
        name = outside(node, stay)
        if name is None or not referred(node) & set(moved):
            return node
        outputs[name] = node
        return read(name)

    return rebuilt(stay, leading_there), outputs


def _depending(resources: dict[str, Any], moved: dict[str, Any], there: str | None) -> dict[str, Any]:
    """Depend on the nested stack instead of what is in it; a stack that comes first needs no mention."""
    made = {}
    for name, resource in resources.items():
        listed = resource.get("DependsOn", []) if isinstance(resource, dict) else []
        listed = [listed] if isinstance(listed, str) else listed
        left = [one for one in listed if one not in moved]
        if left != listed:
            kept = {key: value for key, value in resource.items() if key != "DependsOn"}
            left = [*left, *([there] if there else [])]
            made[name] = {**kept, "DependsOn": left} if left else kept
        else:
            made[name] = resource
    return made
