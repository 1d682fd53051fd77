"""The four rules of the estate: nothing is left out unnamed, identity is no place, one door, and no guess."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from conftest import ASSEMBLIES, ROOT, SAMPLES

import eks_guard.resolve
from eks_guard.assembly.load import load
from eks_guard.data import Tables
from eks_guard.model.properties import Property
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known, Place, Unknown
from eks_guard.resolve import Knowledge, resolve
from eks_guard.resolve.spellings import CLUSTER_TYPES
from eks_guard.resolve.updatable import PARSERS

TABLES = Tables()
APPS = sorted(path.parent for folder in (SAMPLES, ASSEMBLIES) for path in folder.rglob("manifest.json"))
FAMILIES = ("AWS::EKS::", "Custom::AWSCDK-EKS-")


def estate_of(path):
    assembly = load(str(path))
    return assembly, resolve(assembly, Knowledge(TABLES))


def of_template(resources, **sections):
    template = {"Resources": resources, **sections}
    return resolve(load("-", json.dumps(template).encode()), Knowledge(TABLES))


def cluster(**properties):
    return {"Type": "AWS::EKS::Cluster", "Properties": properties}


@pytest.mark.parametrize("app", APPS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_resource_about_eks_is_in_the_estate_or_named_as_left_out(app):
    assembly, estate = estate_of(app)
    named = {entry.at.resource for entry in (*estate.clusters, *estate.things, *estate.left_out)}
    written = {
        f"{resource.stack.id}/{resource.logical_id}"
        for stack in assembly.of_types(*FAMILIES)
        for resource in stack.resources.values()
        if resource.type.startswith(FAMILIES)
    }
    assert written <= {str(resource) for resource in named}


NETWORK = ("AWS::EC2::Subnet", "AWS::EC2::SecurityGroup", "AWS::EC2::LaunchTemplate")


def named_in(value):
    """The logical ids that a piece of a template refers to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case dict():
            for inner in value.values():
                yield from named_in(inner)
        case list():
            for inner in value:
                yield from named_in(inner)


