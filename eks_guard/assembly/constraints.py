"""What the declaration of a parameter takes: CloudFormation refuses a deployment with another value.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex

if TYPE_CHECKING:
    from eks_guard.patterns import Pattern

_NUMBER = regex(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_PORTABLE = regex(
    r"""(?:
        [^\\\[\](){}?*+]                              # a character, an anchor, or an alternative
        | \\[dDwWsStnrf] | \\[^A-Za-z0-9]             # what an escape means in Java and here
        | \[ \^? (?:[^\\\[\]&^] | \\[dDwWsStnrf] | \\[^A-Za-z0-9])+ \]   # no class inside another, no intersection
        | \( (?:\?:)? (?!\?) | \)
        | [?*+] | \{ [0-9]+ (?:, [0-9]*)? \}
    )*""",
    64,  # re.VERBOSE
)
"""A pattern of what java.util.regex and Python read alike; they differ in much of the rest."""
_ENDS_OF_LINES = frozenset("\n\r\x85\u2028\u2029")
"""What a dot and a dollar of Java treat in another way than those of Python."""


def expected(parameter: dict[str, Any], text: str) -> str | None:
    """What a parameter takes, for a text that it surely does not take; None for one that it may take."""
    kind = parameter.get("Type")
    if kind == "String":
        return _of_length(parameter, text) or of_pattern(parameter, text)
    return _of_number(parameter, text) if kind == "Number" else None


def of_pattern(parameter: dict[str, Any], text: str) -> str | None:
    """What a parameter takes by its pattern, which is about the whole text; None where Java may read it otherwise."""
    written = parameter.get("AllowedPattern")
    if not isinstance(written, str) or not written or not _ENDS_OF_LINES.isdisjoint(text):
        return None
    pattern = _compiled(written)
    return None if pattern is None or pattern.search(text) else f"text that matches {written}"


@lru_cache(maxsize=256)
def listed(written: str, most: int) -> tuple[str, ...]:
    """The texts that a pattern lists, such as `^(dev|prod)$`; none where they are more than some number, or open."""
    pattern = _compiled(written) if written else None
    if pattern is None:
        return ()
    from eks_guard.assembly.finite_patterns import texts_of  # noqa: PLC0415 (few parameters have a pattern)

    return tuple(text for text in texts_of(written, most) or () if pattern.search(text))


@lru_cache(maxsize=256)
def _compiled(written: str) -> Pattern | None:
    from eks_guard.patterns import MAX_PATTERN, compile_pattern  # noqa: PLC0415 (few parameters have a pattern)

    if len(written) > MAX_PATTERN or _PORTABLE.fullmatch(written) is None:
        return None
    try:
        return compile_pattern(rf"(?a)\A(?:{written})\Z")
    except ValueError:
        return None


def _of_length(parameter: dict[str, Any], text: str) -> str | None:
    if any(ord(letter) > 0xFFFF for letter in text):  # noqa: PLR2004 (Java counts them twice)
        return None
    least, most = _bound(parameter, "MinLength"), _bound(parameter, "MaxLength")
    if least is not None and len(text) < least:
        return f"at least {least} characters"
    return f"at most {most} characters" if most is not None and len(text) > most else None


def _of_number(parameter: dict[str, Any], text: str) -> str | None:
    if not _NUMBER.fullmatch(text):
        return None
    number, least, most = Decimal(text), _bound(parameter, "MinValue"), _bound(parameter, "MaxValue")
    if least is not None and number < least:
        return f"at least {least}"
    return f"at most {most}" if most is not None and number > most else None


def _bound(parameter: dict[str, Any], name: str) -> Decimal | None:
    """A bound as a number, which may be written as a text."""
    written = parameter.get(name)
    if isinstance(written, bool) or not isinstance(written, int | float | str) or not _NUMBER.fullmatch(str(written)):
        return None
    return Decimal(str(written))
