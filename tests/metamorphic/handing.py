"""One text of a template that another template hands over."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from moving import as_stacks
from specimens import ALONE, Specimen
from spelling import SOUGHT
from walking import Path, at, property_values, replaced

WRITTEN_OUT = ("Manifest", "TemplateURL", "Values", "Effect", "Type")
"""Properties that CloudFormation or CDK want written out."""

NESTED: dict[str, Any] = {
    "Type": "AWS::CloudFormation::Stack",
    "Properties": {"TemplateURL": "nested.json"},
}


def by_an_export(specimen: Specimen, chance: random.Random) -> Specimen | None:
    """Hand one text over by the export of another stack of the same environment."""
    drawn = _drawn(specimen, chance)
    if drawn is None or specimen.parameters:
        return None
    path, text = drawn
    exported = {"Value": text, "Export": {"Name": "tried:value"}}
    first = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Tried": exported}}
    second = replaced(specimen.files[ALONE], path, {"Fn::ImportValue": "tried:value"})
    return replace(specimen, files=as_stacks(Tried=first, template=second))


def by_the_stack_above(specimen: Specimen, chance: random.Random) -> Specimen | None:
    """Hand one text over as a parameter of a nested stack, which is all of the template; its own ones pass through."""
    drawn = _drawn(specimen, chance)
    template = specimen.files.get(ALONE, {})
    declared = template.get("Parameters", {})
    if drawn is None or "Rules" in template or any(one.get("Type") != "String" for one in declared.values()):
        return None
    path, text = drawn
    given = {**{name: {"Ref": name} for name in declared}, "TriedValue": text}
    nested = {**NESTED, "Properties": {**NESTED["Properties"], "Parameters": given}}
    above = {"Resources": {"Inner": nested}, **({"Parameters": declared} if declared else {})}
    below = replaced(template, path, {"Ref": "TriedValue"})
    below["Parameters"] = {**declared, "TriedValue": {"Type": "String"}}
    return replace(specimen, files={**as_stacks(Above=above), "nested.json": below})


def by_the_stack_below(specimen: Specimen, chance: random.Random) -> Specimen | None:
    """Hand one text over as the output of a nested stack."""
    drawn = _drawn(specimen, chance)
    if drawn is None:
        return None
    path, text = drawn
    below = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Tried": {"Value": text}}}
    whole = replaced(specimen.files[ALONE], path, {"Fn::GetAtt": ["TriedBelow", "Outputs.Tried"]})
    whole["Resources"] = {**whole["Resources"], "TriedBelow": NESTED}
    return replace(specimen, files={**as_stacks(template=whole), "nested.json": below})


def _drawn(specimen: Specimen, chance: random.Random) -> tuple[Path, str] | None:
    paths = list(_texts(specimen.files[ALONE])) if ALONE in specimen.files else []
    path = chance.choice(paths) if paths else None
    return (path, at(specimen.files[ALONE], path)) if path else None


def _texts(template: dict[str, Any]) -> Iterator[Path]:
    """The properties that are plain texts, and no JSON."""
    for path, value in property_values(template):
        plain = isinstance(value, str) and value and value not in SOUGHT and not value.startswith("{{")
        if plain and path[-1] not in WRITTEN_OUT:
            yield path
