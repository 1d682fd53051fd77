"""Parts of an object: JSON in which an `Unknown` or an `OpenText` stands for what only a deployment knows."""

from __future__ import annotations

from typing import Any

from eks_guard.model.value import Unknown
from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class OpenText:
    """Text in quotes of which some pieces are open: None stands for each of these."""

    pieces: tuple[str | None, ...]
    reason: str = "a part of it is known only after deployment"

    @property
    def fixed(self) -> tuple[str, ...]:
        """The pieces that are known."""
        return tuple(piece for piece in self.pieces if piece)

    def may_be(self, text: str) -> bool:
        """Whether the open pieces can be such that the whole is this text."""
        pieces = [piece for piece in self.pieces if piece != ""]
        begin = pieces[0] if pieces and pieces[0] else ""
        end = pieces[-1] if len(pieces) > 1 and pieces[-1] else ""
        if len(begin) + len(end) > len(text) or not (text.startswith(begin) and text.endswith(end)):
            return False
        at, last = len(begin), len(text) - len(end)
        for piece in pieces[bool(begin) : len(pieces) - bool(end)]:
            found = at if piece is None else text.find(piece, at, last)
            if found < 0:
                return False
            at = found + len(piece or "")
        return None in pieces or at == last

    def __str__(self) -> str:
        return "".join("…" if piece is None else piece for piece in self.pieces)


def mapping(value: Any) -> dict[Any, Any]:
    """A map; empty for anything else, whose type is somebody else's finding."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list; empty for anything else."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Text without open pieces, else None."""
    return value if isinstance(value, str) else None


def number(value: Any) -> int | None:
    """A whole number, else None; 2.0 is one, as kubectl writes it out again."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_open(value: Any) -> bool:
    """Whether a value, or a piece of it, is known only after deployment."""
    return isinstance(value, Unknown | OpenText)


def is_given(value: Any) -> bool:
    """Whether a value is there and not what Go takes for absent: null, empty text, an empty list."""
    return value is not None and value not in ("", [])


def has_open_keys(value: dict[Any, Any]) -> bool:
    """Whether a key of a map is open, so that any field may be in it."""
    return any(not isinstance(key, str) for key in value)


def lacks(value: dict[Any, Any], key: str) -> bool:
    """Whether a field is surely absent or empty."""
    return not is_given(value.get(key)) and not has_open_keys(value)


def closed(value: Any) -> Any:
    """JSON in which text with open pieces is unknown as a whole."""
    if isinstance(value, dict):
        return {str(key): closed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [closed(inner) for inner in value]
    return Unknown(value.reason) if isinstance(value, OpenText) else value
