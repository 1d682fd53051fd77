"""TypeScript and JavaScript, read from tree-sitter's trees."""

from __future__ import annotations

import posixpath
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

WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
IDENTIFIERS = frozenset({"identifier", "shorthand_property_identifier"})
BLOCKS = frozenset({"statement_block", "program", "switch_case", "switch_default", "class_static_block"})
LOGICAL = frozenset({"||", "&&", "??"})
DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
FUNCTION_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration"})
LOOPS = frozenset({"for_in_statement", "for_statement", "catch_clause"})
ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")


class EcmaScript:
    """One dialect for both: the grammar of TypeScript only adds to that of JavaScript."""

    name = "ecmascript"
    functions = FUNCTION_DECLARATIONS | {"function_expression", "arrow_function", "method_definition"}
    classes = frozenset({"class_declaration", "abstract_class_declaration", "class"})

    def shape(self, node: Node) -> Shape:  # noqa: C901, PLR0912 (a table of the grammar)
        while node.type in WRAPPERS and node.named_children:
            node = node.named_children[0]
        match node.type:
            case "identifier" | "shorthand_property_identifier":
                return Nothing() if text_of(node) == "undefined" else Name(text_of(node))
            case "undefined" | "null":
                return Nothing()
            case "true" | "false" | "number":
                return Literal(text_of(node))
            case "member_expression" if (
                not any(child.type == "optional_chain" for child in node.children)
                and (of := node.child_by_field_name("object"))
                and (name := node.child_by_field_name("property"))
            ):
                return Member(of, text_of(name), name)
            case "new_expression" | "call_expression":
                return _call(node)
            case "object":
                return _object(node)
            case "array":
                items = tuple(child for child in node.named_children if child.type != "comment")
                return Items(node, items, any(item.type == "spread_element" for item in items))
            case "string":
                return Text(_string(node)) if not _escaped(node) else Opaque("a text with escapes")
            case "template_string" if not any(c.type == "template_substitution" for c in node.named_children):
                return Text(text_of(node)[1:-1]) if not _escaped(node) else Opaque("a text with escapes")
            case "ternary_expression":
                return Branch()
            case "binary_expression" if any(text_of(child) in LOGICAL for child in node.children):
                return Branch()
            case "arrow_function" | "function_expression":
                return Lambda(node)
        return Opaque("an expression")

    def binding(self, node: Node, name: str) -> Binding | None:
        for scope in ancestors(node):
            if scope.type in self.functions:
                found = _parameter(scope, name)
            elif scope.type in BLOCKS:
                found = self._declared(scope, name)
            elif scope.type in LOOPS and any(_text_is(child, name) for child in _patterns(scope)):
                found = Unsettled(f"`{name}` changes in a loop")
            else:
                found = None
            if found is not None:
                return found
        return None

    def _declared(self, scope: Node, name: str) -> Binding | None:  # noqa: C901 (each kind of declaration)
        for child in scope.named_children:
            statement = child
            if child.type == "export_statement":
                statement = child.child_by_field_name("declaration") or child
            if statement.type in DECLARATIONS:
                for declarator in statement.named_children:
                    found = _declarator(declarator, name, scope)
                    if found is not None:
                        return self._settled(found, scope, name)
            elif statement.type in FUNCTION_DECLARATIONS | self.classes:
                named = statement.child_by_field_name("name")
                if named is not None and text_of(named) == name:
                    return Defined(statement, scope)
            elif statement.type == "import_statement":
                for imported in _imports(statement):
                    if text_of(_local(imported.specifier)) == name:
                        return imported
        return None

    def _settled(self, found: Binding, scope: Node, name: str) -> Binding:
        changed = any(
            node.type in ("assignment_expression", "augmented_assignment_expression", "update_expression")
            and any(_text_is(child, name) for child in node.named_children[:1])
            for node in walk(scope)
        )
        declared = sum(
            node.type == "variable_declarator"
            and node.parent is not None
            and node.parent.type == "variable_declaration"
            and any(_text_is(child, name) for child in node.named_children[:1])
            for node in walk(scope)
        )
        again = changed or declared > 1
        return Unsettled(f"`{name}` is assigned more than once") if again else found

    def mentions(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            if node.type in IDENTIFIERS and text_of(node) == name and not _is_declaring(node):
                yield node

    def member_reads(self, scope: Node, name: str) -> Iterator[Node]:
        for node in walk(scope):
            if node.type in ("property_identifier", "shorthand_property_identifier_pattern") and text_of(node) == name:
                parent = node.parent
                if parent is not None and parent.type in ("member_expression", "object_pattern", "pair_pattern"):
                    yield node

    def results(self, function: Node) -> list[Node] | None:
        body = function.child_by_field_name("body")
        if body is None:
            return None
        if body.type != "statement_block":
            return [body]
        returns = [node for node in self._own(body) if node.type == "return_statement"]
        values = [child for node in returns for child in node.named_children if child.type != "comment"]
        ends = [child for child in body.named_children if child.type != "comment"][-1:]
        return values if ends and ends[0].type == "return_statement" and len(values) == len(returns) else None

    def _own(self, body: Node) -> Iterator[Node]:
        """Yield the nodes of a function without those of the functions in it."""
        stack = [body]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in node.named_children if child.type not in self.functions | self.classes)

    def name_of(self, definition: Node) -> str | None:
        named = definition.child_by_field_name("name")
        if definition.type == "method_definition" and named is not None and text_of(named) == "constructor":
            holder = next((node for node in ancestors(definition) if node.type in self.classes), None)
            return self.name_of(holder) if holder is not None else None
        if named is not None:
            return text_of(named)
        parent = definition.parent
        while parent is not None and parent.type in WRAPPERS:
            parent = parent.parent
        holds = ("variable_declarator", "public_field_definition", "field_definition")
        if parent is None or parent.type not in holds:
            return None
        named = parent.child_by_field_name("name") or parent.child_by_field_name("property")
        return text_of(named) if named is not None and not named.type.endswith("_pattern") else None

    def bases(self, class_node: Node) -> list[Node]:
        heritage = next((child for child in class_node.named_children if child.type == "class_heritage"), None)
        if heritage is None:
            return []
        clause = next((child for child in heritage.named_children if child.type == "extends_clause"), None)
        if clause is None:
            return [child for child in heritage.named_children if child.type != "implements_clause"]
        value = clause.child_by_field_name("value")
        return [value] if value is not None else []

    def is_super(self, callee: Node) -> bool:
        return callee.type == "super"

    def has_constructor(self, class_node: Node) -> bool:
        body = class_node.child_by_field_name("body")
        return body is not None and any(_named(child, "constructor") for child in body.named_children)

    def field(self, class_node: Node, name: str) -> list[Node]:
        values = []
        for node in walk(class_node):
            if node.type in ("public_field_definition", "field_definition"):
                named = node.child_by_field_name("name") or node.child_by_field_name("property")
                value = node.child_by_field_name("value")
                if named is not None and value is not None and text_of(named) == name:
                    values.append(value)
            elif node.type == "assignment_expression":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None and right is not None and text_of(left) == f"this.{name}":
                    values.append(right)
            elif node.type in ("required_parameter", "optional_parameter") and any(
                child.type in ("accessibility_modifier", "readonly") for child in node.children
            ):
                pattern = node.child_by_field_name("pattern")
                if pattern is not None and text_of(pattern) == name:
                    values.append(pattern)
        return values

    def is_self(self, node: Node) -> bool:
        return node.type == "this"

    def imports(self, root: Node) -> list[Import]:
        found = []
        for child in root.named_children:
            if child.type == "import_statement":
                found += _imports(child)
            elif child.type in DECLARATIONS:
                found += [imported for part in child.named_children for imported in _required(part, child)]
        return found

    def exported(self, root: Node, name: str) -> Binding | None:
        for statement in root.named_children:
            if statement.type != "export_statement":
                continue
            source = statement.child_by_field_name("source")
            for specifier in (node for node in walk(statement) if node.type == "export_specifier"):
                inner = specifier.child_by_field_name("name")
                outer = specifier.child_by_field_name("alias") or inner
                if inner is None or outer is None or text_of(outer) != name:
                    continue
                if source is not None:
                    return Import(_string(source), text_of(inner), statement, specifier)
                return self._declared(root, text_of(inner))
        return self._declared(root, name)

    def star_exports(self, root: Node) -> list[str]:
        found = []
        for statement in root.named_children:
            source = statement.child_by_field_name("source") if statement.type == "export_statement" else None
            if source is not None and any(child.type == "*" for child in statement.children):
                found.append(_string(source))
        return found

    def files(self, module: str, importer: str) -> list[str]:
        if not module.startswith("."):
            return []
        path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        stem, ending = posixpath.splitext(path)
        stems = [stem] if ending in ENDINGS else [path]
        return [
            *(f"{stem}{ending}" for stem in stems for ending in ENDINGS),
            *(f"{path}/index{ending}" for ending in ENDINGS),
        ]

    def spelled(self, camel: str) -> str:
        return camel


