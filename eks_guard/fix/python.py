"""Python, read from tree-sitter's trees."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from eks_guard.fix.shapes import (
    Assigned,
    Binding,
    Branch,
    Call,
    Defined,
    Entries,
    Entry,
    Import,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Nothing,
    Opaque,
    Parameter,
    Shape,
    Text,
    Unsettled,
)
from eks_guard.fix.syntax import ancestors, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fix.syntax import Node

COMPREHENSIONS = frozenset(
    {"list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression"}
)
_PLAIN = re.compile(r"""(?:"[^"\\]*"|'[^'\\]*')""")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Python:
    """Python 3, as CDK apps are written in it."""

    name = "python"
    functions = frozenset({"function_definition", "lambda"})
    classes = frozenset({"class_definition"})

    def shape(self, node: Node) -> Shape:  # noqa: C901 (a table of the grammar)
        while node.type == "parenthesized_expression" and node.named_children:
            node = node.named_children[0]
        match node.type:
            case "identifier":
                return Name(text_of(node))
            case "none":
                return Nothing()
            case "true" | "false" | "integer" | "float":
                return Literal(text_of(node))
            case "attribute" if (of := node.child_by_field_name("object")) and (
                name := node.child_by_field_name("attribute")
            ):
                return Member(of, text_of(name), name)
            case "call":
                return _call(node)
            case "dictionary":
                return _dictionary(node)
            case "list":
                items = tuple(child for child in node.named_children if child.type != "comment")
                return Items(node, items, any(item.type == "list_splat" for item in items))
            case "string" if _PLAIN.fullmatch(text_of(node)):
                return Text(text_of(node)[1:-1])
            case "conditional_expression" | "boolean_operator":
                return Branch()
            case "lambda":
                return Lambda(node)
        return Opaque("an expression")

    def binding(self, node: Node, name: str) -> Binding | None:
        inside_function = False
        for scope in ancestors(node):
            found: Binding | None = None
            if scope.type in self.functions:
                found = _parameter(scope, name) or self._declared(scope, name)
                inside_function = True
            elif scope.type == "module" or (scope.type == "class_definition" and not inside_function):
                found = self._declared(scope, name)
            elif scope.type in COMPREHENSIONS and any(
                _is(part, name)
                for clause in scope.named_children
                if clause.type == "for_in_clause"
                for part in walk(clause.child_by_field_name("left") or clause)
            ):
                found = Unsettled(f"`{name}` changes in a loop")
            if found is not None:
                return found
        return None

    def _declared(self, scope: Node, name: str) -> Binding | None:  # noqa: C901, PLR0912 (each kind of declaration)
        found: list[Binding] = []
        for node in self._own(scope):
            if node.type == "assignment":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None and _is(left, name) and right is not None:
                    found.append(Assigned(right, scope))
                elif left is not None and left.type.startswith("pattern") and any(_is(p, name) for p in walk(left)):
                    found.append(Unsettled(f"`{name}` is unpacked"))
            elif node.type in ("for_statement", "augmented_assignment", "with_item", "named_expression"):
                left = node.child_by_field_name("left") or node.child_by_field_name("name") or node
                if any(_is(part, name) for part in walk(left)) and node.type != "with_item":
                    found.append(Unsettled(f"`{name}` changes in a loop or is assigned more than once"))
                elif node.type == "with_item" and any(
                    part.type == "as_pattern_target" and text_of(part) == name for part in walk(node)
                ):
                    found.append(Unsettled(f"`{name}` comes from a context manager"))
            elif node.type in ("global_statement", "nonlocal_statement", "delete_statement"):
                if any(_is(part, name) for part in walk(node)):
                    found.append(Unsettled(f"`{name}` is changed from several functions"))
            elif node.type in self.functions | self.classes and node != scope:
                named = node.child_by_field_name("name")
                if named is not None and text_of(named) == name:
                    found.append(Defined(node, scope))
            elif node.type in ("import_statement", "import_from_statement"):
                found += [item for item in _imports(node) if _known_as(item) == name]
        elsewhere = scope.type == "module" and any(
            node.type == "global_statement" and any(_is(part, name) for part in walk(node)) for node in walk(scope)
        )
        if len(found) > 1 or (found and elsewhere):
            return Unsettled(f"`{name}` is assigned more than once")
        return found[0] if found else None

    def _own(self, scope: Node) -> Iterator[Node]:
        """Yield the nodes of a scope without those of the functions and classes in it."""
        body = scope.child_by_field_name("body") or scope
        stack = list(reversed(body.named_children))
        while stack:
            node = stack.pop()
            yield node
            if node.type not in self.functions | self.classes:
                stack.extend(reversed(node.named_children))

    def mentions(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            if _is(node, name) and not _is_declaring(node):
                yield node

    def member_reads(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            parent = node.parent
            if _is(node, name) and parent is not None and parent.type == "attribute":
                yield from [node] if parent.child_by_field_name("attribute") == node else []

    def results(self, function: Node) -> list[Node] | None:
        body = function.child_by_field_name("body")
        if body is None:
            return None
        if function.type == "lambda":
            return [body]
        returns = [node for node in self._own(function) if node.type == "return_statement"]
        values = [child for node in returns for child in node.named_children if child.type != "comment"]
        ends = [child for child in body.named_children if child.type != "comment"][-1:]
        return values if ends and ends[0].type == "return_statement" and len(values) == len(returns) else None

    def name_of(self, definition: Node) -> str | None:
        named = definition.child_by_field_name("name")
        if definition.type == "function_definition" and named is not None and text_of(named) == "__init__":
            holder = next((node for node in ancestors(definition) if node.type in self.classes), None)
            return self.name_of(holder) if holder is not None else None
        if named is not None:
            return text_of(named)
        parent = definition.parent
        left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
        return text_of(left) if left is not None and left.type == "identifier" else None

    def bases(self, class_node: Node) -> list[Node]:
        listed = class_node.child_by_field_name("superclasses")
        children = listed.named_children if listed is not None else []
        return [child for child in children if child.type in ("identifier", "attribute")]

    def is_super(self, callee: Node) -> bool:
        return text_of(callee).replace(" ", "") == "super().__init__"

    def has_constructor(self, class_node: Node) -> bool:
        return any(
            node.type == "function_definition" and text_of(node.child_by_field_name("name") or node) == "__init__"
            for node in walk(class_node)
        )

    def field(self, class_node: Node, name: str) -> list[Node]:
        values = []
        for node in walk(class_node):
            if node.type == "assignment":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                written = text_of(left) if left is not None else ""
                of_class = written == name and node.parent is not None and node.parent.parent is not None
                in_class = of_class and node.parent is not None and _block_of(node.parent) == class_node
                if right is not None and (written == f"self.{name}" or in_class):
                    values.append(right)
        return values

    def is_self(self, node: Node) -> bool:
        return _is(node, "self")

    def imports(self, root: Node) -> list[Import]:
        return [item for child in root.named_children for item in _imports(child)]

    def exported(self, root: Node, name: str) -> Binding | None:
        return self._declared(root, name)

    def star_exports(self, root: Node) -> list[str]:
        found = []
        for statement in root.named_children:
            module = statement.child_by_field_name("module_name")
            if module is not None and any(child.type == "wildcard_import" for child in statement.named_children):
                found.append(text_of(module))
        return found

    def files(self, module: str, importer: str) -> list[str]:
        dots = len(module) - len(module.lstrip("."))
        path = module.lstrip(".").replace(".", "/")
        folder = posixpath.dirname(importer)
        if dots:
            for _ in range(dots - 1):
                folder = posixpath.dirname(folder)
            places = [folder]
        else:
            places = list(dict.fromkeys(["", folder, "src"]))
        stems = [posixpath.normpath(posixpath.join(place, path)) for place in places]
        return [file for stem in stems for file in (f"{stem}.py", f"{stem}/__init__.py")]

    def spelled(self, camel: str) -> str:
        return _CAMEL.sub("_", camel).lower()


def _call(node: Node) -> Shape:
    callee, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or listed is None or listed.type != "argument_list":
        return Opaque("a call")
    parts = tuple(child for child in listed.named_children if child.type != "comment")
    positional = tuple(p for p in parts if p.type not in ("keyword_argument", "dictionary_splat", "list_splat"))
    keywords = _entries(listed, "keywords", parts)
    spread = any(part.type == "list_splat" for part in parts)
    if text_of(callee) == "dict" and not positional and not spread:
        return keywords
    return Call(node, callee, positional, listed, keywords, spread)


def _dictionary(node: Node) -> Entries:
    return _entries(node, "dict", tuple(child for child in node.named_children if child.type != "comment"))


def _entries(node: Node, style: str, parts: tuple[Node, ...]) -> Entries:
    entries, spreads, hidden = [], [], False
    for part in parts:
        key = part.child_by_field_name("name" if part.type == "keyword_argument" else "key")
        value = part.child_by_field_name("value")
        if part.type == "keyword_argument" and key is not None and value is not None:
            entries.append(Entry(text_of(key), value, part))
        elif part.type == "pair" and key is not None and value is not None and _PLAIN.fullmatch(text_of(key)):
            entries.append(Entry(text_of(key)[1:-1], value, part))
        elif part.type == "dictionary_splat" and part.named_children:
            spreads.append(part.named_children[0])
        elif style == "dict" or part.type == "list_splat":
            hidden = True
    return Entries(node, style, tuple(entries), tuple(spreads), parts, hidden)


def _is(node: Node, name: str) -> bool:
    return node.type == "identifier" and text_of(node) == name


def _block_of(statement: Node) -> Node | None:
    """Return the class in whose body a statement stands."""
    block = statement.parent
    return block.parent if block is not None and block.type == "block" else None


def _parameter(function: Node, name: str) -> Binding | None:
    parameters = function.child_by_field_name("parameters")
    index = 0
    for child in parameters.named_children if parameters is not None else ():
        if child.type in ("keyword_separator", "positional_separator", "comment"):
            continue
        named = child.child_by_field_name("name") or child
        if child.type == "typed_parameter":
            named = child.named_children[0]
        if named.type.endswith("splat_pattern"):
            if any(_is(part, name) for part in walk(named)):
                return Unsettled(f"`{name}` takes all further arguments")
        elif _is(named, name):
            changed = any(
                node.type in ("assignment", "augmented_assignment") and _is(node.named_children[0], name)
                for node in walk(function)
            )
            default = child.child_by_field_name("value") is not None
            return Unsettled(f"`{name}` is assigned again") if changed else Parameter(function, index, name, default)
        index += 1
    return None


def _imports(statement: Node) -> list[Import]:
    found = []
    if statement.type == "import_from_statement":
        module = statement.child_by_field_name("module_name")
        for part in statement.children_by_field_name("name"):
            member = part.child_by_field_name("name") or part
            found.append(Import(text_of(module) if module else "", text_of(member), statement, part))
    elif statement.type == "import_statement":
        for part in statement.children_by_field_name("name"):
            module = part.child_by_field_name("name") or part
            found.append(Import(text_of(module), None, statement, part))
    return found


def _known_as(imported: Import) -> str:
    """Return the name that an import gives: of `import a.b` without an alias that is `a`."""
    alias = imported.specifier.child_by_field_name("alias")
    if alias is not None:
        return text_of(alias)
    return imported.member or imported.module.partition(".")[0]


def _is_declaring(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") == node
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    if parent.type in ("dotted_name", "aliased_import", "parameters", "typed_parameter", "lambda_parameters"):
        return parent.type != "typed_parameter" or parent.named_children[0] == node
    if parent.type in ("default_parameter", "typed_default_parameter"):
        return parent.child_by_field_name("name") == node
    if parent.type in ("assignment", "function_definition", "class_definition"):
        return node in (parent.child_by_field_name("left"), parent.child_by_field_name("name"))
    return any(above.type == "type" for above in ancestors(node))
