"""Dataclasses that take a third of the time to define.

The standard library compiles up to ten methods for every class, and a hundred and eighty classes made that almost half
of a plain `check` (record 0030). Here one method is compiled, when the first record of a class is made, and the others
are shared; all else is the standard library's, whose decorator type checkers see.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 (handed on)
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Define a class as `dataclasses.dataclass` does, by `frozen`, `eq`, `order`, `slots` and `kw_only`."""
        return (lambda cls: _define(cls, **options)) if cls is None else _define(cls, **options)


def _define(cls: type, *, frozen: bool = False, eq: bool = True, order: bool = False, **layout: bool) -> Any:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **layout)(cls)
    fields = dataclasses.fields(made)
    shared: dict[str, Any] = {"__init__": _Init(made), "__repr__": _show}
    if eq:
        compared = [field.name for field in fields if field.compare]
        shared["_compared"] = attrgetter(*compared) if compared else type(None)
        shared |= {"__eq__": _equals, "__hash__": _hash if frozen else None}
    if order:
        shared |= _ORDER
    if frozen:
        shared |= _FROZEN
    for name, value in shared.items():
        if made.__dict__.get(name) is None:  # what the class defines itself stays
            setattr(made, name, value)
    return made


class _Init:
    """The `__init__` of a class until it is first asked for: then it is compiled, and takes the place of this."""

    def __init__(self, made: type) -> None:
        self._made = made

    def __get__(self, record: Any, _: type | None = None) -> Any:
        init = self._made.__init__ = _init_of(dataclasses.fields(self._made))  # type: ignore[misc]
        return init if record is None else init.__get__(record)


def _init_of(fields: tuple[dataclasses.Field[Any], ...]) -> Any:
    """Compile the only method that knows the names of the fields."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_absent": dataclasses.MISSING}
    parameters, body = ["self"], []
    for field in sorted(fields, key=attrgetter("kw_only")):
        value, default = field.name, ""
        if field.default is not dataclasses.MISSING:
            known[f"_default_{field.name}"], default = field.default, f"=_default_{field.name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"_make_{field.name}"], default = field.default_factory, "=_absent"
            value = f"_make_{field.name}() if {field.name} is _absent else {field.name}"
        if field.kw_only and "*" not in parameters:
            parameters.append("*")
        parameters.append(field.name + default)
        body.append(f"\n _set(self, {field.name!r}, {value})")
    exec(f"def __init__({', '.join(parameters)}):{''.join(body) or ' pass'}", known)  # noqa: S102 (names of our own fields)
    return known["__init__"]


def _equals(self: Any, other: Any) -> Any:
    return self._compared(self) == self._compared(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _show(self: Any) -> str:
    fields = (field.name for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to or delete field {name!r} of {type(self).__qualname__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


def _ordering(operator: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        return (
            operator(self._compared(self), self._compared(other))
            if other.__class__ is self.__class__
            else NotImplemented
        )

    return compare


_ORDER = {"__lt__": _ordering(lt), "__le__": _ordering(le), "__gt__": _ordering(gt), "__ge__": _ordering(ge)}
_FROZEN = {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}
