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
    from collections.abc import Callable
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


def changed(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of a sample whose template has something else in it."""
    folder = tmp_path / "changed"
    shutil.copytree(SEEDS[0], folder, ignore=shutil.ignore_patterns("asset.*"))
    file = folder / "Payment.template.json"
    document = json.loads(file.read_text())
    change(document["Resources"])
    file.write_text(json.dumps(document))
    return folder


def test_a_service_token_that_is_no_output_of_its_nested_stack_is_unknown(check, tmp_path):
    """Found by mutation: the name of the attribute was another text of the template."""

    def change(resources: dict[str, Any]) -> None:
        for resource in resources.values():
            token = resource.get("Properties", {}).get("ServiceToken", {}).get("Fn::GetAtt")
            if token and "KubectlProvider" in token[0]:
                token[1] = "cdk-hnb659fds-assets"

    found = check(changed(tmp_path, change))
    skew = [finding for finding in found.json["findings"] if finding["policy"] == "kubectl-version-skew"]
    assert [finding["outcome"] for finding in skew] == ["unknown"]
    assert "cdk-hnb659fds-assets of awscdkawseksKubectlProvider" in skew[0]["because"][0]


@pytest.mark.parametrize("key", ["PolicyDocument", "AssumeRolePolicyDocument"])
def test_a_policy_behind_an_intrinsic_is_followed(check, tmp_path, key):
    """Found by mutation: `Properties` was an `Fn::If`, and the document stood in a branch of it."""

    def change(resources: dict[str, Any]) -> None:
        for resource in resources.values():
            properties = resource.get("Properties", {})
            if key in properties:
                properties[key] = json.dumps(properties[key])
                resource["Properties"] = {"Fn::Select": [0, [properties]]}

    assert check(changed(tmp_path, change)).code == 1


@pytest.mark.parametrize("data", ["é\ud800", "é", "====", "AA==é", "\0", "gAA="])
def test_user_data_of_any_text_is_read_or_unknown(check, write, data):
    """Found by mutation: text beyond ASCII where base64 stands."""
    settings = {"LaunchTemplateData": {"UserData": data, "ImageId": "ami-1"}}
    launch = {"LaunchTemplateName": "a", "Version": "1"}
    resources = {
        "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
        "L": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateName": "a", **settings}},
        "G": {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "LaunchTemplate": launch}},
        "H": {
            "Type": "AWS::EKS::Nodegroup",
            "Properties": {"ClusterName": {"Ref": "C"}, "LaunchTemplate": {"Id": {"Ref": "L"}}},
        },
    }
    assert check(write("T.template.json", {"Resources": resources})).code in (0, 1)
