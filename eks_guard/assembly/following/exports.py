"""What one stack hands to another: exports, outputs, and values for other regions.

Names are not unique in an app: stages repeat stack names and exports, and so do regions. A reference stays inside its
stage where that has an answer, and an export inside its account and region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.exported import UNDECIDED, Exports
from eks_guard.assembly.following.resolution import Literal, Unresolved, reason_of
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.protocol import Assembly, Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Stack


def follow_import(follow: Follow, node: Node, name: Any, hops: int) -> Resolution:
    """Return what `Fn::ImportValue: name` at this node leads to."""
    named = follow.follow(Node(node.stack, (*node.pointer, "Fn::ImportValue"), name), hops + 1)
    if not (isinstance(named, Literal) and isinstance(named.node.raw, str)):
        return Unresolved(node, f"imports a value under a name that is not decided: {reason_of(named)}")
    key = (node.stack, named.node.raw)
    if key not in follow.memory.exports:
        follow.memory.exports[key] = _find_export(follow, node.stack, named.node.raw)
    found = follow.memory.exports[key]
    return Unresolved(node, found) if isinstance(found, str) else follow.follow(found, hops + 1)


def follow_stack_output(follow: Follow, node: Node, arguments: dict[str, Any], hops: int) -> Resolution:
    """Return what `Fn::GetStackOutput` leads to, which CDK writes for weak cross-stack references since 2.253."""
    read: dict[str, str | None] = {}
    for key in ("StackName", "OutputName"):
        at = Node(node.stack, (*node.pointer, "Fn::GetStackOutput", key), arguments.get(key))
        found = follow.follow(at, hops + 1)
        read[key] = found.node.raw if isinstance(found, Literal) and isinstance(found.node.raw, str) else None
    if read["StackName"] is None or read["OutputName"] is None:
        return Unresolved(node, "reads an output of a stack whose name is decided when the stack is deployed")
    own = {"Ref": "AWS::Region"}
    where = Node(node.stack, (*node.pointer, "Fn::GetStackOutput", "Region"), arguments.get("Region", own))
    region = _region(follow, where, hops)
    if region == UNDECIDED:
        return Unresolved(node, f"reads an output of stack {read['StackName']} in a region that is not decided")
    output = _find_output(follow.assembly, node.stack, read["StackName"], read["OutputName"], region)
    return Unresolved(node, output) if isinstance(output, str) else follow.follow(output, hops + 1)


def _region(follow: Follow, node: Node, hops: int) -> str | None:
    """Return the region that a node names: None for that of a stack whose own is not decided."""
    match follow.follow(node, hops + 1):
        case Literal(Node(raw=str(region))):
            return region
        case Unresolved(Node(raw={"Ref": "AWS::Region"})):
            return None
    return UNDECIDED


def _find_export(follow: Follow, importer: Stack, name: str) -> Node | str:
    """The value that is exported to a stack under a name, or why there is none to be found."""
    if follow.memory.exported is None:
        follow.memory.exported = Exports(follow)
    found = [node for node in follow.memory.exported.of(importer.environment, name) if node.stack is not importer.root]
    found = [output for output in found if output.stack.stage == importer.stage] or found
    if len(found) == 1:
        return found[0]
    if not found:
        return f"imports {name!r}, which no stack of this app exports for the same account and region"
    return f"imports {name!r}, which several stacks export: {', '.join(sorted(output.stack.id for output in found))}"


def _find_output(assembly: Assembly, reader: Stack, stack_name: str, output: str, region: str | None) -> Node | str:
    """The output of the stack of that name in a region, or why there is none to be found."""
    holders = [s for s in assembly.stacks if s.name == stack_name and region == s.environment.region]
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
    return f"reads output {output} of stack {stack_name}, which {many} in that region"


def stacks_that_write(assembly: Assembly, reader: Stack, key: str) -> Iterator[Stack]:
    """The stacks of the reader's stage whose template mentions a key for another region."""
    for stack in assembly.stacks:
        try:
            if stack.stage == reader.stage and stack.document.mentions(key):
                stack.resources  # noqa: B018 (parsed here, so that a broken template is met here)
                yield stack
        except TemplateError as error:
            assembly.add_problem(str(error))
