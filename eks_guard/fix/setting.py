"""One property of a call is set to a constant or a literal, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.constructs import qualified
from eks_guard.fix.options import OPTIONS, holder_of, is_absent, read, replaced
from eks_guard.fix.shapes import Call, Literal
from eks_guard.fix.source import Refusal, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.fix.constructs import Qualified
    from eks_guard.fix.edits import Edit
    from eks_guard.fix.names import Names


def set_property(
    names: Names,
    call: Spot,
    name: str,
    write: Callable[[Spot], tuple[str, Sequence[Edit]] | Refusal],
    index: int = OPTIONS,
) -> list[Edit] | Refusal:
    """Return the edits that set a property. `write` returns the text of the value, and the imports that it needs."""
    given = read(names, call, name, index, sole=True)
    if isinstance(given, Refusal):
        return given
    if given is not None and not is_absent(given):
        constant = names.follow(given, sole=True)
        if isinstance(constant, Refusal):
            return constant
        if not is_constant(names, constant):
            return Refusal(f"`{name}` is not one constant", constant)
        written = write(constant)
        return written if isinstance(written, Refusal) else [*written[1], replaced(constant, written[0])]
    holder = holder_of(names, call, index)
    if isinstance(holder, Refusal):
        return Refusal(f"the options cannot be changed for this call alone: {holder.reason}", holder.at or call)
    if holder is None:
        return Refusal("it has no options", call)
    written = write(given or holder.spot)
    if isinstance(written, Refusal):
        return written
    text, imports = written
    if given is not None:
        return [*imports, replaced(given, text)]
    added = holder.insertion(call.source.dialect.spelled(name), text)
    return added if isinstance(added, Refusal) else [*imports, *added]


def is_constant(names: Names, spot: Spot) -> bool:
    """Return whether an expression is a literal, or a constant of CDK's with or without arguments."""
    return isinstance(spot.source.dialect.shape(spot.node), Literal) or constant_of(names, spot) is not None


def constant_of(names: Names, spot: Spot) -> Qualified | None:
    """Return the name of a constant of CDK's, also where it is narrowed by a call such as `.onlyFrom(…)`."""
    shape = spot.source.dialect.shape(spot.node)
    return qualified(names, spot.at(shape.callee) if isinstance(shape, Call) else spot)
