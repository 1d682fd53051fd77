"""HTML that cannot be broken out of: a string is text until somebody says that it is markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.matching import regex
from eks_guard.records import dataclass
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VOID = frozenset({"input", "meta"})
LONGEST = 1200
"""Characters of one text that are shown: a name of a hundred thousand must not bury the page."""
HEAD, TAIL = 900, 200
_SEPARATOR = regex(r"/|\.(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is ready to be written."""

    html: str


Child: TypeAlias = Markup | str | None


def tag(element: str, *children: Child, **attributes: str | bool | None) -> Markup:
    """An element. `class_` and `aria_label` stand for `class` and `aria-label`; an attribute of None is left out."""
    opening = element + "".join(_attribute(key, value) for key, value in attributes.items())
    if element in VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join(*children).html}</{element}>")


def join(*children: Child) -> Markup:
    """Children without an element around them."""
    return Markup("".join(c.html if isinstance(c, Markup) else _text(c) for c in children if c is not None))


def name(text: str, element: str = "bdi") -> Markup:
    """A path of any kind, with line breaks after its separators rather than within its words."""
    return tag(element, Markup(_SEPARATOR.sub(r"\g<0><wbr>", _text(text))))


def prose(text: str) -> Iterator[Child]:
    """Sentences, in which what stands between backquotes is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        parts = [text]
    for index, part in enumerate(parts):
        yield tag("code", part) if index % 2 else part


def code(lines: Iterable[str]) -> Markup:
    """Lines to copy: whole, whatever their length."""
    return tag("pre", tag("code", Markup("\n".join(escape(safe(line), quote=False) for line in lines))))


def icon(name: str) -> Markup:
    """A drawing of the page's own set; words beside it say the same."""
    return tag("svg", tag("use", href=f"#icon-{name}"), class_=f"icon icon-{name}", aria_hidden="true")


def link(url: str, words: str) -> Markup:
    """A link where the address is one of the web, which a policy's author does not always write; else its text."""
    if not url.startswith(("https://", "http://")):
        return tag("span", words)
    return tag("a", words, href=url, rel="noreferrer noopener")


def _text(text: str) -> str:
    shown = safe(text)
    if len(shown) > LONGEST:
        left = len(shown) - HEAD - TAIL
        shown = f"{shown[:HEAD]} … {left} characters left out … {shown[-TAIL:]}"
    return escape(shown, quote=False)


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(safe(value))}"'
