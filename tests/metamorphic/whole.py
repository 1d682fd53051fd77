"""Transformations of whole assemblies, each with the law that it obeys."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import iam_writing
import moving
import rewriting
import yaml
from laws import doubled, only_towards_unknown, same_in_order
from renaming import SUFFIX, renamed
from specimens import ALONE, Specimen
from transformation import Change, Transformation, each_deployed, each_intrinsic, each_resource, each_template
from walking import escaped, is_intrinsic
from yaml_writing import with_short_forms


def _texts(write: Callable[[Any], str]) -> Change:
    """Write the JSON files with another writer."""

    def all_files(specimen: Specimen, _: random.Random) -> Specimen:
        files = {n: write(c) if not isinstance(c, str | bytes) else c for n, c in specimen.files.items()}
        return replace(specimen, files=files)

    return all_files


# The order and the form of the text.


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(inner, chance)) for key, inner in value.items()]
        chance.shuffle(items)
        return dict(items)
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def with_keys_in_another_order(specimen: Specimen, chance: random.Random) -> Specimen:
    files = {n: c if isinstance(c, str | bytes) else shuffled(c, chance) for n, c in specimen.files.items()}
    return replace(specimen, files=files)


def with_escapes(value: Any) -> str:
    """Write JSON with every letter inside its texts as an escape."""
    return "".join(
        f"\\u{ord(c):04x}" if inside and c.isalnum() and not escape else c
        for c, inside, escape in _told_apart(json.dumps(value))
    )


def _told_apart(text: str) -> list[tuple[str, bool, bool]]:
    """Each character of JSON, whether it stands inside a text, and whether it belongs to an escape."""
    found: list[tuple[str, bool, bool]] = []
    inside, left = False, 0
    for index, c in enumerate(text):
        if left:
            left -= 1
            found.append((c, True, True))
            continue
        if c == "\\":
            left = 5 if text[index + 1] == "u" else 1
        elif c == '"':
            inside = not inside
        found.append((c, inside, False))
    return found


def as_yaml(specimen: Specimen, _: random.Random) -> Specimen | None:
    if ALONE not in specimen.files:
        return None
    text = yaml.safe_dump(specimen.files[ALONE], sort_keys=False, width=100)
    return replace(specimen, files={"template.yaml": text})


def as_short_yaml(specimen: Specimen, _: random.Random) -> Specimen | None:
    if ALONE not in specimen.files:
        return None
    return replace(specimen, files={"template.yaml": with_short_forms(specimen.files[ALONE])})


# References in other spellings.


def ref_by_sub(node: dict[str, Any]) -> Any:
    return {"Fn::Sub": f"${{{node['Ref']}}}"} if _is_plain_ref(node) else node


def ref_by_join(node: dict[str, Any]) -> Any:
    return {"Fn::Join": ["", [node]]} if _is_plain_ref(node) else node


def ref_by_select(node: dict[str, Any]) -> Any:
    return {"Fn::Select": [0, [node, "another"]]} if _is_plain_ref(node) else node


def _is_plain_ref(node: dict[str, Any]) -> bool:
    """A reference that is text: one to a list of parameters is a list, and one to nothing is nothing."""
    return isinstance(node.get("Ref"), str) and node["Ref"] != "AWS::NoValue" and not node["Ref"].endswith("List")


def getatt_dotted(node: dict[str, Any]) -> Any:
    argument = node.get("Fn::GetAtt")
    return {"Fn::GetAtt": ".".join(argument)} if _is_plain_getatt(node) and argument else node


def getatt_by_sub(node: dict[str, Any]) -> Any:
    argument = node.get("Fn::GetAtt")
    return {"Fn::Sub": f"${{{'.'.join(argument)}}}"} if _is_plain_getatt(node) and argument else node


def _is_plain_getatt(node: dict[str, Any]) -> bool:
    argument = node.get("Fn::GetAtt")
    return isinstance(argument, list) and all(isinstance(part, str) for part in argument)


def join_in_a_join(node: dict[str, Any]) -> Any:
    match node.get("Fn::Join"):
        case ["", list() as pieces] if len(pieces) > 1:
            return {"Fn::Join": ["", [{"Fn::Join": ["", pieces[:1]]}, {"Fn::Join": ["", pieces[1:]]}]]}
    return node


def join_by_sub(node: dict[str, Any]) -> Any:
    match node.get("Fn::Join"):
        case ["", list() as pieces] if all(_fits_sub(piece) for piece in pieces):
            return {"Fn::Sub": "".join(_in_sub(piece) for piece in pieces)}
    return node


def _fits_sub(piece: Any) -> bool:
    return isinstance(piece, str) or (is_intrinsic(piece) and (_is_plain_ref(piece) or _is_plain_getatt(piece)))


def _in_sub(piece: Any) -> str:
    if isinstance(piece, str):
        return escaped(piece)
    name, argument = next(iter(piece.items()))
    return f"${{{argument if name == 'Ref' else '.'.join(argument)}}}"


def sub_by_variables(node: dict[str, Any]) -> Any:
    """Give each reference of a Join to a Sub as a variable."""
    match node.get("Fn::Join"):
        case ["", list() as pieces]:
            variables = {f"V{i}": piece for i, piece in enumerate(pieces) if not isinstance(piece, str)}
            names = iter(variables)
            text = "".join(escaped(p) if isinstance(p, str) else f"${{{next(names)}}}" for p in pieces)
            return {"Fn::Sub": [text, variables]} if variables else node
    return node


# Conditions, and what nothing refers to.


def _under(condition: dict[str, Any], parameters: dict[str, Any]) -> Change:
    """Put each resource that has no condition under one."""

    def conditional(template: dict[str, Any]) -> dict[str, Any]:
        resources = {
            name: resource
            if not isinstance(resource, dict) or "Condition" in resource
            else {**resource, "Condition": "Tried"}
            for name, resource in template["Resources"].items()
        }
        return {
            **template,
            "Parameters": {**template.get("Parameters", {}), **parameters},
            "Conditions": {**template.get("Conditions", {}), "Tried": condition},
            "Resources": resources,
        }

    return each_deployed(conditional)


ALWAYS = {"Fn::Equals": ["one", "one"]}
OPEN = {"Fn::Equals": [{"Ref": "TriedStage"}, "prod"]}


def properties_by_if(branch: Callable[[Any], list[Any]]) -> Change:
    """Choose each property by a condition that holds."""

    def chosen(template: dict[str, Any]) -> dict[str, Any]:
        def choose(resource: dict[str, Any]) -> dict[str, Any]:
            if not isinstance(resource.get("Properties"), dict):
                return resource
            kept = ("Manifest", "TemplateURL", "Parameters")  # what a nested template is found by is read as written
            properties = {
                key: value if key in kept and not isinstance(value, str) else {"Fn::If": branch(value)}
                for key, value in resource["Properties"].items()
            }
            return {**resource, "Properties": properties}

        resources = {n: choose(r) if isinstance(r, dict) else r for n, r in template["Resources"].items()}
        conditions = {**template.get("Conditions", {}), "Tried": ALWAYS, "TriedNever": {"Fn::Not": [ALWAYS]}}
        return {**template, "Conditions": conditions, "Resources": resources}

    return each_template(chosen)


def with_no_values(resource: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(resource.get("Properties"), dict):
        return resource
    return {**resource, "Properties": {**resource["Properties"], "TriedNothing": {"Ref": "AWS::NoValue"}}}


def with_dependencies_as_text(resource: dict[str, Any]) -> dict[str, Any]:
    match resource.get("DependsOn"):
        case [str(only)]:
            return {**resource, "DependsOn": only}
        case str(only):
            return {**resource, "DependsOn": [only]}
    return resource


def with_strangers(template: dict[str, Any]) -> dict[str, Any]:
    strangers = {
        "TriedTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        "TriedWork": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Runtime": "python3.13", "Role": "r", "Code": {}},
        },
        "TriedRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
    }
    return {
        **template,
        "Description": "Tried",
        "Parameters": {**template.get("Parameters", {}), "TriedText": {"Type": "String", "Default": "x"}},
        "Mappings": {**template.get("Mappings", {}), "TriedMap": {"a": {"b": "c"}}},
        "Resources": {**strangers, **template["Resources"]},
        "Outputs": {**template.get("Outputs", {}), "TriedOutput": {"Value": {"Ref": "TriedTopic"}}},
    }


def with_another_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    if not specimen.is_assembly:
        return None
    manifest = specimen.files["manifest.json"]
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "Tried.template.json"},
    }
    artifacts = {"Tried": stack, **manifest.get("artifacts", {})}
    return specimen.with_files(
        **{
            "manifest.json": {**manifest, "artifacts": artifacts},
            "Tried.template.json": {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}},
        }
    )


# What CDK writes beside the templates.


def without_assets(specimen: Specimen, _: random.Random) -> Specimen | None:
    kept = {n: c for n, c in specimen.files.items() if not n.startswith("asset.") and not n.endswith(".assets.json")}
    return replace(specimen, files=kept) if kept != specimen.files else None


def without_analytics(template: dict[str, Any]) -> dict[str, Any]:
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if not (isinstance(resource, dict) and resource.get("Type") == "AWS::CDK::Metadata")
    }
    return {**template, "Resources": resources}


def with_metadata_in_a_file(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Move the metadata of each stack to the file in which newer releases keep it."""
    if not specimen.is_assembly:
        return None
    manifest = specimen.files["manifest.json"]
    artifacts, files = {}, {}
    for name, artifact in manifest.get("artifacts", {}).items():
        if isinstance(artifact, dict) and isinstance(artifact.get("metadata"), dict):
            file = f"{name}.metadata.json"
            files[file] = artifact["metadata"]
            kept = {key: value for key, value in artifact.items() if key != "metadata"}
            artifacts[name] = {**kept, "additionalMetadataFile": file}
        else:
            artifacts[name] = artifact
    return specimen.with_files(**files, **{"manifest.json": {**manifest, "artifacts": artifacts}}) if files else None


