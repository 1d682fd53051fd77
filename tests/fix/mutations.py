"""Rewrites of a source that keep its meaning for the one cluster, and carry the positions of the assembly along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from eks_guard.fix.syntax import parse, text_of, walk

if TYPE_CHECKING:
    from hypothesis import strategies as st

DECOYS = {
    "typescript": """
class DecoyStack extends Stack {
  constructor(scope: any, id: string) {
    super(scope, id);
    const layer = new KubectlV24Layer(this, 'Kubectl');
    new eks.Cluster(this, 'Cluster', { version: eks.KubernetesVersion.V1_24, kubectlLayer: layer, defaultCapacity: 0 });
  }
}
""",
    "javascript": """
class DecoyStack extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new Cluster(this, "Cluster", { version: KubernetesVersion.V1_24, kubectlLayer: new KubectlV24Layer(this, "Kubectl") });
  }
}
""",
    "python": """

class DecoyStack(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        layer = KubectlV24Layer(self, "Kubectl")
        eks.Cluster(self, "Cluster", version=eks.KubernetesVersion.V1_24, kubectl_layer=layer, default_capacity=0)
""",
}


@dataclass(frozen=True)
class Text:
    """A source with the offsets, in characters, of what the assembly points at."""

    content: str
    grammar: str
    marks: tuple[int, ...]

    def spliced(self, start: int, end: int, text: str) -> Text:
        """The source with other text in a range; a mark in the range stays at its beginning."""
        moved = len(text) - (end - start)
        marks = tuple(mark + moved if mark >= end and (mark > start or start == end) else mark for mark in self.marks)
        return replace(self, content=self.content[:start] + text + self.content[end:], marks=marks)

    def position(self, mark: int) -> tuple[int, int]:
        begin = self.content.rfind("\n", 0, mark) + 1
        column = len(self.content[begin:mark].encode("utf-16-le")) // 2 + 1
        return self.content.count("\n", 0, mark) + 1, column if self.grammar != "python" else 1

    def nodes(self):
        root = parse(self.content.encode(), self.grammar)
        return [node for node in walk(root) if not _is_in_text(node)]

    def offset(self, byte: int) -> int:
        return len(self.content.encode()[:byte].decode())


def mutate(text: Text, draw: st.DrawFn) -> Text:
    from hypothesis import strategies as st

    kinds = [_comment, _line, _rename, _swap, _parentheses, _decoy]
    return draw(st.sampled_from(kinds))(text, lambda values: draw(st.sampled_from(values)))


def _comment(text, choose):
    if text.grammar == "python":
        return _line(text, choose)
    node = choose([node for node in text.nodes() if node.type not in ("comment", "hash_bang_line", "program")])
    at = text.offset(node.start_byte)
    return text.spliced(at, at, "/* new eks.Cluster(this, 'Cluster') */ ")


def _line(text, choose):
    """A comment on a line of its own, before a statement."""
    statements = [
        node
        for node in text.nodes()
        if node.parent is not None
        and node.parent.type in ("program", "module", "statement_block", "block")
        and node.type != "hash_bang_line"
        and "import" not in node.type
    ]
    if not statements:
        return text
    node = choose(statements)
    begin = text.content.rfind("\n", 0, text.offset(node.start_byte)) + 1
    indent = text.content[begin : text.offset(node.start_byte)]
    if indent.strip():
        return text
    mark = "#" if text.grammar == "python" else "//"
    return text.spliced(begin, begin, f"{indent}{mark} ⚓ KubectlV24Layer(this, 'Kubectl')\n")


def _rename(text, choose):
    """Another name for a class, variable or function, wherever it is written."""
    names = sorted(
        {
            text_of(named)
            for node in text.nodes()
            if node.type in ("variable_declarator", "class_declaration", "function_declaration", "assignment")
            and (named := node.child_by_field_name("name") or node.child_by_field_name("left"))
            and named.type in ("identifier", "type_identifier")
        }
    )
    shorthand = {text_of(node) for node in text.nodes() if "shorthand" in node.type}
    names = [name for name in names if name not in shorthand]
    if not names:
        return text
    old = choose(names)
    new = old + choose(["X", "_2", "Ω"])
    places = [
        node
        for node in text.nodes()
        if node.type in ("identifier", "type_identifier")
        and text_of(node) == old
        and not (
            node.parent is not None and node.parent.type == "keyword_argument" and node.parent.named_children[0] == node
        )
        and not (
            node.parent is not None
            and node.parent.type == "attribute"
            and node.parent.child_by_field_name("attribute") == node
        )
    ]
    for node in reversed(places):
        start, end = text.offset(node.start_byte), text.offset(node.end_byte)
        text = text.spliced(start, end, new)
    return text


def _swap(text, choose):
    """Two members of an object, or two keywords, in the other order."""
    pairs = []
    for node in text.nodes():
        if node.type in ("object", "argument_list", "dictionary"):
            parts = [part for part in node.named_children if part.type in ("pair", "keyword_argument")]
            pairs += [(one, two) for one, two in pairwise(parts) if one.next_named_sibling == two]
    if not pairs:
        return text
    one, two = choose(pairs)
    a, b, c, d = (text.offset(byte) for byte in (one.start_byte, one.end_byte, two.start_byte, two.end_byte))
    first, between, second = text.content[a:b], text.content[b:c], text.content[c:d]
    if text.grammar == "python" and "\n" in first + between + second:
        moves = [mark for mark in text.marks if a <= mark < d]
        if moves and "\n" not in between:
            return text
    marks = tuple(
        mark + (d - c) + (c - b) if a <= mark < b else mark - (c - a) if c <= mark < d else mark for mark in text.marks
    )
    return replace(text, content=text.content[:a] + second + between + first + text.content[d:], marks=marks)


def _parentheses(text, choose):
    if text.grammar == "python":
        return text
    calls = [node for node in text.nodes() if node.type == "new_expression"]
    node = choose(calls)
    start, end = text.offset(node.start_byte), text.offset(node.end_byte)
    return text.spliced(end, end, ")").spliced(start, start, "(")


def _decoy(text, _):
    """Another cluster with another version, and its own layer of the same class, after everything else."""
    decoy = DECOYS[
        "javascript" if text.grammar == "javascript" else "python" if text.grammar == "python" else "typescript"
    ]
    if "DecoyStack" in text.content:
        return text
    end = len(text.content.rstrip())
    return text.spliced(end, len(text.content), "\n" + decoy)


def _is_in_text(node) -> bool:
    while node is not None:
        if node.type in (
            "string",
            "template_string",
            "concatenated_string",
            "import_statement",
            "import_from_statement",
        ):
            return True
        node = node.parent
    return False
