"""How much a failure matters, and what a policy can say."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How much a failure matters, in order."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def _missing_(cls, value: object) -> Severity | None:
        """The severity of a word, as reports write it."""
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None

    @classmethod
    def parse(cls, name: str) -> Severity:
        """Read a severity as users write it. Raises ValueError."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise ValueError(f"found {name!r}, expected info, low, medium or high") from None


class Outcome(StrEnum):
    """What a policy says of a subject: the result kinds of SARIF that apply here."""

    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


OPEN = (Outcome.FAIL, Outcome.UNKNOWN)
"""The outcomes that ask somebody to do something."""
