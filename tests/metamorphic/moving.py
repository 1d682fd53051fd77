"""Resources that a template keeps elsewhere: in a nested stack, in another stack, in a loop."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from renaming import SUFFIX
from specimens import ALONE, Specimen
from walking import rebuilt

LEAVES = (
    "AWS::EKS::Nodegroup",
    "AWS::EKS::Addon",
    "AWS::EKS::AccessEntry",
    "AWS::EKS::PodIdentityAssociation",
    "AWS::EKS::FargateProfile",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::VPCEndpoint",
    "AWS::AutoScaling::AutoScalingGroup",
    "Custom::AWSCDK-EKS-HelmChart",
    "Custom::AWSCDK-EKS-KubernetesPatch",
    "Custom::AWSCDK-EKS-KubernetesResource",
)
"""Types whose resources are moved where nothing but another one that is moved refers to them."""


def to_a_nested_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Keep what nothing refers to in a nested stack, which is given what it refers to."""
    split = _split(specimen)
    if split is None:
        return None
    kept, moved = split
    given: dict[str, Any] = {}
    body = {name: rebuilt(resource, lambda node: _by_parameter(node, moved, given)) for name, resource in moved.items()}
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "nested.json", "Parameters": given},
    }
    inner = {"Parameters": {name: {"Type": "String"} for name in given}, "Resources": body}
    outer = {**specimen.files[ALONE], "Resources": {**kept, "TriedLeaves": nested}}
    return replace(specimen, files={**as_stacks(Whole=outer), "nested.json": inner})


def to_another_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Keep what nothing refers to in a stack of its own, which imports what it refers to."""
    split = _split(specimen)
    if split is None or specimen.parameters:
        return None
    kept, moved = split
    given: dict[str, Any] = {}
    body = {name: rebuilt(resource, lambda node: _by_export(node, moved, given)) for name, resource in moved.items()}
    exports = {name: {"Value": value, "Export": {"Name": f"tried:{name}"}} for name, value in given.items()}
    first = {**specimen.files[ALONE], "Resources": kept}
    first["Outputs"] = {**first.get("Outputs", {}), **exports}
    files = as_stacks(Whole=first, Leaves={"Resources": body})
    files["manifest.json"]["artifacts"]["Leaves"]["dependencies"] = ["Whole"]
    return replace(specimen, files=files)


def to_a_loop(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Make what nothing refers to by a loop over one value."""
    split = _split(specimen)
    if split is None or "Transform" in specimen.files[ALONE]:
        return None
    kept, moved = split
    loops = {
        f"Fn::ForEach::Tried{name}": ["Tried", [SUFFIX], {f"{name}${{Tried}}": _in_loop(resource, moved)}]
        for name, resource in moved.items()
    }
    template = {**specimen.files[ALONE], "Transform": "AWS::LanguageExtensions", "Resources": {**kept, **loops}}
    return replace(specimen, files={ALONE: template})


def without_name(identity: str) -> str:
    """The logical id of a subject, wherever its resource stands and a loop has made it."""
    return identity.rpartition("/")[2].replace(SUFFIX, "")


def _split(specimen: Specimen) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The resources that stay and those that move, of a template without anything that stands in their way."""
    template = specimen.files.get(ALONE)
    if template is None or "Rules" in template or "Conditions" in template or "Transform" in template:
        return None
    resources = template["Resources"]
    moved = {name: one for name, one in resources.items() if isinstance(one, dict) and one.get("Type") in LEAVES}
    before = -1
    while before != len(moved):
        before = len(moved)
        stay = {name: one for name, one in resources.items() if name not in moved}
        held = set().union(*(referred(one) for one in stay.values())) if stay else set()
        moved = {name: one for name, one in moved.items() if name not in held and _is_simple(one, template)}
    return (stay, moved) if moved and stay else None


def _is_simple(resource: dict[str, Any], template: dict[str, Any]) -> bool:
    """Whether all that a resource refers to is by Ref or Fn::GetAtt to another one, or to a parameter of text."""
    found: list[str] = []

    def note(node: dict[str, Any]) -> dict[str, Any]:
        found.append(next(iter(node)))
        return node

    rebuilt(resource, note)
    lists = {n for n, p in template.get("Parameters", {}).items() if p.get("Type") != "String" or "Default" in p}
    return (
        not {"Condition", "DependsOn"} & set(resource)
        and set(found) <= {"Ref", "Fn::GetAtt", "Fn::Join"}
        and not (referred(resource) & lists)
    )


def referred(value: Any) -> set[str]:
    """The names that a Ref, Fn::GetAtt, Fn::Sub or DependsOn mentions."""
    names: set[str] = set()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        argument = next(iter(node.values()))
        first = argument[0] if isinstance(argument, list) and argument else argument
        if isinstance(first, str):
            names.update(first.replace("${", " ").replace("}", " ").replace(".", " ").split())
        return node

    rebuilt(value, note)
    dependencies = value.get("DependsOn", []) if isinstance(value, dict) else []
    return names | set([dependencies] if isinstance(dependencies, str) else dependencies)


def outside(node: dict[str, Any], moved: dict[str, Any]) -> str | None:
    """A name for what a reference leads to outside of what is moved; None for one that stays as it is."""
    name, argument = next(iter(node.items()))
    parts = argument if isinstance(argument, list) else str(argument).split(".")
    if name not in ("Ref", "Fn::GetAtt") or parts[0] in moved or parts[0].startswith("AWS::"):
        return None
    return "Tried" + "".join(part for part in ".".join(parts) if part.isalnum())


def _by_parameter(node: dict[str, Any], moved: dict[str, Any], given: dict[str, Any]) -> Any:
    name = outside(node, moved)
    if name is None:
        return node
    given[name] = node
    return {"Ref": name}


def _by_export(node: dict[str, Any], moved: dict[str, Any], given: dict[str, Any]) -> Any:
    name = outside(node, moved)
    if name is None:
        return node
    given[name] = node
    return {"Fn::ImportValue": f"tried:{name}"}


def _in_loop(resource: dict[str, Any], moved: dict[str, Any]) -> Any:
    """A resource as the body of a loop, which names the others that are made by one."""

    def renamed(node: dict[str, Any]) -> dict[str, Any]:
        name, argument = next(iter(node.items()))
        parts = argument if isinstance(argument, list) else str(argument).split(".")
        if parts[0] not in moved:
            return node
        parts = [f"{parts[0]}{SUFFIX}", *parts[1:]]
        return {name: parts[0] if name == "Ref" else parts}

    return rebuilt(resource, renamed)


def as_stacks(**templates: Any) -> dict[str, Any]:
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": f"{name}.template.json"},
        }
        for name in templates
    }
    files = {f"{name}.template.json": template for name, template in templates.items()}
    return {"manifest.json": {"version": "36.0.0", "artifacts": artifacts}, **files}
