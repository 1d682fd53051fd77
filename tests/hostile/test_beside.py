"""What lies beside what was audited is judged as what was audited is: whatever may bring a cluster is named."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile

import pytest

from eks_guard.assembly.files import Root

TOPIC = {"Type": "AWS::SNS::Topic"}
CLUSTER = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}}}
HARMLESS = {"Resources": {"Topic": TOPIC}}
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://shelf/part.json"}}


def of(kind: str, **properties: object) -> dict[str, object]:
    return {"Resources": {"X": {"Type": kind, "Properties": properties}}}


BRINGING = {
    "a macro": {"Transform": "Company::Expand", **HARMLESS},
    "an include": {"Resources": {"Topic": TOPIC, "Fn::Transform": INCLUDE}},
    "a stack set": of("AWS::CloudFormation::StackSet", TemplateBody=json.dumps(CLUSTER)),
    "a stack set of a template elsewhere": of("AWS::CloudFormation::StackSet", TemplateURL="https://x/y.json"),
    "a product": of("AWS::ServiceCatalog::CloudFormationProduct"),
    "a nested stack elsewhere": of("AWS::CloudFormation::Stack", TemplateURL="https://x/y.json"),
    "a module": of("Company::Platform::Base::MODULE"),
    "a custom resource that asks for a cluster": of("Custom::Platform", Config={"resourcesVpcConfig": {}}),
    "a list of templates": [HARMLESS, CLUSTER],
}
BRINGING_NOTHING = {
    "a topic": HARMLESS,
    "a stack set of topics": of("AWS::CloudFormation::StackSet", TemplateBody=json.dumps(HARMLESS)),
    "a nested stack that is here": of("AWS::CloudFormation::Stack", TemplateURL="child.json"),
    "extensions of the language": {"Transform": "AWS::LanguageExtensions", **HARMLESS},
    "another custom resource": of("Custom::Seed", Config={"table": "x"}),
    "no template": {"Transform": "x", "policy": {"Resources": ["*"]}},
}
UNREADABLE = {
    "UTF-16": json.dumps(CLUSTER).encode("utf-16"),
    "UTF-16 without a mark": json.dumps(CLUSTER).encode("utf-16-le"),
    "cut off in a type": json.dumps(CLUSTER)[:40].encode(),
    "cut off in the first word": b'{"Resour',
    "Latin-1": json.dumps({"Transform": "M", **HARMLESS}).encode()[:-1] + b',"Description":"caf\xe9"}',
}
READABLE = {
    "a configuration with comments": b'// for editors\n{"compilerOptions": {"strict": true,}}',
    "an empty file": b"",
    "a template of Helm": b"{{- if .Values.extraResources: }}\nTransform: {{ x }\n",
    "no text": b"\x89PNG {",
}


@pytest.fixture(params=["a subfolder", "beside what a manifest lists"])
def place(request, write, assembly):
    """A folder in which all is well, and where in it a file is that nobody asked about."""
    if request.param == "a subfolder":
        return write("topic.json", HARMLESS).parent, "live/a.json"
    return assembly({"App": "a.json"}, a__json=HARMLESS), "Old.json"


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize("body", BRINGING.values(), ids=BRINGING)
def test_a_template_that_may_bring_a_cluster_is_named_wherever_it_lies(check, place, body):
    folder, name = place
    put(folder, name, body)
    result = check(folder, "--strict")
    assert result.code == 1
    assert [found["where"] for found in result.json["not_judged"]] == [name]


@pytest.mark.parametrize("body", BRINGING_NOTHING.values(), ids=BRINGING_NOTHING)
def test_a_template_that_brings_nothing_of_eks_is_passed_over_wherever_it_lies(check, place, body):
    folder, name = place
    put(put(folder, name, body).parent, "child.json", HARMLESS)
    assert check(folder, "--strict").json["complete"] is True


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_may_be_a_template_and_cannot_be_read_is_named(check, place, content):
    folder, name = place
    put(folder, name, content)
    (found,) = check(folder, "--strict").json["not_judged"]
    assert found["where"] == name
    assert found["why"].startswith("it cannot be read: ")


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_a_file_that_is_no_template_is_passed_over_although_it_cannot_be_parsed(check, place, content):
    folder, name = place
    put(folder, name, content)
    assert check(folder, "--strict").json["complete"] is True


def test_an_empty_template_of_cdk_is_named(check, assembly):
    folder = assembly({"App": "a.json"}, a__json=HARMLESS)
    put(folder, "assembly-Live/Old.template.json", b"")
    (found,) = check(folder).json["not_judged"]
    assert "the file is empty" in found["why"]


@pytest.mark.parametrize("name", ["live", "live/a.json"])
def test_a_link_that_leads_out_is_named_wherever_it_lies(check, write, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    put(outside, "a.json", CLUSTER)
    folder = write("in/topic.json", HARMLESS).parent
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(outside if name == "live" else outside / "a.json")
    (found,) = check(folder).json["not_judged"]
    assert found["where"] == name
    assert "leads out" in found["why"]


def test_a_link_inside_of_the_folder_to_what_was_read_is_passed_over(check, write):
    folder = write("topic.json", CLUSTER).parent
    (folder / "again").symlink_to(".")
    assert check(folder).json["complete"] is True


@pytest.mark.parametrize("name", [b"cl\xfaster.template.json", b"d\xfa/cluster.json"])
def test_a_name_that_is_not_utf_8_is_named(check, assembly, name):
    folder = assembly({"App": "a.json"}, a__json=HARMLESS)
    path = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 (bytes)
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 (bytes)
    with open(path, "wb") as stream:  # noqa: PTH123 (bytes)
        stream.write(json.dumps(CLUSTER).encode())
    (found,) = check(folder, "--strict").json["not_judged"]
    assert "\\udcfa" in found["where"]
    assert "not UTF-8" in found["why"]


def test_a_folder_that_cannot_be_listed_is_named(check, write, monkeypatch):
    folder = write("live/a.json", CLUSTER).parent.parent
    put(folder, "topic.json", HARMLESS)
    listed = Root.listed

    def refused(self: Root, directory: str) -> list[str]:
        if directory == "live":
            raise PermissionError(13, "Permission denied")
        return listed(self, directory)

    monkeypatch.setattr(Root, "listed", refused)
    (found,) = check(folder).json["not_judged"]
    assert (found["where"], found["why"]) == ("live", "the folder cannot be listed: Permission denied")


OTHERS = {
    "a macro": ("S.template.json", json.dumps(BRINGING["a macro"]).encode()),
    "a stack set": ("S.template.json", json.dumps(BRINGING["a stack set"]).encode()),
    "UTF-16": ("S.template.json", UNREADABLE["UTF-16"]),
    "a cluster in a template with another ending": ("S.txt", json.dumps(CLUSTER).encode()),
}


def with_two_apps(path, name, content):
    listed = {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": name}}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("decoy/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {}}))
        archive.writestr("apps/shop/manifest.json", json.dumps({"version": "36.0.0", "artifacts": listed}))
        archive.writestr(f"apps/shop/{name}", content)
    return path


@pytest.mark.parametrize(("name", "content"), OTHERS.values(), ids=OTHERS)
def test_another_app_of_an_archive_that_may_bring_a_cluster_is_named(check, tmp_path, name, content):
    result = check(with_two_apps(tmp_path / "apps.zip", name, content), "--strict")
    assert result.code == 1
    assert [found["where"] for found in result.json["not_judged"]] == ["apps/shop"]


def test_another_app_of_an_archive_without_eks_is_passed_over(check, tmp_path):
    path = with_two_apps(tmp_path / "apps.zip", "S.template.json", json.dumps(HARMLESS))
    assert check(path, "--strict").json["complete"] is True


def test_a_name_in_an_archive_that_is_not_utf_8_breaks_no_report(check, tmp_path):
    path = tmp_path / "app.tar"
    with tarfile.open(path, "w") as archive:
        for name, body in (("a.json", HARMLESS), ("d\udcfa/cluster.json", CLUSTER)):
            entry, content = tarfile.TarInfo(name), json.dumps(body).encode()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    (found,) = check(path, "--strict").json["not_judged"]
    assert "cluster.json" in found["where"]