def _call(node: Node) -> Shape:
    callee = node.child_by_field_name("constructor") or node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if callee is None or arguments is None or arguments.type != "arguments":
        return Opaque("a call without arguments")
    found = tuple(child for child in arguments.named_children if child.type != "comment")
    return Call(node, callee, found, arguments, None, any(child.type == "spread_element" for child in found))


def _object(node: Node) -> Entries:
    parts = tuple(child for child in node.named_children if child.type != "comment")
    entries, spreads, hidden = [], [], False
    for part in parts:
        key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
        if part.type == "shorthand_property_identifier":
            entries.append(Entry(text_of(part), part, part))
        elif part.type == "spread_element" and part.named_children:
            spreads.append(part.named_children[0])
        elif part.type == "pair" and key is not None and value is not None and key.type != "computed_property_name":
            entries.append(Entry(_string(key) if key.type == "string" else text_of(key), value, part))
        else:
            hidden = True
    return Entries(node, "object", tuple(entries), tuple(spreads), parts, hidden)


def _string(node: Node) -> str:
    return text_of(node)[1:-1]


def _escaped(node: Node) -> bool:
    return any(child.type == "escape_sequence" for child in node.named_children)


def _text_is(node: Node, name: str) -> bool:
    return node.type == "identifier" and text_of(node) == name


