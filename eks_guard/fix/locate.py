"""From a position that the assembly tells to the call that made the construct, and the proof that it is that call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.constructs import cluster_class, id_and_scope, short
from eks_guard.fix.shapes import Assigned, Call, Member, Name, Text
from eks_guard.fix.source import BOM, Refusal, Source, Spot
from eks_guard.fix.syntax import text_of, walk
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.fix.names import Names
    from eks_guard.fix.syntax import Node
    from eks_guard.model.resource import SourcePosition

STALE = "the file is not the one that was synthesized; synthesize again"
POSITIONS = {
    "python": "set JSII_HOST_STACK_TRACES=1 for the synth to get positions",
    "ecmascript": "a newer aws-cdk-lib writes positions into the assembly",
}
CALLS = ("new_expression", "call_expression", "call")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A construct to look for: its path, its position, and which calls make one of its kind.

    `prefix` is what a method of CDK's puts before the id that it is given.
    """

    path: str
    position: SourcePosition | None
    kind: str
    makes: Callable[[Spot], bool]
    prefix: str = ""


def locate(names: Names, wanted: Wanted) -> Spot | Refusal:
    """Return the call that made a construct."""
    if wanted.position is None:
        return _by_id(names, wanted)
    path = names.project.find(wanted.position.file)
    if path is None:
        return Refusal(f"{wanted.position.file} is outside the project")
    source = names.project.source(path)
    if isinstance(source, Refusal):
        return source
    calls = [call for call in _at(source, wanted.position) if wanted.makes(call)]
    calls = calls or [call for call in _receivers(names, source, wanted) if wanted.makes(call)]
    fitting = [call for call in calls if _fits(names, call, wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        return Refusal(f"several calls of {source.path}:{wanted.position.line} create a {wanted.kind}", fitting[0])
    if calls:
        return Refusal(f"the {wanted.kind} there has another id than {wanted.path}: {STALE}", calls[0])
    above = next((call for call in _at(source, wanted.position) if _is_above(names, call, wanted)), None)
    if above is not None:
        return Refusal(
            f"the construct of {above.place} creates the {wanted.kind} itself: no call here passes its options", above
        )
    named = next((call for call in _at(source, wanted.position) if _has_id(names, call, wanted)), None)
    if named is not None:
        return Refusal(f"`{_callee(named)}` is not followed to a class of CDK's", named)
    return Refusal(f"{source.path}:{wanted.position.line} creates no {wanted.kind}: {STALE}")


def _at(source: Source, position: SourcePosition) -> Iterator[Spot]:
    return calls_at(source, position.line, position.column)


def calls_at(source: Source, line: int, column: int) -> Iterator[Spot]:
    """Yield the calls that begin at a position; where its column is not known, those that begin on the line.

    Python has no columns, and of modules (`.mjs`) CDK writes column 1 whatever it is.
    """
    offset = _byte_column(source, line, column)
    on_line = [node for node in walk(source.root) if node.type in CALLS and node.start_point[0] == line - 1]
    exact = [node for node in on_line if offset in _starts(node)] if source.dialect.name == "ecmascript" else []
    yield from (Spot(source, node) for node in (exact if exact or column > 1 else on_line))


def _starts(call: Node) -> Iterator[int]:
    """Yield the columns that V8 gives a call: of `new`, of the whole, or of the name of the method."""
    yield call.start_point[1]
    callee = call.child_by_field_name("function")
    member = callee.child_by_field_name("property") if callee is not None else None
    if member is not None and member.start_point[0] == call.start_point[0]:
        yield member.start_point[1]


def _byte_column(source: Source, line: int, column: int) -> int:
    """Return the column as tree-sitter counts: V8 counts UTF-16 units from 1, tree-sitter bytes from 0."""
    lines = source.content.split(b"\n")
    text = lines[line - 1].decode("utf-8") if 0 < line <= len(lines) else ""
    bom = len(BOM) if line == 1 and source.content.startswith(BOM) else 0
    units = text.removeprefix("\ufeff").encode("utf-16-le")[: 2 * (column - 1)]
    return len(units.decode("utf-16-le", "replace").encode()) + bom


def _fits(names: Names, call: Spot, wanted: Wanted) -> bool:
    """Return whether the id of a call is the last part of the construct path, where the source writes it."""
    identifier = _id(call, wanted)
    if identifier is None:
        return True
    found = names.follow(call.at(identifier), sole=False)
    shape = found.source.dialect.shape(found.node) if isinstance(found, Spot) else None
    last = wanted.path.rpartition("/")[2]
    return not isinstance(shape, Text) or last in (shape.value, wanted.prefix + shape.value)


def _has_id(names: Names, call: Spot, wanted: Wanted) -> bool:
    """Return whether a call passes the id of the construct as text."""
    identifier = _id(call, wanted)
    found = names.follow(call.at(identifier), sole=False) if identifier is not None else None
    shape = found.source.dialect.shape(found.node) if isinstance(found, Spot) else None
    return isinstance(shape, Text) and _fits(names, call, wanted)


def _callee(call: Spot) -> str:
    shape = call.source.dialect.shape(call.node)
    return short(shape.callee if isinstance(shape, Call) else call.node)


def _is_above(names: Names, call: Spot, wanted: Wanted) -> bool:
    """Return whether a call makes a construct that holds the wanted one; `super(…)` makes none."""
    shape = call.source.dialect.shape(call.node)
    if not isinstance(shape, Call) or text_of(shape.callee).startswith("super"):
        return False
    identifier = id_and_scope(call)[0]
    found = names.follow(call.at(identifier), sole=False) if identifier is not None else None
    text = found.source.dialect.shape(found.node) if isinstance(found, Spot) else None
    return isinstance(text, Text) and text.value in wanted.path.split("/")[:-1]


def _id(call: Spot, wanted: Wanted) -> Node | None:
    """Return the expression of the id: the second argument of a construct, the first of a method that makes one."""
    shape = call.source.dialect.shape(call.node)
    member = call.source.dialect.shape(shape.callee) if isinstance(shape, Call) else None
    if (
        wanted.prefix
        and isinstance(shape, Call)
        and isinstance(member, Member)
        and member.name.lower().startswith("add")
    ):
        named = {entry.name: entry.value for entry in shape.keywords.entries} if shape.keywords else {}
        return shape.arguments[0] if shape.arguments else named.get("id")
    return id_and_scope(call)[0]


def _receivers(names: Names, source: Source, wanted: Wanted) -> Iterator[Spot]:
    """Yield the constructs of whose methods a call at the position is: an imported cluster makes nothing itself."""
    assert wanted.position, "only with a position"
    for line_offset in (0,):
        for call in _calls_on(source, wanted.position.line + line_offset):
            shape = source.dialect.shape(call.node)
            member = source.dialect.shape(shape.callee) if isinstance(shape, Call) else None
            if not isinstance(member, Member):
                continue
            found = _receiver(names, call.at(member.of))
            if found is not None:
                yield found


def _receiver(names: Names, of: Spot) -> Spot | None:
    shape = of.source.dialect.shape(of.node)
    if isinstance(shape, Name):
        binding = of.source.dialect.binding(of.node, shape.text)
        if isinstance(binding, Assigned) and not binding.path:
            return of.at(binding.value)
    found = names.follow(of, sole=False)
    return found if isinstance(found, Spot) else None


def _calls_on(source: Source, line: int) -> Iterator[Spot]:
    for node in walk(source.root):
        if node.type in CALLS and node.start_point[0] <= line - 1 <= node.end_point[0]:
            callee = node.child_by_field_name("function")
            if (callee is not None and callee.end_point[0] == line - 1) or node.start_point[0] == line - 1:
                yield Spot(source, node)


def _by_id(names: Names, wanted: Wanted) -> Spot | Refusal:
    """Return the only call of the project that makes such a construct with the id of the path."""
    last = wanted.path.rpartition("/")[2]
    found: list[Spot] = []
    for source in names.project.sources(last.removeprefix(wanted.prefix)):
        for node in walk(source.root):
            call = Spot(source, node)
            if node.type in CALLS and wanted.makes(call):
                identifier = _id(call, wanted)
                shape = source.dialect.shape(identifier) if identifier is not None else None
                if isinstance(shape, Text) and last in (shape.value, wanted.prefix + shape.value):
                    found.append(call)
    if len(found) == 1:
        return found[0]
    how = POSITIONS["python" if found and found[0].source.dialect.name == "python" else "ecmascript"]
    if not found:
        return Refusal(f"the assembly does not say which line created it, and no call in the project has its id; {how}")
    places = " and ".join(call.place for call in found)
    return Refusal(f"the assembly does not say which line created it, and {places} both could have; {how}", found[0])


def makes_cluster(names: Names) -> Callable[[Spot], bool]:
    """Return the test for calls that make or import a cluster."""
    return lambda call: cluster_class(names, call) is not None
