"""Another way to write an assembly never changes a verdict, or only towards unknown where less is known.

A short draw is tried here; `make metamorphic` tries everything, `EKS_GUARD_METAMORPHIC` says how many inputs for each.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from laws import Answer, Verdicts, by_subject, judged, same, verdicts
from single import SPELLINGS
from specimens import Specimen, specimens
from spelling import EXTENSIONS, Spelling, Written
from walking import Path, property_values, replaced
from whole import TRANSFORMATIONS

if TYPE_CHECKING:
    from transformation import Transformation

DRAWN = int(os.environ.get("EKS_GUARD_METAMORPHIC", "8"))
"""How many inputs are drawn for each transformation."""
NAMES = ("ClusterName", "Name", "Url", "ServiceToken", "USER_ON_EVENT_FUNCTION_ARN", "Key")
"""What says to which cluster a thing belongs: where that is open, it is no thing of the cluster, and a note says so."""
NAME_IN_CONFIG = ("Config", "name")
"""The same of a cluster by CDK's custom resource."""
TAKEN = {"ManagedPolicyArns", "PermissionsBoundary"}
"""Policies that are open are taken to be there and to allow what an add-on needs: see the cases of its policy."""
SEED = int(os.environ.get("EKS_GUARD_METAMORPHIC_SEED", "1"))


@cache
def _all() -> dict[str, Specimen]:
    return {specimen.name: specimen for specimen in specimens()}


@cache
def _judged(name: str) -> tuple[Answer, ...]:
    return judged(_all()[name])


def _before(specimen: Specimen, back: Callable[[str], str] = str) -> Verdicts:
    return by_subject(_judged(specimen.name), back)


def _drawn(chance: random.Random) -> list[Specimen]:
    everything = list(_all().values())
    return chance.sample(everything, min(DRAWN, len(everything)))


def test_there_are_as_many_ways_as_promised():
    assert len(TRANSFORMATIONS) >= 20
    assert len(SPELLINGS) >= 30
    names = [*(way.name for way in TRANSFORMATIONS), *(way.name for way in SPELLINGS)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("way", TRANSFORMATIONS, ids=lambda way: way.name)
def test_another_way_to_write_an_assembly_obeys_its_law(way: Transformation):
    chance = random.Random(f"{SEED} {way.name}")
    tried, broken = 0, []
    for specimen, changed in islice(_fitting(way, chance), DRAWN):
        tried += 1
        lines = way.law(_before(specimen, way.back), verdicts(changed, way.back))
        broken += [(specimen.name, line) for line in lines]
    assert not broken, "\n".join(map(str, broken))
    assert tried, "it fits nothing"


def _fitting(way: Transformation, chance: random.Random) -> Iterator[tuple[Specimen, Specimen]]:
    """Yield specimens in any order, each with what a way makes of it, where it fits."""
    for specimen in chance.sample([*_all().values()], len(_all())):
        made = way.change(specimen, chance)
        if made is not None:
            yield specimen, made


@pytest.mark.parametrize("way", SPELLINGS, ids=lambda way: way.name)
def test_another_way_to_write_one_value_obeys_its_law(way: Spelling):
    chance = random.Random(f"{SEED} {way.name}")
    tried, broken = 0, []
    for specimen in _drawn(chance):
        for path, changed in _rewritten(specimen, way, chance):
            tried += 1
            broken += [(specimen.name, path, line) for line in way.law(_before(specimen), verdicts(changed))]
    assert not broken, "\n".join(map(str, broken))
    assert tried or DRAWN < 50, "it fits nothing"


def _rewritten(specimen: Specimen, way: Spelling, chance: random.Random) -> Iterator[tuple[Path, Specimen]]:
    """Yield the specimen with one value of each of its templates written anew."""
    for name, template in specimen.deployed.items():
        values = list(property_values(template))
        chance.shuffle(values)
        for path, value in values:
            is_owner = path[-1] in NAMES or path[-2:] == NAME_IN_CONFIG or not TAKEN.isdisjoint(path)
            written = None if way.law is not same and is_owner else way.write(value)
            if written is not None:
                changed = _declared(replaced(template, path, written.value), written)
                given = (*specimen.parameters, *written.given)
                yield path, replace(specimen.with_template(name, changed), parameters=given)
                break


def _declared(template: dict[str, object], written: Written) -> dict[str, object]:
    """Add to a template what a spelling needs to be declared."""
    for section, added in written.sections.items():
        present = template.get(section, {})
        assert isinstance(present, dict)
        template = {**template, section: EXTENSIONS if section == "Transform" else {**present, **added}}
    return template
