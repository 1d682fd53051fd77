"""The words of `when` that limit a policy to a part of the app: `when: {stack: "Prod*"}`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from eks_guard.model.policy import AnyOf, Expectation, Operator
from eks_guard.records import dataclass

WORDS = {
    "stack": "subject.stack",
    "account": "subject.account",
    "region": "subject.region",
    "environment": "subject.environment",
    "stage": "subject.stage",
    "tag": "subject.tags",
}
"""The fact that each word asks for; a tag may be one of the cluster, too."""
CLUSTER_TAGS = "cluster.tags"


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns of which a text has to match one, in the manner of a shell, and as a whole."""

    globs: tuple[str, ...]

    def search(self, text: str) -> bool:
        """Whether the text matches."""
        return any(fnmatchcase(text, glob) for glob in self.globs)

    @property
    def pattern(self) -> str:
        """The patterns, for people."""
        return ", ".join(self.globs)


def words_in(line: dict[str, Any]) -> list[str]:
    """The words of a line that limit a policy."""
    return [word for word in WORDS if word in line]


def scope(line: dict[str, Any]) -> tuple[Expectation | AnyOf, ...]:
    """What the words of a line ask, all of which must hold. Raises ValueError for a pattern that is none."""
    return tuple(_ask(word, globs(line[word])) for word in words_in(line))


def _ask(word: str, wanted: Globs) -> Expectation | AnyOf:
    facts = (WORDS[word], CLUSTER_TAGS) if word == "tag" else (WORDS[word],)
    lines = tuple(Expectation(fact, None, Operator.MATCHES, wanted) for fact in facts)
    return AnyOf(lines) if len(lines) > 1 else lines[0]


def globs(written: Any) -> Globs:
    """One pattern or a list of them. Raises ValueError for anything else."""
    found = written if isinstance(written, list) else [written]
    if not found or not all(isinstance(glob, str) and glob for glob in found):
        hint = ": write it in quotes" if isinstance(written, int) else ""
        raise ValueError(f'found {written!r}, expected a glob such as "Prod*", or a list of them{hint}')
    return Globs(tuple(found))
