"""What an expression comes from: through names, properties, parameters and functions of the project.

Nothing runs. A step is taken only where the source leaves one answer; everything else is a `Refusal` with the reason.
With `sole`, what is found must serve this one expression alone, so that an edit there changes nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.arguments import argument_of
from eks_guard.fix.callers import callers_of, overriding
from eks_guard.fix.shapes import (
    Assigned,
    Binding,
    Branch,
    Call,
    Defined,
    Entries,
    Import,
    Lambda,
    Literal,
    Member,
    Name,
    Opaque,
    Parameter,
    Unsettled,
)
from eks_guard.fix.sharing import count, is_assigned, is_changed, is_lent, read_elsewhere, reads, shared
from eks_guard.fix.source import Refusal, Source, Spot, short
from eks_guard.fix.syntax import ancestors, text_of, walk
from eks_guard.fix.uses import uses_name

if TYPE_CHECKING:
    from eks_guard.fix.project import Project

DEPTH = 25
"""More steps than this are a circle."""


class Names:
    """The names of a project. `near` is a place that the assembly names, which decides between several callers."""

    def __init__(self, project: Project, near: Spot | None = None) -> None:
        self.project = project
        self.near = near

    def follow(self, spot: Spot, *, sole: bool, depth: int = 0) -> Spot | Refusal:
        """Return the literal, construct or constant that an expression comes from."""
        if depth > DEPTH:
            return Refusal(f"`{short(spot)}` leads back to itself", spot)
        shape = spot.source.dialect.shape(spot.node)
        match shape:
            case Name(text):
                return self._name(spot, text, sole=sole, depth=depth)
            case Member():
                return self._member(spot, shape, sole=sole, depth=depth)
            case Call():
                return self._call(spot, shape, sole=sole, depth=depth)
            case Branch():
                return Refusal(f"`{short(spot)}` depends on a condition", spot)
            case Opaque():
                return Refusal(f"`{short(spot)}` is not followed", spot)
        return spot

    def _plainly(self, spot: Spot) -> Spot | Refusal:
        return self.follow(spot, sole=False)

    def _name(self, spot: Spot, text: str, *, sole: bool, depth: int) -> Spot | Refusal:
        binding = spot.source.dialect.binding(spot.node, text)
        if binding is None:
            return Refusal(f"`{text}` is not declared in a way that eks-guard can follow", spot)
        return self._bound(spot, text, binding, sole=sole, depth=depth)

    def _bound(  # noqa: C901 (each kind of binding)
        self, spot: Spot, text: str, binding: Binding, *, sole: bool, depth: int
    ) -> Spot | Refusal:
        match binding:
            case Unsettled(why):
                return Refusal(why, spot)
            case Import():
                return self._imported(spot, text, binding, sole=sole, depth=depth)
            case Defined(node):
                return spot.at(node)
            case Assigned(value, scope, path):
                if sole and (more := shared(self.project, spot, text, scope)):
                    return more
                if not sole and (
                    is_changed(self.project, spot, text, scope) or is_lent(self._plainly, spot, text, value, scope)
                ):
                    return Refusal(f"`{text}` is changed after it is assigned", spot)
                if path and self._is_of_package(spot.at(value), depth):
                    return spot
                return self._taken(spot.at(value), path, sole=sole, depth=depth)
            case Parameter(path=path):
                if sole and not path and count(spot, text, binding.function) > 1:
                    return Refusal(f"`{text}` is used more than once", spot)
                argument = argument_of(self.project, spot, binding, self.near)
                if isinstance(argument, Refusal):
                    return argument
                return self._taken(argument, path, sole=sole, depth=depth)

    def _is_of_package(self, spot: Spot, depth: int) -> bool:
        """Return whether a value is a module or class that the project does not write."""
        found = self.follow(spot, sole=False, depth=depth + 1)
        if not isinstance(found, Spot):
            shape = spot.source.dialect.shape(spot.node)
            binding = spot.source.dialect.binding(spot.node, shape.text) if isinstance(shape, Name) else None
            return isinstance(binding, Import) and self.project.module(spot.source, binding.module) is None
        is_class = found.node.type in found.source.dialect.classes | found.source.dialect.functions
        return isinstance(found.source.dialect.shape(found.node), Name | Member) and not is_class

    def _taken(self, spot: Spot, path: tuple[str, ...], *, sole: bool, depth: int) -> Spot | Refusal:
        """Follow a value, and then the properties that a pattern takes from it."""
        found = self.follow(spot, sole=sole and not path, depth=depth + 1)
        for name in path:
            if isinstance(found, Refusal):
                return found
            value = self.entry(found, name, depth=depth + 1)
            if value is None:
                return Refusal(f"`{name}` is not given", found)
            if is_assigned(self.project, name) or (sole and reads(self.project, name) > 1):
                return Refusal(f"`{name}` is read or assigned in more than one place", spot)
            found = value if isinstance(value, Refusal) else self.follow(value, sole=sole, depth=depth + 1)
        return found

    def _imported(self, spot: Spot, text: str, binding: Import, *, sole: bool, depth: int) -> Spot | Refusal:
        target = self.project.module(spot.source, binding.module)
        if target is None:
            return spot  # of a package: a constant or class of CDK's, or of somebody else's
        if binding.member is None:
            return Refusal(f"`{text}` is a module", spot)
        if sole and count(spot, text, spot.source.root) > 1:
            return Refusal(f"`{text}` is used by more than this cluster", spot)
        return self._export(target, binding.member, spot, sole=sole, depth=depth)

    def _export(self, target: Source, member: str, spot: Spot, *, sole: bool, depth: int) -> Spot | Refusal:
        if depth > DEPTH:
            return Refusal(f"`{member}` leads back to itself", spot)
        binding = target.dialect.exported(target.root, member)
        here = Spot(target, target.root)
        if binding is None:
            for module in target.dialect.star_exports(target.root):
                source = self.project.module(target, module)
                found = self._export(source, member, spot, sole=sole, depth=depth + 1) if source else None
                if isinstance(found, Spot):
                    return found
            return Refusal(f"{target.path} does not export `{member}` in a way that is followed", spot)
        if isinstance(binding, Import):
            source = self.project.module(target, binding.module)
            if source is None or binding.member is None:
                return spot
            return self._export(source, binding.member, spot, sole=sole, depth=depth + 1)
        if sole and isinstance(binding, Assigned):
            users = [source for source in self.project.sources(member) if uses_name(source, member)]
            if count(here, member, target.root) or len(users) > 1:
                return Refusal(f"`{member}` is used by more than this cluster", spot)
            return self._taken(here.at(binding.value), binding.path, sole=sole, depth=depth)
        return self._bound(here, member, binding, sole=sole, depth=depth + 1)

    def _member(self, spot: Spot, member: Member, *, sole: bool, depth: int) -> Spot | Refusal:
        dialect = spot.source.dialect
        if dialect.is_self(member.of):
            return self._field(spot, member, sole=sole, depth=depth)
        of = self.follow(spot.at(member.of), sole=False, depth=depth + 1)
        if isinstance(of, Refusal):
            return of
        shape = of.source.dialect.shape(of.node)
        if of.node.type in of.source.dialect.classes:
            values = of.source.dialect.field(of.node, member.name)
            if len(values) != 1 or sole or is_assigned(self.project, member.name):
                return Refusal(f"`{short(spot)}` is not one constant", spot)
            return self.follow(of.at(values[0]), sole=False, depth=depth + 1)
        if isinstance(shape, Name | Member | Call | Literal):
            return spot  # something of a package
        if is_assigned(self.project, member.name):
            return Refusal(f"`.{member.name}` is assigned after it is made", spot)
        value = self.entry(of, member.name, depth=depth + 1)
        if value is None:
            return Refusal(f"`{short(spot)}` is not given", of)
        if isinstance(value, Refusal):
            return value
        if sole and (more := read_elsewhere(self.project, self._plainly, spot, member)):
            return more
        return self.follow(value, sole=sole, depth=depth + 1)

    def _field(self, spot: Spot, member: Member, *, sole: bool, depth: int) -> Spot | Refusal:
        dialect = spot.source.dialect
        holder = next((node for node in ancestors(spot.node) if node.type in dialect.classes), None)
        values = dialect.field(holder, member.name) if holder is not None else []
        if len(values) != 1 or holder is None:
            how = "more than once" if values else "in a way that eks-guard cannot follow"
            return Refusal(f"`{short(spot)}` is assigned {how}", spot)
        if is_assigned(self.project, member.name):
            return Refusal(f"`.{member.name}` is assigned from outside", spot)
        heir = overriding(self.project, spot.at(holder), member.name)
        if heir:
            return Refusal(f"`{short(spot)}` is another one in `{heir}`", spot)
        if sole and reads(self.project, member.name) > 1:
            return Refusal(f"`{short(spot)}` is used in more than one place", spot)
        return self.follow(spot.at(values[0]), sole=sole, depth=depth + 1)

    def entry(self, spot: Spot, name: str, depth: int = 0, *, sole: bool = False) -> Spot | Refusal | None:
        """Return the value of a property of an object; None if it is certain that there is none.

        With `sole`, a value that is spread into it must not be spread elsewhere, too.
        """
        shape = self.entries(spot)
        if isinstance(shape, Refusal):
            return shape
        last = next((entry for entry in reversed(shape.entries) if entry.name == name), None)
        if shape.hidden:
            return Refusal(f"`{short(spot)}` has members that are not followed", spot)
        for spread in reversed(shape.spreads):
            if last is not None and spread.start_byte < last.node.start_byte:
                break
            target = self.follow(spot.at(spread), sole=False, depth=depth + 1)
            inner = self.entry(target, name, depth + 1, sole=sole) if isinstance(target, Spot) else target
            if isinstance(inner, Refusal):
                return Refusal(
                    f"`{text_of(spread)}` is spread into the options and may hold it: {inner.reason}", inner.at
                )
            if inner is not None and sole:
                alone = self.follow(spot.at(spread), sole=True, depth=depth + 1)
                return alone if isinstance(alone, Refusal) else inner
            if inner is not None:
                return inner
        return spot.at(last.value) if last is not None else None

    def entries(self, spot: Spot) -> Entries | Refusal:
        """Return the members of an object, a dict or a struct of CDK's."""
        shape = spot.source.dialect.shape(spot.node)
        if isinstance(shape, Call) and shape.keywords is not None and not shape.arguments and not shape.spread:
            return shape.keywords
        if isinstance(shape, Entries):
            return shape
        return Refusal(f"`{short(spot)}` is not an object literal", spot)

    def _call(self, spot: Spot, call: Call, *, sole: bool, depth: int) -> Spot | Refusal:
        if call.node.type == "new_expression":
            return spot
        callee = self._function(spot, call, sole=sole, depth=depth)
        if not isinstance(callee, Spot):
            return callee or spot
        results = callee.source.dialect.results(callee.node)
        if results is None or len(results) != 1:
            return Refusal(f"`{text_of(call.callee)}` returns more than one value", spot)
        if sole and callee.source.dialect.name_of(callee.node):
            callers = callers_of(self.project, callee)
            if isinstance(callers, Refusal):
                return callers
            if len(callers) > 1:
                return Refusal(f"`{text_of(call.callee)}` has several callers", spot)
        return self.follow(callee.at(results[0]), sole=sole, depth=depth + 1)

    def _function(self, spot: Spot, call: Call, *, sole: bool, depth: int) -> Spot | Refusal | None:
        """Return the function that is called; None for a function or class of a package, or a class."""
        dialect = spot.source.dialect
        shape = dialect.shape(call.callee)
        if isinstance(shape, Member) and dialect.is_self(shape.of):
            return self._method(spot, shape)
        target = self.follow(spot.at(call.callee), sole=sole and isinstance(shape, Member), depth=depth + 1)
        if isinstance(target, Refusal):
            return target
        kind = target.source.dialect
        if target.node.type in kind.functions:
            return target
        inner = kind.shape(target.node)
        return target.at(inner.node) if isinstance(inner, Lambda) else None

    def _method(self, spot: Spot, member: Member) -> Spot | Refusal:
        dialect = spot.source.dialect
        holder = next((node for node in ancestors(spot.node) if node.type in dialect.classes), None)
        methods = [
            node
            for node in walk(holder or spot.source.root)
            if node.type in dialect.functions and dialect.name_of(node) == member.name
        ]
        heir = overriding(self.project, spot.at(holder), member.name) if holder is not None else None
        if len(methods) != 1 or heir:
            return Refusal(f"`{short(spot)}` is not a method of this class alone", spot)
        return spot.at(methods[0])
