"""What a template may bring that is not written in it, or is written as nothing that is understood."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.documents import FAMILIES
from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.stack import Stack

FOR_EACH, TRANSFORM = "Fn::ForEach", "Fn::Transform"
CDK_TYPES = (
    *("Custom::AWSCDK-EKS-Cluster", "Custom::AWSCDK-EKS-FargateProfile", "Custom::AWSCDK-EKS-HelmChart"),
    *("Custom::AWSCDK-EKS-KubernetesResource", "Custom::AWSCDK-EKS-KubernetesPatch"),
    "Custom::AWSCDK-EKS-KubernetesObjectValue",
)
"""The custom resources of aws-eks that are understood."""
PREFIX = "Custom::AWSCDK-EKS-"
VPC_CONFIG = {"resourcesVpcConfig", "ResourcesVpcConfig"}
PROFILE = {"fargateProfileName", "FargateProfileName"}
GENERIC = "AWS::CloudFormation::CustomResource"
SHAPES = (
    ({"Manifest", "ClusterName"}, "applies a manifest to a cluster"),
    ({"Chart", "ClusterName"}, "installs a chart in a cluster"),
    ({"ChartAssetURL", "ClusterName"}, "installs a chart in a cluster"),
    ({"ApplyPatchJson", "ClusterName"}, "patches an object of a cluster"),
    ({"ObjectType", "JsonPath", "ClusterName"}, "reads an object of a cluster"),
)
"""What the properties of aws-eks's custom resources have, whatever the resource is called."""
UNTOUCHED = (
    "AWS::ApiGateway",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::StepFunctions::",
    "AWS::AppSync::",
)
"""Types into which templates include files as a matter of course, and that no judgement on EKS reads."""
MACROS = ('"Transform"', "'Transform'", "Transform:", "Transform ", "Fn::Transform", "!Transform", FOR_EACH)
ASKED = (
    *("esourcesVpcConfig", "argateProfileName", "roleArn", "ApplyPatchJson", "awseks"),
    *("createCluster", "CreateCluster", "create_cluster"),
    *('"Manifest"', "Manifest:", '"Chart"', "Chart:", "ChartAssetURL", "JsonPath"),
)
"""What custom resources ask their providers for, as far as it may be about EKS."""
TAIL = 64
_CALL = regex(r"create_?cluster(?:command)?\b", re.IGNORECASE)
_SERVICE = regex(r"\beks\b", re.IGNORECASE)
_KEY = regex(r"(?<!\w)(\w+)\\*\"\s*:")
_FOREIGN = regex(r"(?!AWS::|Custom::)\w+::(?:EKS|Kubernetes)::")
"""Types of other publishers for clusters and what runs in them, such as AWSQS::Kubernetes::Helm:
https://github.com/aws-quickstart/quickstart-kubernetes-helm-resource-provider"""


def unseen(assembly: CloudAssembly, harmless: Collection[str]) -> Iterator[NotJudged]:
    """What may bring EKS resources and cannot be judged; `harmless` are the macros of AWS that bring none."""
    for stack in assembly.reachable(may_bring):
        try:
            yield from _of_template(stack, harmless)
        except TemplateError as error:
            assembly.add_problem(str(error))


def may_bring(document: Document) -> bool:
    """Whether a template may have any of what is not seen: all others need not be parsed."""
    if document.may_have_type("::EKS::", "::Kubernetes::", "::MODULE", PREFIX) or any(
        document.mentions(word) for word in MACROS
    ):
        return True
    if document.is_yaml and document.content[-TAIL:].rstrip().endswith(b":"):  # cut off behind a key
        return True
    return document.may_have_type("Custom::", GENERIC) and any(document.mentions(word) for word in ASKED)


def _of_template(stack: Stack, harmless: Collection[str]) -> Iterator[NotJudged]:
    where = stack.document.name
    for macro in _macros(stack.body.get("Transform")):
        if macro not in harmless:
            yield NotJudged("Transform", where, f"the macro {macro} may add or change any resource when it is deployed")
    if TRANSFORM in stack.body:
        yield NotJudged(TRANSFORM, where, "includes parts of the template that are not in the assembly")
    mentions_eks = stack.document.may_have_type(*FAMILIES)
    for key in ("Parameters", "Mappings", "Conditions") if mentions_eks else ():
        if TRANSFORM in json.dumps(stack.body.get(key)):
            yield NotJudged(key, where, f"{TRANSFORM} includes values that are not in the assembly")
    written = ((TRANSFORM, (TRANSFORM, "!Transform")), (FOR_EACH, (FOR_EACH,)))
    adding = [name for name, words in written if any(map(stack.document.mentions, words))] if mentions_eks else []
    for name, body in stack.section("Resources").items():
        why = _why(name, body, adding)
        if why:
            yield NotJudged(name, where, why)


