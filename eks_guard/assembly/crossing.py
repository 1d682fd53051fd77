"""What one stack hands to another: exports, outputs, and values for other regions.

Names are not unique in an app: stages repeat stack names and exports, and so do regions. A reference stays inside its
stage where that has an answer, and an export inside its account and region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.stack import Node
from eks_guard.assembly.texts import text_of
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Stack

UNDECIDED = "\0"
"""A region that only the deployment knows; no stack has it."""


def find_export(references: References, importer: Stack, name: str) -> Node | str:
    """The value that is exported to a stack under a name, or why there is none to be found."""
    stacks = references.assembly.stacks
    exporters = (s for s in stacks if s is not importer.root and s.environment == importer.environment)
    found = [output for stack in exporters for output in _exports_of(references, stack, name)]
    found = [output for output in found if output.stack.stage == importer.stage] or found
    if len(found) == 1:
        return found[0]
    if not found:
        return f"imports {name!r}, which no stack of this app exports for the same account and region"
    return f"imports {name!r}, which several stacks export: {', '.join(sorted(output.stack.id for output in found))}"


def _exports_of(references: References, stack: Stack, name: str) -> Iterator[Node]:
    try:
        document = stack.document
        if not document.mentions("Export") or not (document.mentions(name) or document.mentions("AWS::StackName")):
            return
        outputs = stack.section("Outputs")
    except TemplateError as error:
        references.assembly.add_problem(str(error))
        return
    for key, output in outputs.items():
        if isinstance(output, dict) and "Value" in output and isinstance(output.get("Export"), dict):
            named = Node(stack, ("Outputs", key, "Export", "Name"), output["Export"].get("Name"))
            if text_of(references, named, lambda _: UNDECIDED) == name:
                yield Node(stack, ("Outputs", key, "Value"), output["Value"])


def find_output(assembly: CloudAssembly, reader: Stack, stack_name: str, output: str, region: str | None) -> Node | str:
    """The output of a stack of that name, in a region if one is given, or why there is none to be found."""
    holders = [s for s in assembly.stacks if s.name == stack_name and region in (None, s.environment.region)]
    holders = [stack for stack in holders if stack.stage == reader.stage] or holders
    found: list[Node] = []
    for stack in holders:
        try:
            written = stack.section("Outputs").get(output)
        except TemplateError as error:
            return str(error)
        if isinstance(written, dict) and "Value" in written:
            found.append(Node(stack, ("Outputs", output, "Value"), written["Value"]))
    if len(found) == 1:
        return found[0]
    many = "several stacks of this app have" if found else "no stack of this app has"
    return f"reads output {output} of stack {stack_name}, which {many}"


def stacks_that_write(assembly: CloudAssembly, reader: Stack, key: str) -> Iterator[Stack]:
    """The stacks of the reader's stage whose template mentions a key for another region."""
    for stack in assembly.stacks:
        try:
            if stack.stage == reader.stage and stack.document.mentions(key):
                stack.resources  # noqa: B018 (parsed here, so that a broken template is met here)
                yield stack
        except TemplateError as error:
            assembly.add_problem(str(error))
