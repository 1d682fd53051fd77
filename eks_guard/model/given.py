"""Values that somebody gives for parameters, as a deployment would."""

from __future__ import annotations

from eks_guard.records import dataclass

PSEUDO = "AWS::"
"""Begins the names of pseudo parameters."""


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value for a parameter.

    `key` may also be a pseudo parameter, such as `AWS::Region`, or the path of an SSM parameter, as `/eks/version`.
    `stack` is a glob on the ids or names of stacks; None for every stack that has the parameter. `said` names where
    it was written, for messages.
    """

    key: str
    value: str
    stack: str | None = None
    said: str = "--parameters"

    @classmethod
    def parse(cls, name: str, value: str, said: str) -> GivenValue:
        """Read `KEY` or `STACK:KEY`; a path of SSM and the name of a pseudo parameter are keys as a whole."""
        before, pseudo, rest = name.rpartition(PSEUDO)
        if pseudo and (not before or before.endswith(":")):
            return cls(f"{pseudo}{rest}", value, before.removesuffix(":") or None, said)
        stack, _, key = ("", "", name) if name.startswith("/") else name.rpartition(":")
        return cls(key, value, stack or None, said)

    @property
    def is_pseudo(self) -> bool:
        """Whether it says where a stack is deployed."""
        return self.key.startswith(PSEUDO)
