"""Follows a value through parameters, nested stacks, outputs, imports and intrinsics to what decides it.

What comes out is a `Resolution`. Nothing is guessed, nothing is raised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly import intrinsics
from eks_guard.assembly.crossing import UNDECIDED, find_export, find_output, stacks_that_write
from eks_guard.assembly.resolution import MAX_HOPS, Absent, Attribute, Choice, Literal, Unresolved, endless, reason_of
from eks_guard.assembly.stack import Node, Stack
from eks_guard.assembly.texts import MAX_TEXT, TEXTS, as_text, parts_of
from eks_guard.errors import TemplateError
from eks_guard.model.value import MAX_CANDIDATES

if TYPE_CHECKING:
    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource

EXPORT_READER = "Custom::CrossRegionExportReader"
EXPORT_WRITER = "Custom::CrossRegionExportWriter"


class References:
    """Follows the references of one assembly. Holds nothing but what it has already found."""

    def __init__(self, assembly: CloudAssembly) -> None:
        self.assembly = assembly
        self._exports: dict[tuple[Stack, str], Node | str] = {}
        self._parameters: dict[tuple[Stack, str], Resolution] = {}

    def dig(self, node: Node, *keys: str | int, hops: int = 0) -> Resolution:
        """Follow a node, then go down by keys, following what stands at each."""
        found = self.follow(node, hops)
        for key in keys:
            found = self._down(found, key, hops)
        return found

    def follow(self, node: Node, hops: int = 0) -> Resolution:
        """What a node leads to. Raises LimitError if the whole audit has followed too many."""
        self.assembly.root.budget.step()
        if hops > MAX_HOPS:
            return endless(node)
        if not isinstance(node.raw, dict) or len(node.raw) != 1:
            return Literal(node)
        match node.raw:
            case {"Ref": str(name)}:
                return self._ref(node, name, hops)
            case {"Fn::GetAtt": target}:
                return self._get_att(node, target, hops)
            case {"Fn::ImportValue": name}:
                return self._import(node, name, hops)
            case {"Fn::GetStackOutput": dict(arguments)}:
                return self._stack_output(node, arguments, hops)
            case {"Fn::If": [str(condition), _, _]}:
                return self._if(node, condition, hops)
        return self._function(node, str(next(iter(node.raw))), hops)

    def _down(self, found: Resolution, key: str | int, hops: int) -> Resolution:
        match found:
            case Literal(node):
                raw = node.raw
                if isinstance(raw, dict) and key in raw:
                    return self.follow(node.child(key, raw[key]), hops + 1)
                if isinstance(raw, list) and isinstance(key, int) and key < len(raw):
                    return self.follow(node.child(key, raw[key]), hops + 1)
                if raw is None or isinstance(raw, dict | list):
                    return Absent(node)
                return Unresolved(node, f"found {raw!r}, expected an object with {key!r}")
            case Choice(node, reason, branches):
                return Choice(node, reason, tuple((when, self._down(branch, key, hops)) for when, branch in branches))
            case Attribute(resource, name):
                return Unresolved(
                    resource.properties, f"{name} of {resource.logical_id} is known only after deployment"
                )
        return found

    def _ref(self, node: Node, name: str, hops: int) -> Resolution:
        if name == "AWS::NoValue":
            return Absent(node)
        if name.startswith("AWS::"):
            value = intrinsics.pseudo_parameter(name, node.stack)
            reason = f"{name} is decided when the stack is deployed"
            return Unresolved(node, reason) if value is None else Literal(Node(node.stack, node.pointer, value))
        try:
            parameter = node.stack.section("Parameters").get(name)
            resource = node.stack.resources.get(name)
        except TemplateError as error:
            return Unresolved(node, str(error))
        if isinstance(parameter, dict):
            key = (node.stack, name)
            if key not in self._parameters:
                self._parameters[key] = self._parameter(node, name, parameter, hops)
            return self._parameters[key]
        if resource:
            return Attribute(resource, "Ref")
        return Unresolved(node, f"refers to {name}, which {node.stack.document.name} does not hold")

    def _parameter(self, node: Node, name: str, parameter: dict[str, Any], hops: int) -> Resolution:
        """A parameter's value: what the parent passes, or what its declaration leaves open."""
        declared = Node(node.stack, ("Parameters", name), parameter)
        if node.stack.parent:
            passed = self.dig(node.stack.parent.properties, "Parameters", hops=hops + 1)
            if isinstance(passed, Literal) and isinstance(passed.node.raw, dict) and name in passed.node.raw:
                return self.follow(passed.node.child(name, passed.node.raw[name]), hops + 1)
            if "Default" in parameter:
                return Literal(declared.child("Default", parameter["Default"]))
            return Unresolved(declared, f"parameter {name} of the nested stack is not passed by its parent")
        return _open_parameter(declared, name, parameter)

    def _get_att(self, node: Node, target: Any, hops: int) -> Resolution:
        if isinstance(target, str):
            target = target.split(".", 1)
        match target:
            case [str(logical_id), str(attribute)]:
                pass
            case [str(logical_id), dict(computed)]:
                found = self.follow(Node(node.stack, (*node.pointer, "Fn::GetAtt", 1), computed), hops + 1)
                if not (isinstance(found, Literal) and isinstance(found.node.raw, str)):
                    return Unresolved(node, f"the name of an attribute of {logical_id} is not decided")
                attribute = found.node.raw
            case _:
                return Unresolved(node, "Fn::GetAtt is not written as CloudFormation expects")
        try:
            resource = node.stack.resources.get(logical_id)
        except TemplateError as error:
            return Unresolved(node, str(error))
        if resource is None:
            return Unresolved(node, f"refers to {logical_id}, which {node.stack.document.name} does not hold")
        if attribute.startswith("Outputs.") and resource.type == "AWS::CloudFormation::Stack":
            return self._nested_output(node, resource, attribute, hops)
        if resource.type == EXPORT_READER:
            return self._cross_region(node, attribute, hops)
        return Attribute(resource, attribute)

    def _nested_output(self, node: Node, resource: Resource, attribute: str, hops: int) -> Resolution:
        stack = self.assembly.nested(resource)
        if not isinstance(stack, Stack):
            return Attribute(resource, attribute)
        name = attribute.removeprefix("Outputs.")
        try:
            output = stack.section("Outputs").get(name)
        except TemplateError as error:
            return Unresolved(node, str(error))
        if isinstance(output, dict) and "Value" in output:
            return self.follow(Node(stack, ("Outputs", name, "Value"), output["Value"]), hops + 1)
        return Unresolved(node, f"nested stack {resource.logical_id} has no output {name}")

    def _import(self, node: Node, name: Any, hops: int) -> Resolution:
        named = self.follow(Node(node.stack, (*node.pointer, "Fn::ImportValue"), name), hops + 1)
        if not (isinstance(named, Literal) and isinstance(named.node.raw, str)):
            return Unresolved(node, f"imports a value under a name that is not decided: {reason_of(named)}")
        key = (node.stack, named.node.raw)
        if key not in self._exports:
            self._exports[key] = find_export(self, node.stack, named.node.raw)
        found = self._exports[key]
        return Unresolved(node, found) if isinstance(found, str) else self.follow(found, hops + 1)

    def _stack_output(self, node: Node, arguments: dict[str, Any], hops: int) -> Resolution:
        """`Fn::GetStackOutput`, which CDK writes for weak cross-stack references since 2.253."""
        read: dict[str, str | None] = {}
        for key in ("StackName", "Region", "OutputName"):
            found = self.follow(
                Node(node.stack, (*node.pointer, "Fn::GetStackOutput", key), arguments.get(key)), hops + 1
            )
            read[key] = found.node.raw if isinstance(found, Literal) and isinstance(found.node.raw, str) else None
        if read["StackName"] is None or read["OutputName"] is None:
            return Unresolved(node, "reads an output of a stack whose name is decided when the stack is deployed")
        region = None if "Region" not in arguments else read["Region"] or UNDECIDED
        output = find_output(self.assembly, node.stack, read["StackName"], read["OutputName"], region)
        return Unresolved(node, output) if isinstance(output, str) else self.follow(output, hops + 1)

    def _cross_region(self, node: Node, key: str, hops: int) -> Resolution:
        """A value that a `Custom::CrossRegionExportWriter` of another stack hands over."""
        for stack in stacks_that_write(self.assembly, node.stack, key):
            for writer in stack.of_type(EXPORT_WRITER):
                exports = self.dig(writer.properties, "WriterProps", "exports", hops=hops + 1)
                if isinstance(exports, Literal) and isinstance(exports.node.raw, dict) and key in exports.node.raw:
                    return self.follow(exports.node.child(key, exports.node.raw[key]), hops + 1)
        return Unresolved(node, f"reads {key} from another region, which no stack of this app writes")

    def _if(self, node: Node, condition: str, hops: int) -> Resolution:
        conditions = Node(node.stack, ("Conditions",), None)
        decided = intrinsics.decide(condition, conditions, self)
        _, then, otherwise = node.raw["Fn::If"]
        inside = node.child("Fn::If", None)
        if decided is True:
            return self.follow(inside.child(1, then), hops + 1)
        if decided is False:
            return self.follow(inside.child(2, otherwise), hops + 1)
        branches = (
            (((condition, "true"),), self.follow(inside.child(1, then), hops + 1)),
            (((condition, "false"),), self.follow(inside.child(2, otherwise), hops + 1)),
        )
        return Choice(node, f"depends on the condition {condition}", branches)

    def _function(self, node: Node, name: str, hops: int) -> Resolution:
        """An intrinsic that computes: decided as soon as what it needs is."""
        if name in TEXTS:
            pieces = list(parts_of(self, node, hops))
            blank = next((piece for piece in pieces if not isinstance(piece, str)), None)
            if blank is not None:
                return Unresolved(node, reason_of(blank))
            if sum(len(str(piece)) for piece in pieces) > MAX_TEXT:
                return Unresolved(node, f"makes a text of more than {MAX_TEXT} characters")
            return Literal(Node(node.stack, node.pointer, "".join(str(piece) for piece in pieces)))
        if name not in intrinsics.COMPUTED:
            decided_later = name.startswith("Fn::")
            return Unresolved(node, f"{name} is decided when the stack is deployed") if decided_later else Literal(node)
        arguments = self._arguments(node.child(name, node.raw[name]), hops + 1)
        if isinstance(arguments, Unresolved):
            return self._any_row(node, hops) if name == "Fn::FindInMap" else arguments
        try:
            result = intrinsics.COMPUTED[name](arguments, node.stack)
        except (LookupError, ValueError, TypeError, AttributeError, OverflowError):
            return Unresolved(node, f"{name} is not written as CloudFormation expects, or finds nothing")
        return self.follow(Node(node.stack, node.pointer, result), hops + 1)

    def _any_row(self, node: Node, hops: int) -> Resolution:
        """A look-up in a mapping by a key that is open: one of its rows."""
        reason = "looks up a mapping by a key that is decided when the stack is deployed"
        match node.raw["Fn::FindInMap"]:
            case [str(name), _, str(column)]:
                rows = node.stack.section("Mappings").get(name)
            case _:
                return Unresolved(node, reason)
        if not isinstance(rows, dict) or not all(isinstance(row, dict) and column in row for row in rows.values()):
            return Unresolved(node, reason)
        mapping = Node(node.stack, ("Mappings", name), rows)
        return Choice(
            node,
            reason,
            tuple(
                (
                    ((f"the key of {name}", key),),
                    self.follow(mapping.child(key, row).child(column, row[column]), hops + 1),
                )
                for key, row in rows.items()
            ),
        )

    def _arguments(self, node: Node, hops: int) -> Any:
        """The arguments of an intrinsic, with every inner intrinsic computed; Unresolved if one cannot be."""
        found = self.follow(node, hops)
        if not isinstance(found, Literal):
            return found if isinstance(found, Unresolved) else Unresolved(node, reason_of(found))
        if not isinstance(found.node.raw, list):
            return found.node.raw
        computed = []
        for index, item in enumerate(found.node.raw):
            value = self._arguments(found.node.child(index, item), hops + 1)
            if isinstance(value, Unresolved):
                return value
            computed.append(value)
        return computed


def _open_parameter(node: Node, name: str, parameter: dict[str, Any]) -> Resolution:
    """A parameter of a stack that is deployed on its own: whoever deploys it decides."""
    kind = str(parameter.get("Type", ""))
    default = parameter.get("Default")
    if kind.startswith("AWS::SSM::Parameter::Value"):
        return Unresolved(node, f"parameter {name} is read from SSM parameter {default!r} when the stack is deployed")
    reason = f"parameter {name} is set when the stack is deployed"
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list) and 0 < len(allowed) <= MAX_CANDIDATES:
        branches = tuple(
            (
                ((name, as_text(value)),),
                Literal(node.child("AllowedValues", allowed).child(index, value)),
            )
            for index, value in enumerate(allowed)
        )
        return Choice(node, reason, branches)
    if default is None:
        return Unresolved(node, f"{reason}, it has no default")
    return Unresolved(node, f"{reason}, its default is {default!r}")
