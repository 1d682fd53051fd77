"""Input just below a limit and just above it, for the limits that decide how much time and memory a check takes."""

from __future__ import annotations

import datetime
import io
import json
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from conftest import SAMPLES
from growing import manifest_of, objects_of
from inputs import CLUSTER, template

from eks_guard.assembly import (
    artifacts,
    budget,
    contents,
    documents,
    embedded,
    nested,
    project,
    unlisted,
    yaml_template,
)
from eks_guard.assembly.following import loops, texts
from eks_guard.audit import Options
from eks_guard.audit.compose import examine

NESTED = "AWS::CloudFormation::Stack"


def assembly(folder: Path, templates: dict[str, Any], **others: str) -> Path:
    """A cloud assembly of one stack for each template, but for those named `Inner…`."""
    folder.mkdir(parents=True, exist_ok=True)
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-central-1"}
    artifacts = {
        name: {**stack, "properties": {"templateFile": f"{name}.template.json"}}
        for name in templates
        if not name.startswith("Inner")
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    for name, content in templates.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.template.json").write_text(text)
    for name, text in others.items():
        (folder / name).write_text(text)
    return folder


def around(text: str, size: int) -> str:
    """A template of exactly some bytes, with a cluster and a text in it."""
    head, tail = '{"Resources": {"C": ' + json.dumps(CLUSTER) + '}, "Metadata": ', "}"
    body = text * ((size - len(head) - len(tail) - 2) // len(text))
    filled = f'"{body}"' if not body.startswith("[") else body
    return (head + filled).ljust(size - len(tail)) + tail


def file_bytes(folder: Path, *, over: bool) -> Path:
    return assembly(folder, {"S": around("x", documents.MAX_FILE_BYTES + over)})


def containers(folder: Path, *, over: bool) -> Path:
    lists = budget.MAX_CONTAINERS - 20 + 40 * over
    return assembly(folder, {"S": template(X={"Type": "X", "Properties": {"a": [[] for _ in range(lists)]}})})


def commas(folder: Path, *, over: bool) -> Path:
    numbers = budget.MAX_COMMAS - 20 + 40 * over
    return assembly(folder, {"S": template(X={"Type": "X", "Properties": {"a": [1] * numbers}})})


def total_bytes(folder: Path, *, over: bool) -> Path:
    each = 60 * 1024 * 1024 + 1000
    count = budget.MAX_TOTAL_BYTES // each + over
    text = around("x", each)
    names = {f"S{n}": text for n in range(count)}
    return assembly(folder, names)


def yaml_characters(folder: Path, *, over: bool) -> Path:
    folder.mkdir(parents=True)
    lines = ["Resources:", "  C: {Type: 'AWS::EKS::Cluster', Properties: {Version: '1.24'}}", "Metadata:"]
    size = yaml_template.MAX_YAML + over
    text = "\n".join(lines) + "\n"
    text += "".join(f"  k{n}: {{a: [x, y], b: !Ref C}}\n" for n in range(60_000))
    (folder / "S.template.yaml").write_text(text[: text.rindex("\n", 0, size - 1000) + 1].ljust(size - 1) + "\n")
    return folder / "S.template.yaml"


def stacks(folder: Path, *, over: bool) -> Path:
    count = budget.MAX_STACKS - 10 + 20 * over
    assembly(folder, {"S": template()})
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
    artifacts = {f"S{n}": stack for n in range(count)}
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    return folder


def resources(folder: Path, *, over: bool) -> Path:
    each = 20_000
    inner = template(**{f"B{n}": {"Type": "AWS::S3::Bucket"} for n in range(each - 1)})
    count = budget.MAX_RESOURCES // each - 1 + 2 * over
    nest = {f"N{n}": {"Type": NESTED, "Properties": {"TemplateURL": "Inner.template.json"}} for n in range(count)}
    return assembly(folder, {"S": template(**nest), "Inner": inner})


def nested_stacks(folder: Path, *, over: bool) -> Path:
    count = budget.MAX_NESTED_STACKS + over
    nest = {f"N{n}": {"Type": NESTED, "Properties": {"TemplateURL": "Inner.template.json"}} for n in range(count)}
    return assembly(folder, {"S": {"Resources": nest}, "Inner": template()})


def nesting(folder: Path, *, over: bool) -> Path:
    depth = nested.MAX_NESTING + over
    levels: dict[str, Any] = {"Inner" * (depth > 0) + str(depth): template()}
    for level in range(depth):
        below = {"Type": NESTED, "Properties": {"TemplateURL": f"Inner{level + 1}.template.json"}}
        levels["S" if level == 0 else f"Inner{level}"] = {"Resources": {"N": below}}
    return assembly(folder, levels)


def steps(folder: Path, *, over: bool) -> Path:
    """As many node groups as there are steps for, found out with a few of them, or one more."""
    few, more = (_steps_of(_wordy_groups(folder.with_name(f"{count}-groups"), count)) for count in (10, 20))
    most = 10 + (budget.MAX_STEPS - few) // ((more - few) // 10)
    return _wordy_groups(folder, most + over)


def _wordy_groups(folder: Path, count: int) -> Path:
    """Texts of fifty references in node groups, whose template is deployed four times."""
    text = {"Fn::Sub": "${P}-" * 50}
    keys = ("NodegroupName", "AmiType", "Version", "ReleaseVersion", "CapacityType", "NodeRole")
    named = {"ClusterName": {"Ref": "Cluster"}, **dict.fromkeys(keys, text)}
    groups = {f"G{n}": {"Type": "AWS::EKS::Nodegroup", "Properties": named} for n in range(count)}
    inner = {"Parameters": {"P": {"Type": "String"}}, **template(**groups)}
    nest = {f"N{n}": {"Type": NESTED, "Properties": {"TemplateURL": "Inner.template.json"}} for n in range(4)}
    return assembly(folder, {"S": {"Resources": nest}, "Inner": inner})


def _steps_of(app: Path) -> int:
    return examine(Options(path=str(app), today=datetime.date(2026, 11, 24))).assembly.root.budget._steps


def clusters(folder: Path, *, over: bool) -> Path:
    many = {f"C{n}": {"Type": "AWS::EKS::Cluster"} for n in range(budget.MAX_CLUSTERS + over)}
    return assembly(folder, {"S": {"Resources": many}})


def stages(folder: Path, *, over: bool) -> Path:
    depth = artifacts.MAX_STAGES + over
    for level in range(depth + 1):
        below = folder.joinpath(*("n" for _ in range(level)))
        assembly(below, {"S": template()} if level == depth else {})
        if level < depth:
            stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "n"}}
            (below / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"A": stage}}))
    return folder


