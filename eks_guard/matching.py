"""Regular expressions that are compiled when first asked: a plain `check` asks a third of those that it imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as regex
else:

    class regex:  # noqa: N801 (to whoever uses it, and to type checkers, it is `re.compile`)
        """A pattern that compiles at its first match, and is as quick as `re.Pattern` from then on."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._written = pattern, flags

        def __getattr__(self, name: str) -> Any:
            found = getattr(re.compile(*self._written), name)
            self.__dict__[name] = found
            return found


__all__ = ["regex"]
