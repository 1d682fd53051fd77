"""What the caller of a function gives for one of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.callers import callers_of
from eks_guard.fix.shapes import Call, Parameter
from eks_guard.fix.source import Refusal, Spot
from eks_guard.fix.syntax import ancestors
from eks_guard.fix.uses import holds

if TYPE_CHECKING:
    from eks_guard.fix.project import Project


def argument_of(project: Project, spot: Spot, parameter: Parameter, near: Spot | None) -> Spot | Refusal:
    """Return what the only caller gives for a parameter."""
    function = spot.at(parameter.function)
    callers = callers_of(project, function)
    if isinstance(callers, Refusal):
        return callers
    called = spot.source.dialect.name_of(parameter.function)
    if len(callers) > 1 and near is not None:
        callers = [caller for caller in callers if holds(caller, near)] or callers
    if len(callers) != 1:
        how = "has several callers" if callers else "has no caller in this project"
        return Refusal(f"`{parameter.name}` is a parameter, and `{called}` {how}", spot)
    (caller,) = callers
    shape = caller.source.dialect.shape(caller.node)
    if not isinstance(shape, Call) or shape.spread:
        return Refusal(f"`{called}` is called with arguments that eks-guard cannot follow", caller)
    given = _given(caller, shape, parameter)
    if given is not None:
        return given
    return Refusal(f"`{parameter.name}` is not passed by the caller of `{called}`", caller)


def _given(caller: Spot, call: Call, parameter: Parameter) -> Spot | Refusal | None:
    if call.keywords is None:
        return caller.at(call.arguments[parameter.index]) if parameter.index < len(call.arguments) else None
    if call.keywords.spreads:
        return Refusal("its caller spreads keywords", caller)
    for entry in call.keywords.entries:
        if entry.name == parameter.name:
            return caller.at(entry.value)
    bound = parameter.index - (1 if _takes_self(caller, parameter) else 0)
    return caller.at(call.arguments[bound]) if 0 <= bound < len(call.arguments) else None


def _takes_self(caller: Spot, parameter: Parameter) -> bool:
    """Return whether the first parameter is `self`, which no caller writes."""
    inside = next(iter(ancestors(parameter.function)), None)
    method = inside is not None and inside.parent is not None and inside.parent.type == "class_definition"
    return caller.source.dialect.name == "python" and method