def entries(folder: Path, *, over: bool) -> Path:
    assembly(folder, {"S": template()})
    for n in range(unlisted.MAX_ENTRIES - 10 + 20 * over):
        (folder / f"f{n}.json").write_bytes(b"")
    return folder


def large_unlisted(folder: Path, *, over: bool) -> Path:
    assembly(folder, {"S": {"Resources": {}}})
    text = around("x", unlisted.MAX_TEMPLATE_BYTES + over)
    for n in range(100):
        (folder / f"other{n}.template.json").write_text(text)
    return folder


def embedded_templates(folder: Path, *, over: bool) -> Path:
    body = json.dumps(template())
    for _ in range(embedded.MAX_DEPTH + over):
        body = json.dumps(
            {"Resources": {"S": {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": body}}}}
        )
    return assembly(folder, {"S": body})


def text_of_parts(folder: Path, *, over: bool) -> Path:
    piece = "x" * 1024
    parts = [piece] * (texts.MAX_TEXT // 1024 - 1 + 2 * over)
    return assembly(folder, {"S": template(M=manifest_of({"Fn::Join": ["", ["[]", *parts]]}))})


def written_texts(folder: Path, *, over: bool) -> Path:
    """Clusters whose versions are texts just below MAX_TEXT, out of a parameter that a nested stack is passed."""
    part = "x" * (texts.MAX_TEXT // 64)
    version = {"Fn::Join": ["", [{"Ref": "P"}] * 64]}
    clusters = {
        f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}} for n in range(31 + 2 * over)
    }
    passed = {"TemplateURL": "Inner.template.json", "Parameters": {"P": part}}
    inner = {"Parameters": {"P": {"Type": "String"}}, "Resources": clusters}
    return assembly(folder, {"S": template(N={"Type": NESTED, "Properties": passed}), "Inner": inner})


def open_variables(folder: Path, *, over: bool) -> Path:
    sub = {"Fn::Sub": "${" * (budget.MAX_CONTAINERS - 100 + 200 * over)}
    return assembly(folder, {"S": template(M=manifest_of(sub))})


def one_frame(folder: Path, *, over: bool) -> Path:
    assembly(folder, {"S": template()})
    entry = {"type": "aws:cdk:logicalId", "data": "Cluster", "trace": ["at " + "a:" * (8_000_000 if over else 2_000)]}
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
    artifacts = {"S": {**stack, "metadata": {"/S/Cluster": [entry] * (1 if over else 1000)}}}
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    return folder


def loop_values(folder: Path, *, over: bool) -> Path:
    names = [f"n{n}" for n in range(loops.MAX_COPIED // 8 * (1 + 3 * over))]
    loop = {"Fn::ForEach::L": ["N", names, {"B${N}": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}}}]}
    body = {"Transform": "AWS::LanguageExtensions", "Resources": {"C": CLUSTER, **loop}}
    return assembly(folder, {"S": body})


def project_files(folder: Path, *, over: bool) -> Path:
    inner = assembly(folder / "cdk.out", {"S": template()})
    half = (project.MAX_BYTES + 2 * over) // 2
    for name in ("cdk.json", "cdk.context.json"):
        (folder / name).write_text('{"context": {"a": "' + "x" * (half - 22) + '"}}')
    return inner


def archive_members(folder: Path, *, over: bool) -> Path:
    folder.mkdir(parents=True)
    path = folder / "cdk.out.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"version": "36.0.0", "artifacts": {}}))
        for n in range(contents.MAX_MEMBERS - 10 + 20 * over):
            archive.writestr(f"f{n}", b"")
    return path


def archive_of_tar(folder: Path, *, over: bool) -> Path:
    folder.mkdir(parents=True)
    path = folder / "cdk.out.tar.gz"
    content = json.dumps({"version": "36.0.0", "artifacts": {}}).encode()
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        described = tarfile.TarInfo("manifest.json")
        described.size = len(content)
        archive.addfile(described, io.BytesIO(content))
        for n in range(contents.MAX_MEMBERS - 10 + 20 * over):
            archive.addfile(tarfile.TarInfo(f"f{n}"), io.BytesIO())
    return path


def many_manifests(folder: Path, *, over: bool) -> Path:
    """As many manifests, access entries and add-ons as a template of one megabyte holds, six times; there is no limit."""
    count = 6_000
    manifests = {f"M{n}": manifest_of(json.dumps(objects_of(1, n))) for n in range(count * (1 + over))}
    return assembly(folder, {"S": {"Resources": {"Cluster": CLUSTER, **manifests}}})


def open_names(folder: Path, *, over: bool) -> Path:
    """Add-ons whose names a deployment decides, compared with each other."""
    count = 400 + 2_000 * over
    addon = {"ClusterName": {"Ref": "Cluster"}}
    addons = {
        f"A{n}": {"Type": "AWS::EKS::Addon", "Properties": {**addon, "AddonName": {"Fn::Sub": f"a{n}${{P}}"}}}
        for n in range(count)
    }
    body = {"Parameters": {"P": {"Type": "String"}}, **template(**addons)}
    return assembly(folder, {"S": body})


def honest_yaml(folder: Path, *, over: bool) -> Path:
    """A template in YAML of 20 clusters, and as many more as CloudFormation takes."""
    folder.mkdir(parents=True)
    lines = ["Resources:"]
    for n in range(20 if not over else 90):
        lines += [f"  C{n}:", "    Type: AWS::EKS::Cluster", "    Properties:", f"      Name: c{n}"]
        lines += ["      Version: '1.24'", "      ResourcesVpcConfig: {SubnetIds: [subnet-1, subnet-2]}"]
        lines += [f"  # {'x' * 100}"] * 100
    path = folder / "S.template.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def thousand_stacks(folder: Path, *, over: bool) -> Path:
    """An honest app: a thousand stacks as CDK synthesizes them, of which one in ten has a cluster, or each has."""
    source = SAMPLES / "payment-current" / "cdk.out"
    written = (source / "Payment.template.json").read_text(encoding="utf-8")
    queue = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"Tags": [{"Key": "app", "Value": "x"}]},
        "DeletionPolicy": "Delete",
    }
    other = template()["Resources"] | {f"Queue{n}": queue for n in range(200)}
    del other["Cluster"]
    each = 1 if over else 10
    app = assembly(folder, {f"S{n}": written if n % each == 0 else {"Resources": other} for n in range(1000)})
    for path in source.glob("*.nested.template.json"):
        shutil.copy(path, app)
    return app
