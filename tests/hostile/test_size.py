"""Input that is large, deep, or leads round in circles: it ends, in bounded memory, and a limit is told."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib

import pytest
from cold import cold
from inputs import CLUSTER, template

NESTED = "AWS::CloudFormation::Stack"


def test_a_template_of_200_mb_is_refused(assembly):
    folder = assembly({"Stack": "Stack.template.json"})
    with (folder / "Stack.template.json").open("w") as file:
        file.write('{"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster"}}, "Description": "')
        for _ in range(200):
            file.write("x" * 1024 * 1024)
        file.write('"}')
    result = cold("check", folder)
    assert result.returncode == 3
    assert "more than 67108864 bytes" in result.stderr


def test_a_folder_of_more_bytes_than_are_read_is_refused(assembly, monkeypatch, run):
    monkeypatch.setattr("eks_guard.assembly.budget.MAX_TOTAL_BYTES", 10_000)
    names = {f"Stack{number}": f"Stack{number}.template.json" for number in range(20)}
    folder = assembly(
        names, **{f"Stack{n}__template__json": {**template(), "Description": "x" * 1000} for n in range(20)}
    )
    result = run("check", folder)
    assert result.code == 3
    assert "more than 10000 bytes in total" in result.err


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 1_000_000, '{"Resources": {"C": ' + "[" * 100_000])
@pytest.mark.parametrize("name", ["manifest.json", "Stack.template.json", "Stack.template.yaml"])
def test_deep_json_is_refused(assembly, name, text):
    folder = assembly({"Stack": "Stack.template.yaml" if name.endswith("yaml") else "Stack.template.json"})
    (folder / name).write_text(f'{{"AWS::EKS::Cluster": {text}')
    result = cold("check", folder)
    assert result.returncode == 3
    assert "Traceback" not in result.stderr


def test_properties_of_a_million_empty_lists_are_survived(assembly):
    lists: list[list[str]] = [[] for _ in range(1_000_000)]
    folder = assembly(
        {"Stack": "Stack.template.json"}, Stack__template__json=template(Other={"Type": "X", "Properties": lists})
    )
    assert cold("check", folder).returncode == 1


def test_billion_laughs_in_a_policy_are_refused(assembly, tmp_path):
    laughs = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    (tmp_path / "laughs.yaml").write_text(laughs)
    folder = assembly({"Stack": "Stack.template.json"}, Stack__template__json=template())
    result = cold("check", folder, "--policy", tmp_path / "laughs.yaml")
    assert result.returncode == 2
    assert "alias" in result.stderr


def test_billion_laughs_in_a_template_are_refused(tmp_path):
    laughs = "a0: &a0 [ha, ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    (tmp_path / "laughs.yaml").write_text(laughs + "Resources: {}\n")
    result = cold("check", tmp_path / "laughs.yaml")
    assert result.returncode == 3
    assert "alias" in result.stderr


def test_stacks_that_refer_to_each_other_in_a_circle_end(assembly):
    stacks = {}
    for number in range(3):
        value = {"Fn::ImportValue": f"E{(number + 1) % 3}"}
        stacks[f"S{number}__template__json"] = {
            "Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": value}}},
            "Outputs": {"E": {"Value": value, "Export": {"Name": f"E{number}"}}},
        }
    result = cold("check", assembly({f"S{n}": f"S{n}.template.json" for n in range(3)}, **stacks), "--format", "json")
    assert json.loads(result.stdout)["summary"]["unknown"] >= 3
    assert "refers to itself" in result.stdout


def test_parameters_that_refer_to_themselves_end(assembly):
    stack = {"Parameters": {"P": {"Type": "String"}}, **template()}
    stack["Resources"]["Cluster"] = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Ref": "P"}}}
    stack["Resources"]["Inner"] = {
        "Type": NESTED,
        "Properties": {"TemplateURL": "Inner.json", "Parameters": {"P": {"Fn::GetAtt": ["Inner", "Outputs.P"]}}},
    }
    inner = {
        **stack,
        "Outputs": {"P": {"Value": {"Ref": "P"}}},
        "Resources": {"Cluster": stack["Resources"]["Cluster"]},
    }
    result = cold("check", assembly({"S": "S.json"}, S__json=stack, Inner__json=inner), "--format", "json")
    assert json.loads(result.stdout)["summary"]["clusters"] == 2


@pytest.mark.parametrize("way", ["exports", "mapping"])
def test_references_that_double_at_every_hop_reach_the_limit_and_exit_3(assembly, way):
    result = cold("check", WAYS[way](assembly))
    assert result.returncode == 3
    assert "more than 2000000 references" in result.stderr


def _exports(assembly):
    stacks = {}
    for number in range(40):
        more = {"Fn::ImportValue": f"E{number + 1}"}
        value = {"Fn::If": ["Open", more, {"Fn::Join": ["", [more, "x"]]}]}
        stacks[f"S{number}__json"] = {
            "Parameters": {"P": {"Type": "String"}},
            "Conditions": {"Open": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
            "Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": value}}},
            "Outputs": {"E": {"Value": value, "Export": {"Name": f"E{number}"}}},
        }
    return assembly({f"S{n}": f"S{n}.json" for n in range(40)}, **stacks)


def _mapping(assembly):
    again = {"Fn::FindInMap": ["M", {"Ref": "P"}, "v"]}
    stack = {
        "Parameters": {"P": {"Type": "String"}},
        "Mappings": {"M": {"a": {"v": again}, "b": {"v": again}}},
        "Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": again}}},
    }
    return assembly({"S": "S.json"}, S__json=stack)


def _conditions(assembly):
    names = {f"C{n}": {"Fn::And": [{"Condition": f"C{n + 1}"}] * 2} for n in range(49)}
    stack = {
        "Conditions": names,
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Fn::If": ["C0", "1.24", "1.36"]}}}
        },
    }
    return assembly({"S": "S.json"}, S__json=stack)


WAYS = {"exports": _exports, "mapping": _mapping, "conditions": _conditions}


def test_ten_thousand_nested_stacks_are_all_looked_into(assembly):
    nested = {f"N{number}": {"Type": NESTED, "Properties": {"TemplateURL": "Inner.json"}} for number in range(10_000)}
    result = cold(
        "check", assembly({"S": "S.json"}, S__json={"Resources": nested}, Inner__json=template()), "--format", "json"
    )
    assert result.returncode == 1
    assert json.loads(result.stdout)["summary"]["clusters"] == 10_000


def test_nested_stacks_that_double_at_every_level_reach_the_limit_and_exit_3(assembly):
    files = {}
    for level in range(31):
        below = {"Type": NESTED, "Properties": {"TemplateURL": f"L{level + 1}.json"}}
        files[f"L{level}__json"] = template(A=below, B=below)
    files["L31__json"] = template()
    result = cold("check", assembly({"S": "L0.json"}, **files))
    assert result.returncode == 3
    assert "more than 10000 nested stacks" in result.stderr


def _layer(assembly, write_zip):
    digest = "b" * 64
    handler = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Layers": [{"Ref": "Layer"}], "Role": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    stack = template(
        Layer={
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": {"S3Bucket": "b", "S3Key": f"{digest}.zip"}},
            "Metadata": {"aws:asset:path": f"asset.{digest}.zip"},
        },
        Handler=handler,
        Manifest={
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]},
                "ClusterName": {"Ref": "Cluster"},
                "Manifest": "[]",
            },
        },
    )
    folder = assembly({"S": "S.json"}, S__json=stack)
    write_zip(folder / f"asset.{digest}.zip")
    return cold("check", folder, "--format", "json", "--no-cache")


def test_a_zip_bomb_is_not_inflated_without_end(assembly):
    def bomb(path):
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("kubectl/kubectl", "w") as member,
        ):
            member.write(b"\x7fELF")
            for _ in range(300):
                member.write(bytes(1024 * 1024))

    result = _layer(assembly, bomb)
    assert result.returncode == 3
    assert "larger than 268435456 bytes, the limit for a program" in result.stderr


def test_a_zip_with_a_huge_directory_is_not_listed(assembly):
    def crowded(path):
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(60_000):
                archive.writestr(f"{number:0300d}", b"")

    result = _layer(assembly, crowded)
    assert result.returncode == 3
    assert "more than the limit of 16777216" in result.stderr


@pytest.mark.parametrize("damage", ["stream", "truncated", "method", "encrypted"])
def test_a_damaged_zip_is_unknown_and_no_crash(assembly, damage):
    def broken(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("kubectl/kubectl", b"\x7fELF" + bytes(range(256)) * 10_000)
        raw = bytearray(path.read_bytes())
        at = 30 + len("kubectl/kubectl")
        directory = raw.rindex(b"PK\x01\x02")
        if damage == "stream":
            raw[at : at + 40] = b"\xff" * 40
        elif damage == "truncated":
            del raw[at + 20 : directory - 20]
        elif damage == "method":
            raw[8] = raw[directory + 10] = 99
        else:
            raw[6] |= 1
            raw[directory + 8] |= 1
        path.write_bytes(raw)

    result = _layer(assembly, broken)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    outcomes = {finding["policy"]: finding["outcome"] for finding in json.loads(result.stdout)["findings"]}
    assert outcomes["kubectl-version-skew"] == "unknown"


def test_the_report_of_a_stack_s_classes_is_not_unpacked_without_end(assembly):
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(b"{" * 1024 * 1024) for _ in range(300)) + bomb.flush()
    metadata = {
        "Type": "AWS::CDK::Metadata",
        "Properties": {"Analytics": f"v2:deflate64:{base64.b64encode(packed).decode()}"},
    }
    folder = assembly({"S": "S.json"}, S__json=template(CDKMetadata=metadata))
    assert cold("check", folder).returncode == 1


def test_the_cluster_is_found_however_its_type_is_escaped(assembly):
    text = json.dumps({"Resources": {"Cluster": CLUSTER}}).replace("AWS::EKS", "\\u0041WS::\\u0045KS")
    result = cold("check", assembly({"S": "S.json"}, S__json=text), "--format", "json")
    assert json.loads(result.stdout)["summary"]["clusters"] == 1


def test_conditions_that_double_at_every_hop_are_decided_once_each(assembly):
    result = cold("check", WAYS["conditions"](assembly))
    assert result.returncode == 1
    assert "more than" not in result.stderr
