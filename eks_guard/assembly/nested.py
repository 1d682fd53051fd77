"""Which template a nested stack deploys: by asset metadata, by hash, by name, or by what it takes and gives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.constructs import resource_path
from eks_guard.assembly.following.resolution import Literal
from eks_guard.assembly.metadata import TEMPLATE_FILE
from eks_guard.assembly.stack import NESTED_STACK, Stack
from eks_guard.errors import TemplateError
from eks_guard.matching import regex
from eks_guard.model.not_judged import NotJudged
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.documents import Document
    from eks_guard.assembly.following.protocol import Assembly
    from eks_guard.assembly.stack import Resource

_HASH = regex(r"[0-9a-f]{64}")
_OBJECT = regex(r"^[^?#]*(?<![0-9a-f])([0-9a-f]{64})(?:\.[\w.-]*)?$")
"""The name of an object that CDK made, behind a prefix of the user's, as in `team-8a2b….json`."""
_UNSAFE = regex(r"[^A-Za-z0-9]")
_OPEN = "\0"
MAX_NESTING = 32
"""Nested stacks deeper than this are not followed."""


class NestedStacks:
    """The nested stacks found so far; each is looked for once."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._found: dict[Resource, Stack | Unknown[Stack]] = {}

    def find(self, resource: Resource) -> Stack | Unknown[Stack]:
        """The stack that an `AWS::CloudFormation::Stack` resource deploys, unknown if its template is not here."""
        if resource not in self._found:
            self._found[resource] = self._look(resource)
        return self._found[resource]

    def met(self) -> list[Stack]:
        """The nested stacks that were looked for and are here."""
        return [stack for stack in self._found.values() if isinstance(stack, Stack)]

    def never_deployed(self, stacks: Iterable[Stack]) -> set[str]:
        """The names of the templates of nested stacks whose conditions never hold, and of all that those deploy."""
        names: set[str] = set()
        declared = [nested for stack in stacks for nested in _declared(stack)]
        pending = [nested for nested in declared if nested.logical_id not in nested.stack.resources]
        for resource in pending:  # which grows
            document = self._named(resource)
            if document and document.name not in names:
                names.add(document.name)
                pending += _declared(_stack(resource, document))
        return names

    def _named(self, resource: Resource) -> Document | None:
        """The template that the assembly names for a nested stack, if it is here."""
        directory = resource.stack.assets.directory
        return next(filter(None, (self._assembly.existing(directory, name) for name in self._names(resource))), None)

    def _look(self, resource: Resource) -> Stack | Unknown[Stack]:
        self._assembly.root.budget.nest()
        if _depth(resource.stack) >= MAX_NESTING:
            reason = f"{resource.logical_id}: nested stacks deeper than {MAX_NESTING} are not followed"
            self._assembly.add_problem(f"{resource.place.template}: {reason}")
            return Unknown(reason, resource.place)
        try:
            return self._deployed(resource)
        except TemplateError as error:
            self._assembly.add_problem(str(error))
            return Unknown(str(error), resource.place)

    def _deployed(self, resource: Resource) -> Stack | Unknown[Stack]:
        named: list[str] = []
        for name in self._names(resource):
            named.append(name)
            document = self._assembly.existing(resource.stack.assets.directory, name)
            if document and any(document is stack.document for stack in _with_all_above(resource.stack)):
                return Unknown(
                    f"nested stack {resource.logical_id} deploys a template that contains it", resource.place
                )
            if document:
                return _stack(resource, document)
        document = self._by_interface(resource)
        if document:
            why = f"the assembly does not name its template; {document.name} was read because it looks like it"
            self._assembly.miss(NotJudged(resource.logical_id, resource.place.template, why))
            return _stack(resource, document)
        wanted = named.pop() if self._assembly.version is None else None
        address = _template_url(resource).strip(_OPEN).replace(_OPEN, "…")
        what = " ".join(["its template", *(named[:1] or filter(None, [address])), "is not in the assembly"])
        reason = f"{what}, so the content of nested stack {resource.logical_id} is unknown"
        if wanted:
            what = f"{what}; save it in its folder as {wanted} to have it judged"
        self._assembly.miss(NotJudged(resource.logical_id, resource.place.template, what))
        return Unknown(reason, resource.place)

    def _names(self, resource: Resource) -> Iterator[str]:
        """The file names that the assembly gives for the template, the surest first.

        CloudFormation deploys what the URL names, whatever the metadata says beside it.
        """
        url = _template_url(resource)
        digests = _digests(resource, url)
        for digest in digests:
            path = resource.stack.assets.path(digest)
            if path:
                yield path
        for noted in _noted(resource):
            is_lost = not self._assembly.existing(resource.stack.assets.directory, noted)
            if is_lost or (not digests and _may_be_here(url)):  # the name of what is lost tells more than its URL
                yield noted
        if url and "://" not in url and _OPEN not in url:
            yield url
        if self._assembly.version is None:  # deployed templates, as `aws cloudformation get-template` gives them
            yield f"{resource.stack.id}/{resource.logical_id}.template.json"

    def _by_interface(self, resource: Resource) -> Document | None:
        """The one unclaimed nested template in the folder that takes what the parent passes and gives what it reads.

        Some teams keep templates whose hashes no manifest knows any more; parameters and outputs carry
        CDK's unique ids, so they identify the template. Without any, CDK's file naming has to.
        """
        interface = _Interface(resource)
        documents = self._assembly.nested_template_documents(resource.stack.assets.directory)
        fitting = [document for document in documents if interface.identifies and interface.fits(document)]
        if len(fitting) == 1:
            return fitting[0]
        by_name = re.compile(re.escape(_file_prefix(resource)) + r"[0-9A-F]{8}\.nested\.template\.")
        named = [document for document in documents if by_name.match(document.name.rpartition("/")[2])]
        if len(named) != 1 or not interface.gives_what_is_read(named[0]):
            return None
        if not interface.fits(named[0]):
            self._assembly.notes.append(
                f"{named[0].name} does not declare the parameters that its parent passes: it is from another "
                "synth, so results may not match"
            )
        return named[0]


class _Interface:
    """What a parent passes to a nested stack, and which outputs it reads from it."""

    def __init__(self, resource: Resource) -> None:
        found = resource.properties.dig("Parameters")
        passed = found.node.raw if isinstance(found, Literal) else None
        self.passed = set(passed) if isinstance(passed, dict) else set()
        self.read = set(_outputs_read(resource.stack.body, resource.logical_id))
        self.identifies = bool(self.passed or self.read)

    def fits(self, document: Document) -> bool:
        """Whether CloudFormation would accept this template here."""
        parameters = _section(document, "Parameters")
        required = {name for name, body in parameters.items() if not (isinstance(body, dict) and "Default" in body)}
        return required <= self.passed <= set(parameters) and self.gives_what_is_read(document)

    def gives_what_is_read(self, document: Document) -> bool:
        """Whether the template has every output that the parent reads."""
        return self.read <= set(_section(document, "Outputs"))


def _template_url(resource: Resource) -> str:
    """The URL of a nested template, with a mark for each part that is open."""
    raw = resource.properties.raw.get("TemplateURL") if isinstance(resource.properties.raw, dict) else None
    return resource.properties.child("TemplateURL", raw).text_with(lambda _: _OPEN) or ""


def _noted(resource: Resource) -> Iterator[str]:
    """The files that metadata names: that of the resource, and that of the stack for its construct."""
    noted = resource.metadata.get("aws:asset:path")
    if resource.metadata.get("aws:asset:property") == "TemplateURL" and isinstance(noted, str):
        yield noted
    above = (resource_path(resource) or "").rsplit(".NestedStack/", 1)[0]
    for path, data in resource.stack.root.metadata.of_type(TEMPLATE_FILE):
        if path == above and isinstance(data, str):
            yield data


def _may_be_here(url: str) -> bool:
    """Whether a URL leaves open where it leads, or is a path that the deploy tool replaces."""
    return _OPEN in url or "://" not in url


def _digests(resource: Resource, url: str) -> list[str]:
    """The hash that names the object of a URL; else the one that all parameters of its asset have in their names."""
    if url and _OPEN not in url.rpartition("/")[2]:
        return _OBJECT.findall(url)
    named = set(_HASH.findall(json.dumps(resource.properties.raw.get("TemplateURL")))) if url else set()
    return list(named) if len(named) == 1 else []


def _section(document: Document, name: str) -> dict[str, Any]:
    try:
        data = document.data
    except TemplateError:
        return {}
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _outputs_read(node: Any, logical_id: str) -> Iterator[str]:
    """The outputs of a nested stack that a template reads with `Fn::GetAtt: [id, Outputs.X]`."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            match node.get("Fn::GetAtt"):
                case [str(target), str(attribute)] if target == logical_id and attribute.startswith("Outputs."):
                    yield attribute.removeprefix("Outputs.")
            pending.extend(node.values())


def _file_prefix(resource: Resource) -> str:
    """How CDK begins the file name: the ids of the stacks and of the nested construct, letters and digits only."""
    stem = resource.logical_id.partition("NestedStack")[0]
    above = "" if resource.stack.parent is None else _file_prefix(resource.stack.parent)
    return (above or _UNSAFE.sub("", resource.stack.id.rpartition("/")[2])) + stem


def _declared(stack: Stack) -> list[Resource]:
    return [resource for resource in stack.declared.values() if resource.type == NESTED_STACK]


def _depth(stack: Stack) -> int:
    return sum(1 for _ in _with_all_above(stack)) - 1


def _with_all_above(stack: Stack) -> Iterator[Stack]:
    """The stack, and those that deploy it."""
    yield stack
    while stack.parent:
        stack = stack.parent.stack
        yield stack


def _stack(resource: Resource, document: Document) -> Stack:
    above = resource.stack
    return Stack(
        id=f"{above.id}/{resource.logical_id}",
        name=above.name,
        stage=above.stage,
        environment=above.environment,
        document=document,
        assets=above.assets,
        metadata=above.metadata,
        follower=above.follower,
        parent=resource,
    )
