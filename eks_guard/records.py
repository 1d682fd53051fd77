"""Dataclasses that are defined in a tenth of the time, and properties that are kept without a lock.

The standard library compiles up to ten methods for every class, from a module that imports Python's own parser; for the
two hundred classes of a plain `check` that took as long as the check itself (record 0030). Here one method is made,
when the first record of a class is, and the others are shared. To type checkers, and to all who ask a record what
it is, it is a dataclass. A record inherits from none, and every annotation in it is a field.

What is frozen is so to type checkers, which read every line of the project; at run time it refuses to be changed in
Python's development mode, `python -X dev` (record 0039).
"""

from __future__ import annotations

import sys
from functools import cache
from operator import attrgetter, ge, gt, le, lt
from types import CodeType, FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

REFUSING = sys.flags.dev_mode
"""Whether frozen records refuse to be changed, which takes longer than to make them."""

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass, field, fields, is_dataclass, replace
    from functools import cached_property
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """Define a class as `dataclasses.dataclass` does, by `frozen`, `eq`, `order`, `slots` and `kw_only`."""
        return (lambda cls: _define(cls, **options)) if cls is None else _define(cls, **options)

    class field(dict):  # noqa: N801 (to whoever uses it, and to type checkers, it is `dataclasses.field`)
        """What `dataclasses.field` takes: `default`, `default_factory`, `compare`, `repr`, `kw_only`, `metadata`."""

    def fields(record: Any, /) -> tuple[SimpleNamespace, ...]:
        """Return the fields of a record, or of its class: the `name` of each, and what `field` was given."""
        written = record.__written__
        return tuple(SimpleNamespace(name=name, **written.told.get(name, {})) for name in written.names)

    def is_dataclass(value: Any) -> bool:
        """Whether a value is a record, or the class of some."""
        return hasattr(value, "__written__")

    class cached_property:  # noqa: N801 (to whoever uses it, and to type checkers, it is `functools.cached_property`)
        """The standard library's without the lock that it had before Python 3.12, which took longer than most answers.

        https://docs.python.org/3/library/functools.html#functools.cached_property
        """

        def __init__(self, find: Callable[[Any], Any]) -> None:
            self._find, self.__doc__ = find, find.__doc__

        def __set_name__(self, made: type, name: str) -> None:
            self._name = name

        def __get__(self, owner: Any, _: type | None = None) -> Any:
            if owner is None:
                return self
            found = owner.__dict__[self._name] = self._find(owner)
            return found

    def replace(record: Any, /, **changes: Any) -> Any:
        """Return a record with some fields changed."""
        return type(record)(**{name: getattr(record, name) for name in record.__written__.names} | changes)


class _Written:
    """What was written of a class: its fields in order, what `field` was given for some, and the options."""

    def __init__(self, names: tuple[str, ...], told: dict[str, dict[str, Any]], options: dict[str, bool]) -> None:
        self.names, self.told, self.options = names, told, options

    def of(self, name: str, key: str) -> Any:
        """What `field` was told of a field that shows and counts where it is told nothing."""
        return self.told.get(name, {}).get(key, True)


def _define(cls: type, **options: bool) -> Any:
    body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    names = tuple(body.get("__annotations__", ()))
    given = {name: body.pop(name) for name in names if name in body}
    told = {name: value if type(value) is field else {"default": value} for name, value in given.items()}
    if options.get("slots"):
        body["__slots__"] = names
    else:
        body |= {name: value["default"] for name, value in told.items() if "default" in value}
    own = {name: value for name, value in body.items() if name != "__hash__" or value is not None}
    return type(cls)(cls.__name__, cls.__bases__, _shared(_Written(names, told, options)) | own)


def _shared(written: _Written) -> dict[str, Any]:
    """The methods that a class has where it does not define them itself."""
    names, options = written.names, written.options
    found: dict[str, Any] = {"__written__": written, "__match_args__": () if options.get("kw_only") else names}
    found |= {"__init__": _Init(written), "__repr__": _show}
    found |= {"__dataclass_fields__": _Standard(written), "__dataclass_params__": _Standard(written)}
    if options.get("eq", True):
        compared = [name for name in names if written.of(name, "compare")]
        found |= {"_compared": attrgetter(*compared) if compared else type(None), "__eq__": _equals}
        found["__hash__"] = _hash if options.get("frozen") else None
    if options.get("order"):
        found |= _ORDER
    return found | _FROZEN if options.get("frozen") and REFUSING else found


