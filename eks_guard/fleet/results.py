"""What became of one archive: a status with its reason, and rows. It travels between processes and into the journal."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from eks_guard.records import dataclass

Row: TypeAlias = dict[str, Any]


class Status(StrEnum):
    """What became of an archive. `empty`: it was read, and nothing in it is about EKS."""

    AUDITED = "audited"
    EMPTY = "empty"
    REFUSED = "refused"
    DIED = "died"
    TIMED_OUT = "timed-out"

    @property
    def is_answer(self) -> bool:
        """Whether the archive was audited; what else became of it is tried again when asked for."""
        return self in (Status.AUDITED, Status.EMPTY)


@dataclass(frozen=True, slots=True)
class ArchiveResult:
    """The answer about one archive.

    `version` is the one that was read. `until` is the day from which on it may be another answer, None if it never
    is. `bug` is the traceback of a mistake of ours. `failed`: whether a finding closes the gate.
    """

    url: str
    key: str
    version: str | None
    status: Status
    reason: str | None = None
    assemblies: int = 0
    stacks: int = 0
    bytes: int | None = None
    bytes_read: int = 0
    seconds: float = 0.0
    version_id: str | None = None
    notes: tuple[str, ...] = ()
    today: datetime.date = datetime.date.min
    until: datetime.date | None = None
    failed: bool = False
    bug: str | None = None
    clusters: tuple[Row, ...] = ()
    findings: tuple[Row, ...] = ()
    plans: tuple[Row, ...] = ()
