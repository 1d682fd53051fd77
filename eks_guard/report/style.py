"""How text is laid out: its width, its colours, and what must never reach a terminal."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any

from eks_guard.matching import regex
from eks_guard.records import dataclass

_OBEYED = r"\x7f-\x9f\u061c\u200e\u200f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""What terminals and editors obey, beside the control characters of ASCII, and what is no character at all."""
_CONTROL = regex(rf"[\x00-\x08\x0b-\x1f{_OBEYED}]")
_SERVICE = r"#(?=#\w*\[)"
"""`##[…]` of GitHub and Azure, `##vso[…]` of Azure, `##teamcity[…]`."""
_IN_JSON = regex(rf"[{_OBEYED}]|{_SERVICE}")
_COMMAND = regex(rf"^(?:[^\S\n]|[\ufeff\u180e\u200b\u2060])*(?=::)|{_SERVICE}", re.MULTILINE)
"""What the runners of pipelines take for a command in any line of a log, whoever prints it; they skip white space."""
_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader's screen can show, and what the reader wants to see."""

    width: int = 100
    colour: bool = False
    links: bool = False
    show_passed: bool = False

    def paint(self, text: str, *names: str) -> str:
        """The text in some colours, or as it is."""
        if not self.colour or not names or not text:
            return text
        return f"\033[{';'.join(_CODES[name] for name in names)}m{text}\033[0m"

    def link(self, text: str, address: str | None) -> str:
        """The text with an address behind it, in the escape sequence OSC 8 of terminals that know it."""
        return f"\033]8;;{address}\033\\{text}\033]8;;\033\\" if self.links and address else text

    def wrap(self, text: str, indent: str) -> list[str]:
        """The text in lines of at most the width, long words kept whole."""
        lines: list[str] = []
        for paragraph in text.splitlines():
            lines += textwrap.wrap(
                paragraph,
                max(self.width, len(indent) + 20),
                initial_indent=indent,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
        return lines


def safe(text: str) -> str:
    """The text with control characters made visible: names come from templates, and terminals obey escape sequences."""
    visible = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text).replace("\n", "\\n").replace("\t", " ")
    return re.sub(_SERVICE, r"#\\", visible)


def defused(report: str) -> str:
    """A report without lines that a pipeline would obey: a backslash before each, as Markdown escapes it, too."""
    return _COMMAND.sub(lambda match: f"{match[0]}\\", report)


def as_json(document: Any) -> str:
    """JSON for people and programs; what a terminal or a pipeline would obey is escaped, and means the same."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
