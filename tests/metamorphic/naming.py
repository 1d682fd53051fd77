"""Names that a template gives its resources: written out where they are referred to, or referred to where they are written."""

from __future__ import annotations

from typing import Any

from walking import is_intrinsic, rebuilt

NAMES = {
    "AWS::EKS::Cluster": ("Name",),
    "AWS::IAM::InstanceProfile": ("InstanceProfileName",),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::SSM::Parameter": ("Name",),
    "Custom::AWSCDK-EKS-Cluster": ("Config", "name"),
}
"""By type of resource, the property that `Ref` returns."""
IDS = {
    "AWS::EC2::InternetGateway": "InternetGatewayId",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateId",
    "AWS::EC2::NatGateway": "NatGatewayId",
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::SecurityGroup": "GroupId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::IAM::ManagedPolicy": "PolicyArn",
    "AWS::IAM::OIDCProvider": "Arn",
    "AWS::KMS::Key": "KeyId",
}
"""By type of resource, the attribute that is what `Ref` returns:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"""


def written_out(template: dict[str, Any]) -> dict[str, Any]:
    """Write the names of resources out, and depend on what was referred to."""
    named = _named(template)

    def out(node: dict[str, Any]) -> Any:
        return named.get(node["Ref"], node) if isinstance(node.get("Ref"), str) else node

    resources = {
        name: _depending(rebuilt(one, out), _refs(one) & set(named) - {name}) if isinstance(one, dict) else one
        for name, one in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def referred_to(template: dict[str, Any]) -> dict[str, Any]:
    """Refer to the resources whose names are written out."""
    holders = {text: name for name, text in _named(template).items()}
    resources = {
        name: {**one, "Properties": _referring(one["Properties"], name, holders, NAMES.get(str(one.get("Type")), ()))}
        if isinstance(one, dict) and isinstance(one.get("Properties"), dict)
        else one
        for name, one in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def ids_by_attribute(template: dict[str, Any]) -> dict[str, Any]:
    """Read ids from attributes, where `Ref` returns them, too."""
    ids = _ids(template)

    def read(node: dict[str, Any]) -> Any:
        name = node.get("Ref")
        return {"Fn::GetAtt": [name, ids[name]]} if isinstance(name, str) and name in ids else node

    return _rebuilt(template, read)


def ids_by_reference(template: dict[str, Any]) -> dict[str, Any]:
    """Refer to what an id is read from."""
    ids = _ids(template)

    def refer(node: dict[str, Any]) -> Any:
        match node.get("Fn::GetAtt"):
            case [str(name), str(attribute)] if ids.get(name) == attribute:
                return {"Ref": name}
        return node

    return _rebuilt(template, refer)


def _ids(template: dict[str, Any]) -> dict[str, str]:
    """The attribute of each resource that is its id, by its logical id."""
    typed = {name: one.get("Type") for name, one in template["Resources"].items() if isinstance(one, dict)}
    return {name: IDS[kind] for name, kind in typed.items() if kind in IDS}


def _rebuilt(template: dict[str, Any], change: Any) -> dict[str, Any]:
    return {**template, **{key: rebuilt(template[key], change) for key in ("Resources", "Outputs") if key in template}}


def _named(template: dict[str, Any]) -> dict[str, str]:
    """The text that each resource is named by, by its logical id; not those that only a condition makes."""
    found: dict[str, str] = {}
    for name, one in template["Resources"].items():
        value = one.get("Properties") if isinstance(one, dict) and "Condition" not in one else None
        for key in NAMES.get(str(one.get("Type")), ("",)) if isinstance(value, dict) else ():
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and not value.startswith("{{") and value not in found.values():
            found[name] = value
    return found


def _refs(value: Any) -> set[str]:
    names: set[str] = set()

    def note(node: dict[str, Any]) -> dict[str, Any]:
        if isinstance(node.get("Ref"), str):
            names.add(node["Ref"])
        return node

    rebuilt(value, note)
    return names


def _depending(resource: dict[str, Any], names: set[str]) -> dict[str, Any]:
    listed = resource.get("DependsOn", [])
    listed = [listed] if isinstance(listed, str) else listed
    return {**resource, "DependsOn": sorted({*listed, *names})} if names else resource


def _referring(value: Any, own: str, holders: dict[str, str], name: tuple[str, ...]) -> Any:
    if is_intrinsic(value):
        return value
    if isinstance(value, dict):
        return {
            key: item if name == (key,) else _referring(item, own, holders, name[1:] if name[:1] == (key,) else ())
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_referring(item, own, holders, ()) for item in value]
    holder = holders.get(value) if isinstance(value, str) else None
    return {"Ref": holder} if holder and holder != own else value