def inside_a_stage(*names: str) -> Change:
    """Put the assembly into stages of a larger one."""

    def staged(specimen: Specimen, _: random.Random) -> Specimen | None:
        if not specimen.is_assembly or "tree.json" in specimen.files:  # a stage has no tree of its own
            return None
        if "cdk:cloud-assembly" in json.dumps(specimen.files["manifest.json"]):
            return None
        files = {f"assembly-{n}/{file}": content for n in names for file, content in specimen.files.items()}
        manifests = {f"assembly-{n}/manifest.json": _shown_in(n, specimen.files["manifest.json"]) for n in names}
        artifacts = {
            f"assembly-{n}": {"type": "cdk:cloud-assembly", "properties": {"directoryName": f"assembly-{n}"}}
            for n in names
        }
        version = specimen.files["manifest.json"].get("version", "36.0.0")
        manifest = {"version": version, "artifacts": artifacts}
        return replace(specimen, files={**files, **manifests, "manifest.json": manifest})

    return staged


def _shown_in(stage: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Show stacks with the name of their stage, as CDK does."""
    artifacts = {
        name: {**one, "displayName": f"{stage}/{one['displayName']}"} if "displayName" in one else one
        for name, one in manifest.get("artifacts", {}).items()
    }
    return {**manifest, "artifacts": artifacts}


def as_a_stack_of_an_assembly(specimen: Specimen, _: random.Random) -> Specimen | None:
    if ALONE not in specimen.files:
        return None
    return replace(specimen, files=_stack("template", specimen.files[ALONE]))


def as_a_nested_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Make the template one that a parent deploys, without parameters."""
    template = specimen.files.get(ALONE)
    if template is None or "Parameters" in template or "Rules" in template:
        return None
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://s3.amazonaws.com/b/k"},
        "Metadata": {"aws:asset:path": "nested.json", "aws:asset:property": "TemplateURL"},
    }
    files = _stack("Above", {"Resources": {"Inner": nested}})
    return replace(specimen, files={**files, "nested.json": template})


