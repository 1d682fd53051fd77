"""JSON text with open parts, as CDK writes manifests: inside of quotes, or without quotes where a number or a list is.

Each open part becomes a mark in the text, which is parsed, and the marks become `OpenText` and `Unknown`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from eks_guard.kubernetes.parts import OpenText
from eks_guard.matching import regex
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.model.workloads import ManifestText

BEGIN, END, BARE = "\ufdd0", "\ufdd1", "\ufdd2"
"""No characters of any text (Unicode's noncharacters)."""
_WRITTEN_MARK = f"{BEGIN}(\\d+){END}"
_MARK = regex(_WRITTEN_MARK)
_STRING = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
"""A text in quotes; one that nothing closes goes to the end, so that no quote is looked at twice."""
_STRING_OR_MARK = regex(f"{_STRING}|{_WRITTEN_MARK}", re.DOTALL)
_STRING_OR_PLACEHOLDER = regex(rf'{_STRING}|\$\{{[^}}"$]*\}}', re.DOTALL)
_BARE = regex(f"{BARE}(\\d+){END}")


class OpenParts:
    """The open parts of one text, each with the reason why it is open."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def mark(self, reason: str) -> str:
        """What stands in the text for an open part."""
        self._reasons.append(reason)
        return f"{BEGIN}{len(self._reasons) - 1}{END}"

    def parse(self, text: str) -> Value[ManifestText]:
        """The JSON of a text with marks; unknown where the deployment decides whether it is any."""
        if not self._reasons:
            try:
                parsed, repeated = _loaded(text)
                return Known(ManifestText(parsed, len(text), repeated=repeated))
            except (ValueError, RecursionError) as error:
                return Known(ManifestText(None, len(text), f"is not valid JSON: {error}"))
        try:
            parsed, repeated = _loaded(_STRING_OR_MARK.sub(_quoted, text))
            found = self._with_unknowns(parsed)
        except (ValueError, RecursionError):
            return Unknown(self._reasons[0])
        return found if isinstance(found, Unknown) else Known(ManifestText(found, len(text), repeated=repeated))

    def _with_unknowns(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._opened(key): self._with_unknowns(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._with_unknowns(inner) for inner in value]
        return self._opened(value) if isinstance(value, str) else value

    def _opened(self, text: str) -> Any:
        bare = _BARE.fullmatch(text)
        if bare:
            return Unknown(self._reasons[int(bare[1])])
        pieces = _MARK.split(text)  # text, number, text, number, … text
        if len(pieces) == 1:
            return text
        reason = self._reasons[int(pieces[1])]
        return OpenText(
            tuple(None if index % 2 else piece for index, piece in enumerate(pieces) if index % 2 or piece), reason
        )


def _loaded(text: str) -> tuple[Any, tuple[str, ...]]:
    """The JSON of a text, with the keys that an object has twice, of which the last counts, as in CDK's handler."""
    try:
        return _STRICT.decode(text), ()
    except ValueError:  # which is said below
        repeated: list[str] = []
        found = json.loads(text, object_pairs_hook=lambda pairs: _last_of(pairs, repeated))
        return found, tuple(dict.fromkeys(repeated))


def _last_of(pairs: list[tuple[str, Any]], repeated: list[str] | None = None) -> dict[str, Any]:
    """An object, with the keys that are there twice in `repeated`. Raises ValueError for one without it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        if repeated is None:
            raise ValueError
        repeated += [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    return found


_STRICT = json.JSONDecoder(object_pairs_hook=_last_of)
"""For most texts, in which no object has a key twice."""


def with_quotes(text: str) -> str:
    """A text in which each `${…}` outside of quotes has some."""
    return _STRING_OR_PLACEHOLDER.sub(lambda match: match[0] if match[0][0] == '"' else f'"{match[0]}"', text)


def _quoted(match: re.Match[str]) -> str:
    """A mark that stands outside of quotes, as a text of its own."""
    return match[0] if match[1] is None else f'"{BARE}{match[1]}{END}"'
