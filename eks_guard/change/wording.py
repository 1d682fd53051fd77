"""How values, places and chains of a change are written down for a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.constructs import construct_path
from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Unresolved, reason_of
from eks_guard.model.change import PREVIOUS, Fate
from eks_guard.model.describe import shortened
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.verdict import Cause, Verdict

_OF_A_PARAMETER = 2
_OPEN = "${…}"
_NO_VALUE = {"Ref": "AWS::NoValue"}


def shown(node: Node) -> str:
    """A value as a person would say it."""
    match node.follow():
        case Absent():
            return "not set"
        case Attribute(resource, name):
            return f"{name} of {resource.logical_id}"
        case Literal(at):
            text = node.text()
            return (
                shortened(json.dumps(text))
                if text is not None and isinstance(at.raw, str)
                else shortened(_plain(at.raw))
            )
        case Unresolved(asked) if len(asked.pointer) == _OF_A_PARAMETER and asked.pointer[0] == "Parameters":
            return f"parameter {asked.pointer[1]}"
        case other:
            written = text_of(node.stack.follower, node, _mark)
            return shortened(json.dumps(written)) if written and not _is_open(written) else reason_of(other)


def _mark(part: Resolution) -> str:
    """A part that only a deployment knows, as `Fn::Sub` would write it."""
    match part:
        case Attribute(resource, name):
            return f"${{{resource.logical_id}{'' if name == 'Ref' else f'.{name}'}}}"
        case Unresolved(asked) if len(asked.pointer) == _OF_A_PARAMETER and asked.pointer[0] == "Parameters":
            return f"${{{asked.pointer[1]}}}"
    return _OPEN


def _is_open(text: str) -> bool:
    """Whether nothing of a text is known."""
    return not text.replace(_OPEN, "").strip()


def step(node: Node) -> str:
    """A value in a step from one to another: text without its quotes."""
    return shown(node).strip('"')


def old_place(node: Node | Resource) -> Place:
    """A place of the previous assembly."""
    return before(place_of(node))


def before(place: Place) -> Place:
    """A place, as one of the previous assembly."""
    return Place(f"{PREVIOUS}{place.template}", place.pointer)


def place_of(node: Node | Resource) -> Place:
    """Where something stands; of what is absent, the resource that could hold it."""
    if getattr(node, "raw", None) == _NO_VALUE and len(node.pointer) > 1:
        place = node.place
        return Place(place.template, "/".join(place.pointer.split("/")[:3]))
    return node.place


def name_of(resource: Resource) -> str:
    """The construct path, else stack and logical id."""
    return construct_path(resource) or f"{resource.stack.id}/{resource.logical_id}"


def word_of(resource: Resource) -> str:
    """What a resource is, in one or two words."""
    return WORDS.get(resource.type, resource.type.rpartition("::")[2])


def chain(verdict: Verdict, depth: int = 0) -> Iterator[Step]:
    """The proof of a fate: each cause with its place before and after, and what is behind it first."""
    word = word_of(verdict.resource)
    for cause in verdict.causes[:3]:
        yield from steps_of(word, cause, depth, deeper=depth < 5)  # noqa: PLR2004
    if not verdict.causes and verdict.old and verdict.fate in (Fate.DELETED, Fate.LEFT):
        yield Step(depth, word, f"{verdict.old.logical_id} is in PREVIOUS", old_place(verdict.old))


def steps_of(word: str, cause: Cause, depth: int = 0, *, deeper: bool = True) -> Iterator[Step]:
    """One cause: what is behind it, then the property before and after."""
    behind = cause.behind
    if behind and deeper and behind.fate is Fate.REPLACED:
        steps = list(chain(behind, depth))
        yield from steps
        depth = steps[-1].depth + 1 if steps else depth
        what = f"{cause.path} is {shown(cause.new)}, which is replaced: it changes"
        yield Step(depth, word, what, place_of(cause.new))
        return
    yield Step(depth, "before", f"{cause.path} is {shown(cause.old)}", old_place(cause.old))
    yield Step(depth + 1, "after", f"{cause.path} is {shown(cause.new)}", place_of(cause.new))


def in_words(names: list[str]) -> str:
    """A list of names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plain(raw: Any) -> str:
    return json.dumps(raw, ensure_ascii=False)


WORDS = {
    "Custom::AWSCDK-EKS-Cluster": "cluster",
    "AWS::EKS::Cluster": "cluster",
    "AWS::EKS::Nodegroup": "node group",
    "AWS::EKS::FargateProfile": "Fargate profile",
    "Custom::AWSCDK-EKS-FargateProfile": "Fargate profile",
    "AWS::EKS::Addon": "add-on",
    "AWS::EKS::Capability": "capability",
    "AWS::EKS::AccessEntry": "access entry",
    "AWS::EKS::PodIdentityAssociation": "pod identity",
    "AWS::IAM::OIDCProvider": "OIDC provider",
    "Custom::AWSCDKOpenIdConnectProvider": "OIDC provider",
    "Custom::AWSCDK-EKS-KubernetesResource": "manifest",
    "Custom::AWSCDK-EKS-HelmChart": "chart",
    "Custom::AWSCDK-EKS-KubernetesPatch": "patch",
    "AWS::IAM::Role": "role",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::VPC": "VPC",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::LaunchTemplate": "launch template",
    "AWS::KMS::Key": "key",
    "AWS::Lambda::Function": "function",
}