def _stack(name: str, template: Any) -> dict[str, Any]:
    file = f"{name}.template.json"
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": file},
    }
    return {"manifest.json": {"version": "36.0.0", "artifacts": {name: stack}}, file: template}


def alone(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Leave a single template of an assembly, without its manifest."""
    if not specimen.is_assembly or len(specimen.templates) != 1:
        return None
    return replace(specimen, files=specimen.templates)


def without_suffix(identity: str) -> str:
    return identity.replace(SUFFIX, "")


def without_stage(identity: str) -> str:
    return identity.removeprefix("Prod/").removeprefix("Test/")


def last_part(identity: str) -> str:
    return identity.rpartition("/")[2]


TRANSFORMATIONS = (
    Transformation("keys in another order", with_keys_in_another_order),
    Transformation("indented", _texts(lambda value: json.dumps(value, indent=4))),
    Transformation("on one line", _texts(lambda value: json.dumps(value, separators=(",", ":")))),
    Transformation("letters as they are", _texts(lambda value: json.dumps(value, ensure_ascii=False))),
    Transformation("letters as escapes", _texts(with_escapes)),
    Transformation("with a byte order mark", _texts(lambda value: "\ufeff" + json.dumps(value))),
    Transformation("lines that end as on Windows", _texts(lambda v: json.dumps(v, indent=1).replace("\n", "\r\n"))),
    Transformation("YAML", as_yaml),
    Transformation("YAML with short forms", as_short_yaml),
    Transformation("resources renamed", renamed("resources"), back=without_suffix),
    Transformation("parameters renamed", renamed("parameters"), back=without_suffix),
    Transformation("conditions and mappings renamed", renamed("tables"), back=without_suffix),
    Transformation("Ref by Sub", each_intrinsic(ref_by_sub)),
    Transformation("Ref by Join", each_intrinsic(ref_by_join)),
    Transformation("Ref by Select", each_intrinsic(ref_by_select)),
    Transformation("GetAtt with a dot", each_intrinsic(getatt_dotted)),
    Transformation("GetAtt by Sub", each_intrinsic(getatt_by_sub)),
    Transformation("Join inside Join", each_intrinsic(join_in_a_join)),
    Transformation("Join by Sub", each_intrinsic(join_by_sub)),
    Transformation("Join by Sub with variables", each_intrinsic(sub_by_variables)),
    Transformation("under a condition that holds", _under(ALWAYS, {})),
    Transformation(
        "under a condition that is open", _under(OPEN, {"TriedStage": {"Type": "String"}}), only_towards_unknown
    ),
    Transformation(
        "properties by a condition that holds",
        properties_by_if(lambda value: ["Tried", value, {"Ref": "AWS::NoValue"}]),
    ),
    Transformation(
        "properties by a condition that does not hold",
        properties_by_if(lambda value: ["TriedNever", "another", value]),
    ),
    Transformation("properties that are nothing", each_resource(with_no_values)),
    Transformation("dependencies as text", each_resource(with_dependencies_as_text)),
    Transformation("with strangers", each_template(with_strangers)),
    Transformation("with another stack", with_another_stack),
    Transformation("without analytics", each_template(without_analytics), only_towards_unknown),
    Transformation("without assets", without_assets, only_towards_unknown),
    Transformation("metadata in a file of their own", with_metadata_in_a_file),
    Transformation("in a stage", inside_a_stage("Prod"), back=without_stage),
    Transformation("in two stages", inside_a_stage("Prod", "Test"), doubled, back=without_stage),
    Transformation("as a stack of an assembly", as_a_stack_of_an_assembly),
    Transformation("as a nested stack", as_a_nested_stack, back=last_part),
    Transformation("leaves in a nested stack", moving.to_a_nested_stack, back=moving.without_name),
    Transformation("leaves in another stack", moving.to_another_stack, same_in_order, back=moving.without_name),
    Transformation("leaves made by a loop", moving.to_a_loop, back=moving.without_name),
    Transformation("one value by an export", moving.one_value_to_an_export),
    Transformation("sets in another order", rewriting.sets_in_another_order),
    Transformation("conditions composed", each_template(rewriting.conditions_composed)),
    Transformation("choices turned around", each_template(rewriting.choices_turned_around)),
    Transformation("rules of security groups apart", each_template(rewriting.rules_apart)),
    Transformation("everything exported", each_template(rewriting.everything_exported)),
    Transformation("with language extensions", each_template(rewriting.with_extensions)),
    Transformation("with the words of a console", each_template(rewriting.with_a_console)),
    Transformation("objects indented", each_resource(rewriting.objects_indented)),
    Transformation("statements as lists", each_resource(iam_writing.with_lists)),
    Transformation("statements without lists", each_resource(iam_writing.without_lists)),
    Transformation("statements with names", each_resource(iam_writing.with_sids)),
    Transformation("policies as text", each_resource(iam_writing.as_text)),
    Transformation("policies apart from their roles", each_template(iam_writing.apart)),
)