class _Init:
    """The `__init__` of a class until it is first asked for: then it is compiled, and takes the place of this."""

    def __init__(self, written: _Written) -> None:
        self._written = written

    def __set_name__(self, made: type, _: str) -> None:
        self._made = made

    def __get__(self, record: Any, _: type | None = None) -> Any:
        init = self._made.__init__ = _init_of(self._written)  # type: ignore[misc]
        return init if record is None else init.__get__(record)


def _init_of(written: _Written) -> Any:
    """Make the only method that knows the names of the fields: those of a template, which classes of one form share."""
    defaults = {name: _default(told) for name, told in written.told.items() if told.keys() & _DEFAULTS}
    by_name = written.options.get("kw_only", False)
    template = _template(tuple(type(defaults.get(name)) is _Fresh for name in written.names), by_name=by_name)
    real = {_placeholder(index): name for index, name in enumerate(written.names)}
    code = template.replace(
        co_varnames=("self", *written.names), co_names=tuple(real.get(name, name) for name in template.co_names)
    )
    init = FunctionType(code, {"_Fresh": _Fresh}, "__init__")
    init.__defaults__ = None if by_name else tuple(defaults.values())
    init.__kwdefaults__ = defaults if by_name else None
    return init


def _placeholder(index: int) -> str:
    """The name of a field in a template."""
    return f"field_{index}"


class _Fresh:
    """The default of a field that each record has an object of its own for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def _default(told: dict[str, Any]) -> Any:
    return told["default"] if "default" in told else _Fresh(told["default_factory"])


@cache
def _template(fresh: tuple[bool, ...], *, by_name: bool) -> CodeType:
    """Compile the `__init__` of a class with so many fields; `fresh` are those with a factory."""
    names = [_placeholder(index) for index in range(len(fresh))]
    made = {True: "{0}.make() if type({0}) is _Fresh else {0}", False: "{0}"}
    body = [f"\n self.{name} = {made[is_fresh].format(name)}" for name, is_fresh in zip(names, fresh, strict=True)]
    parameters = ", ".join(("self", "*", *names) if by_name else ("self", *names))
    found: dict[str, Any] = {}
    exec(f"def __init__({parameters}):{''.join(body) or ' pass'}", found)  # noqa: S102 (no text but ours)
    code: CodeType = found["__init__"].__code__
    return code


class _Standard:
    """What the standard library notes of a dataclass, noted by itself when somebody first asks."""

    def __init__(self, written: _Written) -> None:
        self._written = written

    def __set_name__(self, made: type, name: str) -> None:
        self._made, self._name = made, name

    def __get__(self, record: Any, _: type | None = None) -> Any:
        import dataclasses  # noqa: PLC0415 (few checks need it)

        made, written = self._made, self._written
        body = {name: dataclasses.field(**told) for name, told in written.told.items()}
        body |= {"__annotations__": made.__annotations__, "__module__": made.__module__, "__doc__": made.__doc__}
        noted = getattr(dataclasses.dataclass(**written.options)(type(made.__name__, (), body)), self._name)
        setattr(made, self._name, noted)
        return noted


def _equals(self: Any, other: Any) -> Any:
    return self._compared(self) == self._compared(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _show(self: Any) -> str:
    written = self.__written__
    shown = (name for name in written.names if written.of(name, "repr"))
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _set_once(self: Any, name: str, value: Any) -> None:
    written = self.__written__
    is_set = hasattr(self, name) if written.options.get("slots") else name in self.__dict__
    if is_set or name not in written.names:
        _refuse(self, name)
    object.__setattr__(self, name, value)


def _refuse(self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 (a mistake)

    raise FrozenInstanceError(f"cannot assign to or delete field {name!r} of {type(self).__qualname__}")


def _ordering(operator: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        return (
            operator(self._compared(self), self._compared(other))
            if other.__class__ is self.__class__
            else NotImplemented
        )

    return compare


_DEFAULTS = {"default", "default_factory"}
_ORDER = {"__lt__": _ordering(lt), "__le__": _ordering(le), "__gt__": _ordering(gt), "__ge__": _ordering(ge)}
_FROZEN = {"__setattr__": _set_once, "__delattr__": _refuse}

__all__ = ["cached_property", "dataclass", "field", "fields", "is_dataclass", "replace"]
