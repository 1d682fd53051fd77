"""Versions of Kubernetes, kubectl and Helm, compared as numbers and never as text: 1.30 is not 1.3."""

from __future__ import annotations

import re

from eks_guard.matching import regex
from eks_guard.model.describe import as_written
from eks_guard.records import dataclass

_PATTERN = regex(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+][0-9A-Za-z.+-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version as exact as its source: `1.28` (patch -1 inside, so that it sorts first) or `1.28.3`."""

    major: int
    minor: int
    patch: int = -1

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `1.28`, `v1.28.3` or `1.28.3-eks-a1b2c3`. Raises ValueError for anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"found {as_written(text)}, expected a version like '1.33' or '1.33.1'")
        major, minor, patch = match.groups()
        return cls(int(major), int(minor), int(patch) if patch else -1)

    @property
    def of_minor(self) -> Version:
        """The same version without its patch."""
        return Version(self.major, self.minor)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}" + (f".{self.patch}" if self.patch >= 0 else "")


MINORS_OF_A_MAJOR = 1000
"""What a major version counts as, in minors: further than any skew that is supported."""


def minors_between(newer: Version, older: Version) -> int:
    """How many minors `newer` is ahead of `older`; negative if it is behind."""
    return (newer.major - older.major) * MINORS_OF_A_MAJOR + newer.minor - older.minor
