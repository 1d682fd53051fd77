"""The properties of a construct: where they are written, what they are, and how one is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.edits import Edit
from eks_guard.fix.shapes import Call, Entries, Nothing
from eks_guard.fix.source import Refusal, Source, Spot
from eks_guard.fix.syntax import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.fix.names import Names
    from eks_guard.fix.syntax import Node

OPTIONS = 2
"""Which argument of a construct holds its properties in TypeScript and JavaScript."""


def options_spot(call: Spot, index: int = OPTIONS) -> Spot | Refusal | None:
    """Return the expression of a call's options: an argument, or the keywords in Python; None where there is none."""
    shape = call.source.dialect.shape(call.node)
    assert isinstance(shape, Call), "only calls have options"
    if shape.spread:
        return Refusal("its arguments are spread from a list", call)
    if shape.keywords is not None:
        return call.at(shape.list)
    return call.at(shape.arguments[index]) if index < len(shape.arguments) else None


def read(names: Names, call: Spot, name: str, index: int = OPTIONS, *, sole: bool = False) -> Spot | Refusal | None:
    """Return the expression that gives a property of a call; None if it is certain that there is none.

    With `sole`, the expression must serve no other call: it is going to be edited.
    """
    holder = _holder(names, call, index, sole=False)
    if not isinstance(holder, Spot):
        return holder
    found = Holder(names, holder).entry(call.source.dialect.spelled(name), sole=sole)
    if sole and isinstance(found, Spot):
        alone = _holder(names, call, index, sole=True)
        return alone if isinstance(alone, Refusal) else found
    return found


def holder_of(names: Names, call: Spot, index: int = OPTIONS) -> Holder | Refusal | None:
    """Return where a property of this call, and of no other, can be added; None where the call has no options yet."""
    found = _holder(names, call, index, sole=True)
    return Holder(names, found) if isinstance(found, Spot) else found


def _holder(names: Names, call: Spot, index: int, *, sole: bool) -> Spot | Refusal | None:
    spot = options_spot(call, index)
    if not isinstance(spot, Spot) or spot.node.type == "argument_list":
        return spot
    return names.follow(spot, sole=sole)


class Holder:
    """An object, dict, struct or list of keywords in a file, with what is spread into it."""

    def __init__(self, names: Names, spot: Spot) -> None:
        self.names = names
        self.spot = spot

    @property
    def source(self) -> Source:
        """The file that it is written in."""
        return self.spot.source

    def entries(self) -> Entries | Refusal:
        """Return the members as they are written."""
        if self.spot.node.type == "argument_list":
            assert self.spot.node.parent is not None, "arguments belong to a call"
            shape = self.source.dialect.shape(self.spot.node.parent)
            if isinstance(shape, Call) and shape.keywords is not None:
                return shape.keywords
            assert isinstance(shape, Entries), "only `dict(…)` is a call that is read as its members"
            return shape
        return self.names.entries(self.spot)

    def entry(self, name: str, *, sole: bool = False) -> Spot | Refusal | None:
        """Return the expression that gives a property, also through what is spread."""
        if self.spot.node.type == "argument_list":
            return _keyword(self, name, sole=sole)
        return self.names.entry(self.spot, name, sole=sole)

    def insertion(self, name: str, value: str) -> list[Edit] | Refusal:
        """Return the edits that add a property at the end."""
        entries = self.entries()
        if isinstance(entries, Refusal):
            return entries
        written = {"object": f"{name}: {value}", "keywords": f"{name}={value}"}
        text = (
            written.get(entries.style) or f"{_quote(self.source, entries)}{name}{_quote(self.source, entries)}: {value}"
        )
        return inserted(self.source, entries.node, entries.parts, text)


def _keyword(holder: Holder, name: str, *, sole: bool) -> Spot | Refusal | None:
    """Return the value of a keyword argument, or of what `**` adds."""
    entries = holder.entries()
    if isinstance(entries, Refusal):
        return entries
    for entry in entries.entries:
        if entry.name == name:
            return holder.spot.at(entry.value)
    for spread in entries.spreads:
        target = holder.names.follow(holder.spot.at(spread), sole=False)
        inner = holder.names.entry(target, name, sole=sole) if isinstance(target, Spot) else target
        if isinstance(inner, Refusal):
            return Refusal(f"`**{text_of(spread)}` may hold `{name}`: {inner.reason}", inner.at)
        if inner is not None and sole:
            alone = holder.names.follow(holder.spot.at(spread), sole=True)
            return alone if isinstance(alone, Refusal) else inner
        if inner is not None:
            return inner
    return None


def is_absent(spot: Spot) -> bool:
    """Return whether a value is `undefined` or `None`, which CDK takes for a property that is not given."""
    return isinstance(spot.source.dialect.shape(spot.node), Nothing)


def replaced(spot: Spot, text: str) -> Edit:
    """Return the edit that writes another expression."""
    return Edit(spot.source.path, spot.node.start_byte, spot.node.end_byte, text)


def inserted(source: Source, bracket: Node, parts: Sequence[Node], text: str) -> list[Edit]:
    """Return the edits that add a member behind the last one of a list, in the way in which the list is written."""
    content, path = source.content, source.path
    if not parts:
        padded = f" {text} " if content[bracket.start_byte : bracket.start_byte + 1] == b"{" else text
        return [Edit(path, bracket.start_byte + 1, bracket.end_byte - 1, padded)]
    last, close = parts[-1], bracket.end_byte - 1
    begin = content.rfind(b"\n", 0, last.start_byte) + 1
    indent = content[begin : last.start_byte].decode("utf-8")
    comma = next((c for c in bracket.children if c.type == "," and c.start_byte >= last.end_byte), None)
    if indent.strip() or begin <= bracket.start_byte:
        return [Edit(path, comma.end_byte, comma.end_byte, f" {text},") if comma else _behind(path, last, f", {text}")]
    line = f"{source.newline}{indent}{text}"
    after = comma.end_byte if comma else last.end_byte
    end = content.find(b"\n", after)
    end = end - 1 if end > 0 and content[end - 1 : end] == b"\r" else end
    if not after <= end <= close or not content[after:end].strip():
        return [Edit(path, after, after, f"{line}," if comma else f",{line}")]
    behind = [] if comma else [Edit(path, last.end_byte, last.end_byte, ",")]
    return [*behind, Edit(path, end, end, f"{line},")]


def _behind(path: str, node: Node, text: str) -> Edit:
    return Edit(path, node.end_byte, node.end_byte, text)


def _quote(source: Source, entries: Entries) -> str:
    keys = [source.content[part.start_byte : part.start_byte + 1].decode("utf-8", "replace") for part in entries.parts]
    return next((key for key in keys if key in "\"'"), '"')
