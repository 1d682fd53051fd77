"""Whether a name or property serves more than one expression, or is changed after it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.shapes import Call, Entries, Lambda, Member, Name, Parameter
from eks_guard.fix.source import Refusal, Spot, short
from eks_guard.fix.syntax import ancestors, text_of
from eks_guard.fix.uses import is_given_to_super, is_mutated, is_read, is_written, uses_name, writes

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from eks_guard.fix.project import Project
    from eks_guard.fix.syntax import Node

    Follow: TypeAlias = Callable[[Spot], Spot | Refusal]

LISTS = ("arguments", "argument_list")


def shared(project: Project, spot: Spot, text: str, scope: Node) -> Refusal | None:
    """Return why a name serves more than the expression at the spot; None if it does not."""
    if count(spot, text, scope) > 1:
        return Refusal(f"`{text}` is used by more than this cluster", spot)
    if scope.parent is None:
        others = [s for s in project.sources(text) if s.path != spot.source.path and uses_name(s, text)]
        if others:
            return Refusal(f"`{text}` is used in {others[0].path}, too", spot)
    return None


def count(spot: Spot, text: str, scope: Node) -> int:
    """Return how often a scope uses a name."""
    return sum(1 for _ in spot.source.dialect.mentions(scope, text))


def is_changed(project: Project, spot: Spot, text: str, scope: Node) -> bool:
    """Return whether something writes into the object that a name holds; of a module's, in any file."""
    if scope.parent is not None:
        return is_mutated(spot, text, scope)
    return any(is_mutated(Spot(source, source.root), text, source.root) for source in project.sources(text))


def is_lent(follow: Follow, spot: Spot, text: str, value: Node, scope: Node) -> bool:
    """Return whether an object is handed to a function that may change it."""
    if not isinstance(spot.source.dialect.shape(value), Entries):
        return False
    for node in spot.source.dialect.mentions(scope, text):
        call = node.parent.parent if node.parent is not None and node.parent.type in LISTS else None
        shape = spot.source.dialect.shape(call) if call is not None and call.type != "new_expression" else None
        if not isinstance(shape, Call) or text_of(shape.callee).rpartition(".")[2][:1].isupper():
            continue
        if spot.source.dialect.is_super(shape.callee) or not _leaves_alone(follow, spot.at(shape.callee), shape, node):
            return True
    return False


def _leaves_alone(follow: Follow, callee: Spot, call: Call, argument: Node) -> bool:
    """Return whether a function of the project only reads what it is given."""
    target = follow(callee)
    if isinstance(target, Refusal) or argument not in call.arguments:
        return False
    inner = target.source.dialect.shape(target.node)
    function = inner.node if isinstance(inner, Lambda) else target.node
    parameters = function.child_by_field_name("parameters")
    named = parameters.named_children if parameters is not None else []
    index = call.arguments.index(argument)
    if index >= len(named):
        return False
    pattern = named[index].child_by_field_name("pattern") or named[index]
    plain = pattern.named_children[0] if pattern.type == "typed_parameter" else pattern
    if plain.type == "object_pattern":
        return True
    return plain.type == "identifier" and not is_mutated(target.at(function), text_of(plain), function)


def is_assigned(project: Project, name: str) -> bool:
    """Return whether the project assigns a property by this name to any object."""
    return any(True for source in project.sources(name) for _ in writes(source, name))


def reads(project: Project, name: str) -> int:
    """Return how often the project reads a property by this name, also as text in brackets."""
    found = 0
    for source in project.sources(name):
        nodes = source.dialect.member_reads(source.root, name)
        found += sum(1 for node in nodes if node.parent is None or not is_written(node.parent))
        found += sum(source.content.count(f"[{quote}{name}{quote}]".encode()) for quote in "'\"")
    return found


def read_elsewhere(project: Project, follow: Follow, spot: Spot, member: Member) -> Refusal | None:
    """Return why a property may be read by more than this expression."""
    dialect = spot.source.dialect
    shape = dialect.shape(member.of)
    binding = dialect.binding(spot.node, shape.text) if isinstance(shape, Name) else None
    if not isinstance(shape, Name) or not isinstance(binding, Parameter) or _is_kept(follow, spot, binding):
        found = sum(1 for s in project.sources(member.name) for _ in s.dialect.member_reads(s.root, member.name))
        return Refusal(f"`{member.name}` is read in more than one place", spot) if found > 1 else None
    found = 0
    for node in dialect.mentions(binding.function, shape.text):
        if not is_read(node) and not is_given_to_super(spot.source, node):
            return Refusal(f"`{shape.text}` is passed on as a whole", spot.at(node))
        read = dialect.shape(node.parent) if node.parent is not None else None
        found += isinstance(read, Member) and read.name == member.name
    return Refusal(f"`{short(spot)}` is read more than once", spot) if found > 1 else None


def _is_kept(follow: Follow, spot: Spot, parameter: Parameter) -> bool:
    """Return whether what a parameter holds can be read outside of its function: as a field, or by a base class."""
    parameters = parameter.function.child_by_field_name("parameters")
    for child in parameters.named_children if parameters is not None else ():
        pattern = child.child_by_field_name("pattern")
        is_field = any(part.type in ("accessibility_modifier", "readonly") for part in child.children)
        if is_field and pattern is not None and text_of(pattern) == parameter.name:
            return True
    holder = next((n for n in ancestors(parameter.function) if n.type in spot.source.dialect.classes), None)
    bases = spot.source.dialect.bases(holder) if holder is not None else []
    found = [follow(spot.at(base)) for base in bases]
    return any(isinstance(base, Spot) and base.node.type in base.source.dialect.classes for base in found)
