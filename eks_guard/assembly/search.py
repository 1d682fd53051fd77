"""What is asked of every JSON template of an assembly, found in one go: most files need be neither parsed nor kept."""

from __future__ import annotations

from eks_guard.matching import regex
from eks_guard.records import dataclass

HANDED_IN = "a trust that is handed in"
"""Asked of a template in which the trust of a role is no object, so that what it says stands elsewhere."""
WORDS = ("Fn::ForEach", "Transform", "Federated", "WebIdentity")
"""What may stand in any template and is looked for in each."""
_TYPE = regex(rb'Type"\s*:\s*"([^"]*)"')
"""Without the first quote, of which a template is full: a search stops at each letter like its first."""
_TRUST = b'"AssumeRolePolicyDocument"'
_IS_OBJECT = regex(rb'\s*:\s*\{\s*"(?:Statement|Version)"')
_ESCAPED_ASCII = regex(rb"\\u00[2-7]")


@dataclass(frozen=True, slots=True)
class Found:
    """What a JSON file has. `types`: each type that it writes, among other values of keys that end so, a line each.

    `escapes`: whether a word may be written in another way than by its letters. `whole`: whether the file is complete,
    as its braces tell; a template that is cut off is not.
    """

    types: str
    words: frozenset[str]
    escapes: bool
    whole: bool


def search(content: bytes) -> Found:
    """Search the bytes of a JSON file for all of it."""
    words = {word for word in WORDS if holds(content, word.encode())}
    if _hands_in_trust(content):
        words.add(HANDED_IN)
    types = "\n".join({found.decode(errors="replace") for found in set(_TYPE.findall(content))})
    return Found(types, frozenset(words), has_escapes(content), _looks_whole(content))


def holds(content: bytes, word: bytes) -> bool:
    """Whether a word that most files lack stands in one. From its end: `rfind` skips what `in` compares."""
    return content.rfind(word) >= 0


def _hands_in_trust(content: bytes) -> bool:
    at = content.find(_TRUST)
    while at >= 0:
        at += len(_TRUST)
        if not _IS_OBJECT.match(content, at):
            return True
        at = content.find(_TRUST, at)
    return False


def has_escapes(content: bytes) -> bool:
    """Whether a word may be written in another way than by its letters."""
    return b"\\" in content and b"\\u00" in content and bool(_ESCAPED_ASCII.search(content))


def _looks_whole(content: bytes) -> bool:
    if content.startswith(b"{\n ") and content.endswith(b"\n}"):  # indented, as CDK writes it
        return True
    return content.lstrip()[:1] == b"{" and content.count(b"{") == content.count(b"}")