def _named(node: Node, name: str) -> bool:
    named = node.child_by_field_name("name")
    return node.type == "method_definition" and named is not None and text_of(named) == name


def _patterns(scope: Node) -> Iterator[Node]:
    for field in ("left", "initializer", "parameter"):
        part = scope.child_by_field_name(field)
        if part is not None:
            yield from walk(part)


def _parameter(function: Node, name: str) -> Binding | None:
    single = function.child_by_field_name("parameter")
    if single is not None:
        return Parameter(function, 0, name, has_default=False) if text_of(single) == name else None
    parameters = function.child_by_field_name("parameters")
    for index, child in enumerate(parameters.named_children if parameters is not None else ()):
        pattern = child.child_by_field_name("pattern") or child.child_by_field_name("left") or child
        default = child.type == "assignment_pattern" or child.child_by_field_name("value") is not None
        if pattern.type == "rest_pattern" and any(_text_is(node, name) for node in walk(pattern)):
            return Unsettled(f"`{name}` takes all further arguments")
        if _text_is(pattern, name):
            changed = any(
                node.type == "assignment_expression" and any(_text_is(part, name) for part in node.named_children[:1])
                for node in walk(function)
            )
            return Unsettled(f"`{name}` is assigned again") if changed else Parameter(function, index, name, default)
        if pattern.type == "object_pattern":
            taken = _taken(pattern, name)
            if taken is not None:
                return Parameter(function, index, name, default, taken)
    return None


def _taken(pattern: Node, name: str) -> tuple[str, ...] | None:
    """Return the property that a pattern gives a name to; None if it does not, or not without a default."""
    for part in pattern.named_children:
        if part.type == "shorthand_property_identifier_pattern" and text_of(part) == name:
            return (name,)
        if part.type == "pair_pattern":
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            if key is not None and value is not None and _text_is(value, name):
                return (text_of(key),)
    return None


def _declarator(declarator: Node, name: str, scope: Node) -> Binding | None:
    named, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if named is None:
        return None
    for imported in _required(declarator, declarator.parent or declarator):
        if text_of(_local(imported.specifier)) == name:
            return imported
    if _text_is(named, name):
        return Assigned(value, scope) if value is not None else Unsettled(f"`{name}` is assigned later")
    if named.type == "object_pattern":
        taken = _taken(named, name)
        if taken is not None and value is not None:
            return Assigned(value, scope, taken)
        if any(text_of(node) == name for node in walk(named)):
            return Unsettled(f"`{name}` is taken apart in a way that is not followed")
    return None


def _imports(statement: Node) -> list[Import]:
    source = statement.child_by_field_name("source")
    require = next((child for child in statement.named_children if child.type == "import_require_clause"), None)
    if require is not None:
        source = require.child_by_field_name("source")
        name = require.named_children[0]
        return [Import(_string(source), None, statement, name)] if source is not None else []
    if source is None:
        return []
    module, typed = _string(source), any(child.type == "type" for child in statement.children)
    found = []
    for node in walk(statement):
        if node.type == "import_specifier":
            name = node.child_by_field_name("name") or node
            only = typed or any(child.type == "type" for child in node.children)
            found.append(Import(module, text_of(name), statement, node, only))
        elif node.type == "namespace_import":
            found.append(Import(module, None, statement, node.named_children[0], typed))
        elif node.type == "identifier" and node.parent is not None and node.parent.type == "import_clause":
            found.append(Import(module, None, statement, node, typed))
    return found


def _required(declarator: Node, statement: Node) -> list[Import]:
    """Return the names of `const … = require('…')`."""
    named, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if named is None or value is None or value.type != "call_expression":
        return []
    callee, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    if callee is None or text_of(callee) != "require" or arguments is None or len(arguments.named_children) != 1:
        return []
    if arguments.named_children[0].type != "string":
        return []
    module = _string(arguments.named_children[0])
    if named.type == "identifier":
        return [Import(module, None, statement, named)]
    found = []
    for part in named.named_children if named.type == "object_pattern" else ():
        key = part.child_by_field_name("key") or part
        if part.type in ("pair_pattern", "shorthand_property_identifier_pattern"):
            found.append(Import(module, text_of(key), statement, part))
    return found


def _local(specifier: Node) -> Node:
    """Return the name under which a file knows what a specifier imports."""
    fields = ("alias", "value", "name")
    return next((node for field in fields if (node := specifier.child_by_field_name(field))), specifier)


def _is_declaring(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("import_specifier", "export_specifier", "import_clause", "namespace_import"):
        return True
    if parent.type in ("required_parameter", "optional_parameter"):
        return parent.child_by_field_name("pattern") == node
    if parent.type == "formal_parameters" or (
        parent.type == "arrow_function" and parent.child_by_field_name("parameter") == node
    ):
        return True
    declares = parent.type in ("variable_declarator", "function_declaration", "class_declaration", "class")
    return declares and parent.child_by_field_name("name") == node