def _macros(section: Any) -> Iterator[str]:
    for entry in section if isinstance(section, list) else [] if section is None else [section]:
        name = entry.get("Name") if isinstance(entry, dict) else entry
        yield name if isinstance(name, str) else "(not written as a name)"


def _why(name: str, body: Any, adding: Sequence[str]) -> str | None:
    """Why an entry of Resources cannot be judged; None where it can. `adding` are the functions that may add to it."""
    if name.startswith(FOR_EACH):
        return "Fn::ForEach creates resources when it is deployed, and is not expanded here" if _open(body) else None
    if name == TRANSFORM:
        return "Fn::Transform adds resources that are not in the assembly"
    kind = body.get("Type") if isinstance(body, dict) else None
    if not isinstance(kind, str):
        return "its type is not written in the template"
    if kind.endswith("::MODULE"):
        return f"{kind} is a module, whose resources are not in the template"
    if _FOREIGN.match(kind):
        return f"{kind} is a third-party type, which eks-guard does not know"
    if kind == GENERIC or (kind.startswith("Custom::") and kind not in CDK_TYPES):
        return _custom(kind, body.get("Properties"))
    if adding and not kind.startswith(UNTOUCHED) and any(f'"{word}' in json.dumps(body) for word in adding):
        return f"properties of this {kind} are added or changed when it is deployed"
    return None


def _open(fragment: Any) -> bool:
    """Whether what a loop makes may be of EKS, or lead there: types that are written out, and are others, do not."""
    types = list(_types(fragment))
    return not types or any(
        not isinstance(kind, str) or "${" in kind or kind.startswith((*FAMILIES, "Custom::", "AWS::CloudFormation::"))
        for kind in types
    )


def _types(fragment: Any) -> Iterator[Any]:
    """The type of each resource that a loop makes, also in loops inside of it."""
    resources = fragment[-1] if isinstance(fragment, list) and fragment else None
    for name, body in resources.items() if isinstance(resources, dict) else ():
        if name.startswith(FOR_EACH):
            yield from _types(body)
        else:
            yield body.get("Type") if isinstance(body, dict) else None


def _custom(kind: str, properties: Any) -> str | None:
    """What a custom resource does that is none of aws-eks by its name, and is by what it asks its provider for."""
    if not isinstance(properties, dict):
        return None if kind == GENERIC else _of_aws_eks(kind)
    asked = [_words(properties.get("Config")), _words({**properties, "Create": None, "Update": None, "Delete": None})]
    if any(words & VPC_CONFIG for words in asked) or {"version", "roleArn"} <= asked[0]:
        return f"this {kind} creates a cluster as aws-eks does, but eks-guard does not know the type"
    if any(words & PROFILE for words in asked):
        return f"this {kind} creates a Fargate profile as aws-eks does, but eks-guard does not know the type"
    for keys, what in SHAPES:
        if keys <= set(properties):
            return f"this {kind} {what} as aws-eks does, but eks-guard does not know the type"
    token = json.dumps(properties.get("ServiceToken")).lower()
    if "awseks" in token or "aws-eks" in token:
        return f"this {kind} is handled by an aws-eks provider, but eks-guard does not know the type"
    text = json.dumps(properties if kind == "Custom::AWS" else [properties.get(key) for key in ("Create", "Update")])
    if _CALL.search(text) and _SERVICE.search(text):
        return "an EKS API call creates a cluster whose settings eks-guard cannot read"
    return _of_aws_eks(kind)


def _of_aws_eks(kind: str) -> str | None:
    return f"{kind} is a type of aws-eks that eks-guard does not know" if kind.startswith(PREFIX) else None


def _words(asked: Any) -> frozenset[str]:
    """The keys in what is asked of a provider, in branches, and in JSON that is written as text."""
    return frozenset(_KEY.findall(json.dumps(asked)))
