"""What an expression is, said the same way for TypeScript, JavaScript and Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier."""

    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`."""

    of: Node
    name: str
    name_node: Node


@dataclass(frozen=True, slots=True)
class Entry:
    """One property of an object, item of a dict or keyword argument."""

    name: str
    value: Node
    node: Node


@dataclass(frozen=True, slots=True)
class Entries:
    """An object literal, a dict, or the keyword arguments of a call.

    `spreads` are the expressions behind `...` or `**`; `hidden` says whether a member has a computed name or is a
    method. `style` is how a member is written: `object`, `keywords` or `dict`. `parts` are all parts in order.
    """

    node: Node
    style: str
    entries: tuple[Entry, ...]
    spreads: tuple[Node, ...]
    parts: tuple[Node, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call or `new`, with its positional arguments, and its keyword arguments in Python."""

    node: Node
    callee: Node
    arguments: tuple[Node, ...]
    list: Node
    keywords: Entries | None = None
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text literal without anything to fill in."""

    value: str


@dataclass(frozen=True, slots=True)
class Items:
    """An array or list literal. `hidden` says whether something is spread into it."""

    node: Node
    items: tuple[Node, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """A choice between values: a conditional or a logical operator."""


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function as a value."""

    node: Node


@dataclass(frozen=True, slots=True)
class Nothing:
    """`undefined`, `null` or `None`."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a boolean, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """An expression that is not followed, and what it is called."""

    what: str


Shape: TypeAlias = Name | Member | Entries | Call | Text | Items | Branch | Lambda | Nothing | Literal | Opaque


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name with one assignment: its value, the node that holds it, and the scope in which it is visible.

    `path` are the property names to take from the value where it is destructured.
    """

    value: Node
    scope: Node
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function. `path` as in `Assigned`."""

    function: Node
    index: int
    name: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """A name that another module exports. `member` is None for the module itself."""

    module: str
    member: str | None
    statement: Node
    specifier: Node
    type_only: bool = False


@dataclass(frozen=True, slots=True)
class Defined:
    """A function or class that the file defines."""

    node: Node
    scope: Node


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A name without one value: assigned several times, or the variable of a loop."""

    why: str


Binding: TypeAlias = Assigned | Parameter | Import | Defined | Unsettled


class Dialect(Protocol):
    """The questions that the rest of `fix` asks a language."""

    name: str
    functions: frozenset[str]
    classes: frozenset[str]

    def shape(self, node: Node) -> Shape:
        """Return what an expression is, without parentheses and type assertions around it."""

    def binding(self, node: Node, name: str) -> Binding | None:
        """Return what a name means at a node; None if the file does not say."""

    def mentions(self, scope: Node, name: str) -> Iterator[Node]:
        """Yield the places in a scope that use a name, without its declaration, exports and types."""

    def member_reads(self, scope: Node, name: str) -> Iterator[Node]:
        """Yield the places that read or write `.name` of anything."""

    def results(self, function: Node) -> list[Node] | None:
        """Return the expressions that a function returns; None where it may return nothing."""

    def name_of(self, definition: Node) -> str | None:
        """Return the name by which a function or class is called; a constructor is called by its class."""

    def bases(self, class_node: Node) -> list[Node]:
        """Return the expressions of the classes that a class extends."""

    def is_super(self, callee: Node) -> bool:
        """Return whether a callee is the constructor of the base class."""

    def field(self, class_node: Node, name: str) -> list[Node]:
        """Return the values that are assigned to a field of `this` or `self`, or to a static field."""

    def is_self(self, node: Node) -> bool:
        """Return whether an expression is `this` or `self`."""

    def imports(self, root: Node) -> list[Import]:
        """Return the imports at the top of a file."""

    def exported(self, root: Node, name: str) -> Binding | None:
        """Return what a file exports under a name."""

    def star_exports(self, root: Node) -> list[str]:
        """Return the modules of which a file exports everything."""

    def files(self, module: str, importer: str) -> list[str]:
        """Return the files of the project, the likeliest first, that a module name may stand for."""

    def spelled(self, camel: str) -> str:
        """Return a property of CDK's as the language spells it."""
