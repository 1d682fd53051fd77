"""Policies: what must be true of a subject, written down, checked, and ready to be judged."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any

from eks_guard.model.fix import Fix
from eks_guard.model.outcome import Severity
from eks_guard.records import dataclass


class Operator(StrEnum):
    """How an observed value is compared with an operand. There are no others, and no negated twins."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    EXCLUDES = "excludes"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    MATCHES = "matches"
    EXISTS = "exists"


class OnUnknown(StrEnum):
    """What an unknown observation makes of a policy."""

    REPORT = "report"
    FAIL = "fail"
    PASS = "pass"  # noqa: S105 (an outcome, not a password)


class NoDefault(Enum):
    """The absence of `default:`, which differs from a default of null."""

    NO_DEFAULT = "no default"


NO_DEFAULT = NoDefault.NO_DEFAULT


class Link(Enum):
    """What holds two neighbours together in the chain from a cluster to its kubectl."""

    HANDLER = "between cluster and handler"
    LAYER = "between handler and layer"
    WITNESSES = "between layer and evidence"


class Absent(StrEnum):
    """What a path that finds nothing makes of its line."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of `when` or `expect`: a fact or a JSONPath, an operator and its operand.

    `severity`, where given, replaces the policy's for a failure of this line alone. `link` is the part of the kubectl
    chain that the fact is about, None for a fact about a cluster as a whole or about anything else.
    """

    fact: str | None
    path: str | None
    operator: Operator
    operand: Any
    default: Any = NO_DEFAULT
    absent: Absent = Absent.FAIL
    severity: Severity | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A line of `expect` with alternatives, of which one is enough. An alternative holds for all its observations."""

    alternatives: tuple[Expectation, ...]
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a published standard that a policy stands for, and where its text was read."""

    id: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One question, judged on its own. A policy that exists is valid. `file` is None for one that is built in."""

    id: str
    pack: str
    title: str
    severity: Severity
    match: tuple[str, ...]
    expect: tuple[Expectation | AnyOf, ...]
    rationale: str
    remediation: str
    kinds: tuple[str, ...] = ()
    when: tuple[Expectation | AnyOf, ...] = ()
    shows: str | None = None
    unknown: OnUnknown = OnUnknown.REPORT
    fix: Fix | None = None
    controls: tuple[Control, ...] = ()
    references: tuple[str, ...] = ()
    file: str | None = None

    @property
    def lines(self) -> tuple[Expectation, ...]:
        """Every line of `when` and `expect`, the alternatives of a line one by one."""
        return tuple(line for asked in (*self.when, *self.expect) for line in alternatives_of(asked))


def alternatives_of(line: Expectation | AnyOf) -> tuple[Expectation, ...]:
    """The alternatives of a line; a plain line is its only one."""
    return line.alternatives if isinstance(line, AnyOf) else (line,)


@dataclass(frozen=True, slots=True)
class FactRow:
    """What an author needs to know of a fact. `about` names the kinds of subjects, `used_by` the built-in policies."""

    name: str
    type: str
    meaning: str
    example: str
    about: tuple[str, ...]
    used_by: tuple[str, ...]
