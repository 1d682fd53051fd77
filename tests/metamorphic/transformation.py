"""What a transformation of a whole assembly is, and how most are made."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from laws import Law, same
from specimens import Specimen
from walking import rebuilt

Change = Callable[[Specimen, random.Random], Specimen | None]


@dataclass(frozen=True)
class Transformation:
    """A way to write an assembly anew; `change` returns None for one that it does not fit.

    `back` undoes what it did to the ids of subjects.
    """

    name: str
    change: Change
    law: Law = same
    back: Callable[[str], str] = str


def each_template(change: Callable[[dict[str, Any]], Any]) -> Change:
    def all_templates(specimen: Specimen, _: random.Random) -> Specimen | None:
        changed = {name: change(template) for name, template in specimen.templates.items()}
        return replace(specimen, files={**specimen.files, **changed}) if changed != specimen.templates else None

    return all_templates


def each_deployed(change: Callable[[dict[str, Any]], Any]) -> Change:
    """Change the templates that are deployed on their own: who gives parameters to a nested one is its parent."""

    def all_deployed(specimen: Specimen, _: random.Random) -> Specimen | None:
        changed = {name: change(template) for name, template in specimen.deployed.items()}
        return replace(specimen, files={**specimen.files, **changed}) if changed else None

    return all_deployed


def each_intrinsic(change: Callable[[dict[str, Any]], Any]) -> Change:
    return each_template(lambda template: {**template, **_inside(template, change)})


def _inside(template: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    return {key: rebuilt(template[key], change) for key in ("Resources", "Outputs") if key in template}


def each_resource(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    return each_template(
        lambda template: {
            **template,
            "Resources": {
                name: change(resource) if isinstance(resource, dict) else resource
                for name, resource in template["Resources"].items()
            },
        }
    )