@pytest.mark.parametrize("app", APPS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_network_that_eks_resources_name_is_in_the_estate(app):
    assembly, estate = estate_of(app)
    found = {str(thing.at.resource) for thing in (*estate.attached, *estate.launch_templates)}
    named = {
        str(stack.resources[name].id)
        for stack in assembly.of_types(*FAMILIES)
        for resource in stack.resources.values()
        if resource.type.startswith(FAMILIES)
        for name in named_in(resource.body.get("Properties"))
        if name in stack.resources and stack.resources[name].type in NETWORK
    }
    assert named <= found
    assert all(thing.owners for thing in estate.attached)


def test_a_type_that_no_wing_reads_is_left_out_by_name():
    estate = of_template({"C": cluster(), "P": {"Type": "AWS::EKS::IdentityProviderConfig", "Properties": {}}})
    assert [(entry.at.resource.logical_id, entry.type) for entry in estate.left_out] == [
        ("P", "AWS::EKS::IdentityProviderConfig")
    ]


def test_values_are_equal_wherever_they_were_read():
    assert Known("1.33", Place("A", "/x")) == Known("1.33", Place("B", "/y"))
    assert Unknown("why", Place("A", "/x")) == Unknown("why")
    assert Known("1.33") != Known("1.34")


def test_an_estate_is_the_same_after_a_rewriting_that_moves_every_line():
    template = {"Resources": {"C": cluster(Name="shop", Version="1.33"), "G": group({"Ref": "C"}, DiskSize=20)}}
    one, other = (
        resolve(load("-", json.dumps(template, indent=indent).encode()), Knowledge(TABLES)) for indent in (None, 7)
    )
    assert one == other


def group(name, **properties):
    return {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": name, **properties}}


@pytest.mark.parametrize(
    ("cluster_name", "group_name"),
    [
        (None, {"Ref": "C"}),
        (None, {"Fn::Sub": "${C}"}),
        (None, {"Fn::Join": ["", [{"Ref": "C"}]]}),
        ("shop", "shop"),
        ({"Ref": "Name"}, {"Ref": "Name"}),
        ({"Ref": "Name"}, {"Fn::Sub": "${Name}"}),
        ({"Ref": "Default"}, {"Ref": "Default"}),
        ({"Ref": "OneOf"}, {"Ref": "OneOf"}),
        ({"Fn::Sub": "shop-${Name}"}, {"Fn::Sub": "shop-${Name}"}),
    ],
)
def test_a_node_group_belongs_to_the_cluster_that_its_name_means(cluster_name, group_name):
    written = {} if cluster_name is None else {"Name": cluster_name}
    estate = of_template({"C": cluster(**written), "G": group(group_name)}, Parameters=PARAMETERS)
    (nodes,) = estate.node_groups
    assert estate.cluster(nodes.owner) == estate.clusters[0]
    assert estate.clusters[0].node_groups == (nodes,)


PARAMETERS = {
    "Name": {"Type": "String"},
    "Other": {"Type": "String"},
    "Default": {"Type": "String", "Default": "shop"},
    "OneOf": {"Type": "String", "AllowedValues": ["a", "b"]},
}


@pytest.mark.parametrize(
    ("cluster_name", "group_name"),
    [("shop", "stop"), ({"Ref": "Name"}, {"Ref": "Other"}), ("shop", {"Ref": "Name"}), ("shop", None)],
)
def test_what_belongs_to_no_cluster_says_why(cluster_name, group_name):
    estate = of_template({"C": cluster(Name=cluster_name), "G": group(group_name)}, Parameters=PARAMETERS)
    (nodes,) = estate.node_groups
    assert isinstance(nodes.owner, Unowned)
    assert nodes.owner.reason
    assert estate.unowned == (nodes,)
    assert estate.clusters[0].node_groups == ()


def nested(template, **parameters):
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": template, "Parameters": parameters},
        "Metadata": {"aws:asset:path": template, "aws:asset:property": "TemplateURL"},
    }


NAME_OUT = {"Outputs": {"Name": {"Value": {"Ref": "C"}, "Export": {"Name": "shop-name"}}}}
WAYS = {
    "an export": {
        "A.template.json": {"Resources": {"C": cluster()}, **NAME_OUT},
        "B.template.json": {"Resources": {"G": group({"Fn::ImportValue": "shop-name"})}},
    },
    "an output of a nested stack": {
        "A.template.json": {
            "Resources": {"In": nested("in.json"), "G": group({"Fn::GetAtt": ["In", "Outputs.Name"]})},
        },
        "in.json": {"Resources": {"C": cluster()}, **NAME_OUT},
    },
    "a parameter of a nested stack": {
        "A.template.json": {"Resources": {"C": cluster(), "In": nested("in.json", Name={"Ref": "C"})}},
        "in.json": {"Parameters": {"Name": {"Type": "String"}}, "Resources": {"G": group({"Ref": "Name"})}},
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_a_node_group_belongs_to_the_cluster_that_another_stack_names(tmp_path, way):
    for name, body in WAYS[way].items():
        (tmp_path / name).write_text(json.dumps(body))
    _, estate = estate_of(tmp_path)
    (nodes,) = estate.node_groups
    assert estate.cluster(nodes.owner) == estate.clusters[0]


def test_the_resolver_has_one_door():
    assert set(eks_guard.resolve.__all__) == {"Knowledge", "Memory", "resolve"}
    for file in (ROOT / "eks_guard").rglob("*.py"):
        if "resolve" not in file.relative_to(ROOT / "eks_guard").parts:
            imported = {
                node.module for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)
            }
            inner = {module for module in imported if module and module.startswith("eks_guard.resolve.")}
            assert not inner, file


def keys_read(folder: Path) -> set[str]:
    """The names of properties that a package reads: the texts in calls of `dig` and of the readers."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name == "dig" or name.startswith("read"):
                    found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return {name for name in found if name[:1].isupper()}


KINDS_OF_KUBERNETES = {"Chart", "Namespace", "Repository", "ServiceAccount", "Version", "Analytics"}
"""Names of properties that are also kinds of objects or words of a sentence, which facts speak of."""


def texts_in(file: Path) -> set[str]:
    """The texts of a module: those that are written at once, and the words between dots in them."""
    found = (node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant))
    return {text for text in found if isinstance(text, str)}


def test_names_of_properties_are_read_in_the_resolver_only():
    """Two may write them: what checks paths by CloudFormation's schemas, and cases, which are templates."""
    names = keys_read(ROOT / "eks_guard" / "resolve") - KINDS_OF_KUBERNETES
    assert {"ClusterName", "AddonVersion", "AmiType"} <= names
    for package in ("policy", "audit", "report", "upgrade"):
        for file in (ROOT / "eks_guard" / package).rglob("*.py"):
            if file.name == "cloudformation.py" or file.parent.name == "cases":
                continue
            assert not names & texts_in(file), file


WORDS_OF_TEMPLATES = {"Id", "Name", "Parameters", "Type"}
"""Names of properties that are also sections of a template, keys of an export, or attributes."""


def test_names_of_properties_that_an_update_touches_are_in_the_table_only():
    written = {name for rows in TABLES.properties.values() for row in rows.values() for name in row.path}
    names = {name for name in written if not name.islower()} - KINDS_OF_KUBERNETES - WORDS_OF_TEMPLATES
    assert {"NodeRole", "subnetIds", "authenticationMode", "ServiceToken"} <= names
    for file in (ROOT / "eks_guard" / "change").rglob("*.py"):
        assert not names & texts_in(file), file


def test_each_property_that_an_update_touches_has_a_row():
    """Those that replace a resource about EKS, and the whole vocabulary."""
    rules = TABLES.update_rules
    written = {kind: {".".join(row.path) for row in rows.values()} for kind, rows in TABLES.properties.items()}
    for kind, paths in rules["create_only"].items():
        if kind.startswith("AWS::EKS::") and kind in written:
            assert set(paths) - written[kind] <= {"Type"}, kind
    settings = {path.removeprefix("Config.") for path in written["Custom::AWSCDK-EKS-Cluster"]}
    for path in rules["defaults_of_ignored"]:
        assert any(f"{path}.".startswith(f"{setting}.") for setting in settings), path
    every = [(name, row) for rows in TABLES.properties.values() for name, row in rows.items()]
    assert {name for name, _ in every} == set(Property)
    assert {row.kind for _, row in every} == {*PARSERS, "record"}


def test_both_spellings_of_a_cluster_have_the_same_properties():
    custom, native = (set(TABLES.properties[kind]) for kind in CLUSTER_TYPES)
    assert custom - native == {Property.CREATOR, Property.SETTINGS, Property.LOG_ENTRIES}
    assert native <= custom


def test_the_properties_that_an_update_touches_are_in_the_estate_typed():
    estate = of_template(
        {
            "C": cluster(
                RoleArn={"Fn::GetAtt": ["R", "Arn"]},
                ResourcesVpcConfig={"SubnetIds": ["subnet-1", {"Ref": "S"}], "EndpointPublicAccess": "false"},
                KubernetesNetworkConfig={"IpFamily": "ipv6"},
                EncryptionConfig=[{"Provider": {"KeyArn": {"Ref": "Key"}}}],
                Tags=[{"Key": "team", "Value": "shop"}],
            ),
            "R": {"Type": "AWS::IAM::Role", "Properties": {}},
            "S": {"Type": "AWS::EC2::Subnet", "Properties": {}},
        },
        Parameters={"Key": {"Type": "String"}},
    )
    here = estate.clusters[0].resource
    found = {setting.property: setting for setting in estate.resources.settings(here)}
    assert found[Property.ROLE].path == "RoleArn"
    assert str(found[Property.ROLE].value.value) == "Arn of R"
    assert found[Property.SUBNETS].value.value[0] == "subnet-1"
    assert str(found[Property.SUBNETS].value.value[1]) == "Ref of S"
    assert found[Property.PUBLIC_ENDPOINT].value == Known(value=False)
    assert found[Property.PRIVATE_ENDPOINT].value == Known(None)
    assert found[Property.IP_FAMILY].value == Known("ipv6")
    assert found[Property.TAGS].value == Known((("team", "shop"),))
    (entry,) = found[Property.ENCRYPTION].value.value
    assert isinstance(entry["Provider"]["KeyArn"], Unknown)


@pytest.mark.parametrize(
    "version",
    [
        "{{resolve:ssm:/eks/version}}",
        "{{resolve:secretsmanager:eks:SecretString:version}}",
        {"Fn::Sub": "1.${Minor}"},
        {"Ref": "Ssm"},
        {"Ref": "Minor"},
        {"Fn::ImportValue": "somewhere"},
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}},
        {"Fn::If": ["Asked", "1.33", {"Ref": "AWS::NoValue"}]},
        {"Fn::GetAtt": ["Other", "Version"]},
    ],
)
def test_a_version_that_a_deployment_decides_is_unknown_in_every_spelling(version):
    estate = of_template(
        {"C": cluster(Version=version), "Other": {"Type": "Custom::Lookup", "Properties": {}}},
        Parameters={
            "Minor": {"Type": "String"},
            "Ssm": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/eks/version"},
        },
        Conditions={"Asked": {"Fn::Equals": [{"Ref": "Minor"}, "33"]}},
    )
    assert isinstance(estate.clusters[0].version, Unknown)
    assert estate.clusters[0].version.reason
