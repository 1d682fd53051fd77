"""What an engine is: a function that audits archives somewhere and gives the answers as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from eks_guard.fleet.job import Job
from eks_guard.fleet.results import ArchiveResult
from eks_guard.fleet.sources import Source
from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How much at once, how long each, and the address where the engine is elsewhere. `timeout` is in seconds."""

    workers: int
    timeout: float
    address: str = ""
    digest: str = ""


Engine: TypeAlias = Callable[[Iterable[Source], Job, Settings], Iterator[ArchiveResult]]
"""It takes sources as it has room for them, and gives each an answer, in any order."""
