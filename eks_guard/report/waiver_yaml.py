"""A waiver as it is written in `eks-guard.yaml`: for exactly one policy on exactly one subject."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Finding

GRACE = datetime.timedelta(days=90)
_GLOB = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"} | {chr(half): "?" for half in range(0xD800, 0xE000)})
"""A pattern that matches one name only; YAML cannot write half a surrogate pair, so there any character does."""
_QUOTED = {'"': '\\"', "\\": "\\\\"}


def waiver_lines(finding: Finding, reason: str, today: datetime.date) -> Iterator[str]:
    """An item of the list `waivers`, which holds for a while from a day on."""
    yield f"  - policy: {finding.policy.id}"
    yield f"    subject: {_quoted(finding.subject.id.translate(_GLOB))}"
    yield f"    reason: {reason}"
    yield f"    expires: {today + GRACE}"


def _quoted(text: str) -> str:
    """A double-quoted scalar. JSON's spelling of characters beyond U+FFFF, in two halves, means something else here."""
    return f'"{"".join(_QUOTED.get(c) or (c if c.isprintable() else _escape(ord(c))) for c in text)}"'


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 (what four digits hold)
