"""Real assemblies with something wrong in them: each ends with an exit code of the contract, never with a traceback.

`EKS_GUARD_MUTATIONS` sets how many are tried; `make fuzz` tries many.
"""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ASSEMBLIES, SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

TRIES = int(os.environ.get("EKS_GUARD_MUTATIONS", "40"))
SEEDS = [
    *(SAMPLES / name / "cdk.out" for name in ("payment-wrong-layer", "payment-stages", "payment-imported-no-layer")),
    SAMPLES / "bad-citizen" / "cdk.out",
    ASSEMBLIES / "crossing" / "weak" / "cdk.out",
]
ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, "", "\0", "é\ud800", "1.24", "*", [], {}, [[]], [None], {"": ""}, {"Ref": "Nothing"},
    {"Ref": 5}, {"Fn::GetAtt": ["A"]}, {"Fn::GetAtt": "A.B"}, {"Fn::Sub": "${X}${"}, {"Fn::Join": ["", {"Ref": "X"}]},
    {"Fn::If": ["X", {"Ref": "AWS::NoValue"}, []]}, {"Fn::Select": ["x", []]}, {"Fn::ImportValue": {"Fn::Sub": "x"}},
]  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON document."""
    keys = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in keys for place in places(value, (*path, key)))]


def mutate(document: Any, chance: random.Random) -> None:
    """Exchange, remove, rename or double something in a document."""
    *above, last = chance.choice([place for place in places(document) if place])
    holder = document
    for key in above:
        holder = holder[key]
    match chance.randrange(4):
        case 0:
            holder[last] = copy.deepcopy(chance.choice(ODD))
        case 1:
            del holder[last]
        case 2 if isinstance(holder, dict):
            holder[chance.choice(["Type", "Properties", "Ref", "Fn::If", "Condition", f"{last}2"])] = holder.pop(last)
        case _:
            other = chance.choice(places(document))
            value = document
            for key in other:
                value = value[key]
            holder[last] = copy.deepcopy(value)


def broken(seed: Path, folder: Path, chance: random.Random) -> None:
    """A copy of an assembly in which one to three things are wrong."""
    shutil.copytree(seed, folder, ignore=shutil.ignore_patterns("asset.*"))
    files = sorted(path for path in folder.rglob("*.json") if path.name != "tree.json")
    for _ in range(chance.randint(1, 3)):
        file = chance.choice(files)
        document = json.loads(file.read_text(encoding="utf-8-sig"))
        mutate(document, chance)
        file.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.parent.name)
def test_a_broken_assembly_ends_as_the_contract_says(run, tmp_path, seed):
    for number in range(TRIES):
        chance = random.Random(f"{seed.parent.name} {number}")
        folder = tmp_path / str(number)
        broken(seed, folder, chance)
        try:
            result = run("check", folder, "--format", "json", "--no-cache", "--today", "2026-11-24")
        except Exception as error:
            raise AssertionError(f"{seed.parent.name} {number}") from error
        assert result.code in (0, 1, 3), (number, result.err)
        shutil.rmtree(folder)
