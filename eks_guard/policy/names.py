"""Names that people type."""

from __future__ import annotations


def nearest(name: object, known: list[str]) -> str:
    """A hint at the known name that is most like this one, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 (only for a mistake)

    letters = {word.lower(): word for word in reversed(known)}
    close = get_close_matches(str(name), known, n=1) or get_close_matches(str(name).lower(), list(letters), n=1)
    return f"; did you mean {letters.get(close[0], close[0])}?" if close else ""
