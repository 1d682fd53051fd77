"""Templates that a template hands on: to stack sets, Service Catalog products and serverless applications.

They are deployed with parameters, into accounts and regions that nothing here tells, so each is a stack of its own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eks_guard.assembly.documents import Document
from eks_guard.assembly.following.conditions import decide
from eks_guard.assembly.metadata import Metadata
from eks_guard.assembly.stack import Environment, Stack
from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Node, Resource

STACK_SET = "AWS::CloudFormation::StackSet"
PRODUCT = "AWS::ServiceCatalog::CloudFormationProduct"
APPLICATION = "AWS::Serverless::Application"
PROVISIONED = "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
TYPES = (STACK_SET, PRODUCT, APPLICATION, PROVISIONED)
MAX_DEPTH = 8
"""Templates inside of each other that are followed."""
_HASH = regex(r"[0-9a-f]{64}")


def add_embedded(assembly: CloudAssembly) -> None:
    """Add the templates that others hand on as stacks; one that is not here is noted as not judged."""
    depth = 0
    seen: set[str] = set()
    while True:
        found = [r for r in assembly.resources(*TYPES) if f"{r.stack.id}\0{r.logical_id}" not in seen]
        if not found:
            return
        seen |= {f"{r.stack.id}\0{r.logical_id}" for r in found}
        depth += 1
        for resource in found:
            if depth > MAX_DEPTH:
                _miss(assembly, resource, f"templates inside templates are followed only {MAX_DEPTH} levels deep")
            else:
                _add(assembly, resource)


def _add(assembly: CloudAssembly, resource: Resource) -> None:
    nodes = [node for named in _templates(resource) for node in _branches(named)]
    if not nodes:
        _miss(assembly, resource, f"the template that this {resource.type} deploys is not in the assembly")
    for index, node in enumerate(nodes):
        try:
            document = _document(assembly, node)
        except TemplateError as error:
            _miss(assembly, resource, str(error))
            continue
        if document is None:
            _miss(assembly, resource, "its template is not in the assembly; check it separately")
        else:
            name = f"{resource.stack.id}/{resource.logical_id}" + (f"#{index}" if index else "")
            assembly.stacks.append(_stack(assembly, resource, name, document))


def _templates(resource: Resource) -> Iterator[Node]:
    """Where a resource names its templates, or holds one."""
    found = resource.properties
    if not isinstance(found.raw, dict):
        return
    for key in ("TemplateBody", "TemplateURL", "Location") if resource.type != PRODUCT else ():
        if key in found.raw:
            yield found.child(key, found.raw[key])
    artifacts = found.raw.get("ProvisioningArtifactParameters")
    for index, row in enumerate(artifacts if isinstance(artifacts, list) else ()):
        info = row.get("Info") if isinstance(row, dict) else None
        at = found.child("ProvisioningArtifactParameters", artifacts).child(index, row).child("Info", info)
        url = info.get("LoadTemplateFromURL") if isinstance(info, dict) else None
        yield at.child("LoadTemplateFromURL", url)


def _branches(node: Node) -> Iterator[Node]:
    """What a node may be by the conditions that choose it: those that are decided leave one branch."""
    pending = [node]
    while pending:
        node = pending.pop()
        match node.raw:
            case {"Fn::If": [str(condition), then, otherwise] as asked}:
                decided = decide(node.stack.follower, node.stack, condition)
                below = node.child("Fn::If", asked)
                pending += [below.child(2, otherwise)] if decided is not True else []
                pending += [below.child(1, then)] if decided is not False else []
            case {"Ref": "AWS::NoValue"}:
                continue
            case _:
                yield node


def _document(assembly: CloudAssembly, node: Node) -> Document | None:
    """The template: text that stands in the template, or a file of this folder; None where a part decides which."""
    if "TemplateBody" in node.pointer:
        return _inline(assembly, node)
    raw, directory = node.raw, node.stack.assets.directory
    names = [raw] if isinstance(raw, str) and "://" not in raw else []
    written = json.dumps(raw)
    digests = _HASH.findall(written)
    if "Fn::If" in written or ("Fn::Select" in written and len(set(digests)) > 1):
        return None
    for digest in reversed(digests):
        told = node.stack.assets.path(digest)
        names += [told] if told else []
        names += [f"asset.{digest}.json", f"{digest}.json", f"{digest}.template.json", f"asset.{digest}.yaml"]
    return next((found for name in names if (found := assembly.existing(directory, name))), None)


def _inline(assembly: CloudAssembly, node: Node) -> Document | None:
    text = node.raw if isinstance(node.raw, str) else node.text()
    if text is None:
        return None
    outer = node.stack.document
    assembly.root.budget.read(len(text))
    inner = Document(f"{outer.name}#{node.pointer[1]}", content=text.encode("utf-8", "surrogatepass"))
    inner.within = (outer, node.place.pointer)
    return inner


def _stack(assembly: CloudAssembly, resource: Resource, name: str, document: Document) -> Stack:
    above = resource.stack
    return Stack(
        id=name,
        name=None,
        stage=above.stage,
        environment=assembly.given.environment(Environment(), name),
        document=document,
        assets=above.assets,
        metadata=Metadata(),
        follower=assembly.follower,
    )


def _miss(assembly: CloudAssembly, resource: Resource, why: str) -> None:
    assembly.miss(NotJudged(resource.logical_id, resource.place.template, f"{resource.type}: {why}"))
