"""Values that somebody gives for parameters, as a deployment would."""

from __future__ import annotations

from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value for a parameter, or for an SSM parameter where `key` is a path such as `/eks/version`.

    `stack` is a glob on the ids or names of stacks; None for every stack that has the parameter. `said` names where
    it was written, for messages.
    """

    key: str
    value: str
    stack: str | None = None
    said: str = "--parameters"

    @classmethod
    def parse(cls, name: str, value: str, said: str) -> GivenValue:
        """Read `KEY` or `STACK:KEY`; a path of SSM is a key as a whole."""
        stack, _, key = ("", "", name) if name.startswith("/") else name.rpartition(":")
        return cls(key, value, stack or None, said)
