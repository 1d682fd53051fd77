"""What is asked of every archive of a fleet, and the digest by which two machines know that they ask the same."""

from __future__ import annotations

import datetime
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard import __version__
from eks_guard.model.report import Gate
from eks_guard.policy.config import Config
from eks_guard.policy.selection import Wanted
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent
DECIDING = ("*.py", "*.json", "*.gz")
"""What in the package decides a result: its code, its policies, its tables."""


@dataclass(frozen=True, slots=True)
class Job:
    """The options of the audits of one run.

    `until` is the next day on which a date that policies ask about falls, None if none is known. `by_day` are the
    policies whose sentences count days. `own_waivers`: whether those of an archive's configuration count.
    """

    today: datetime.date
    wanted: Wanted = field(default_factory=Wanted)
    config: Config = field(default_factory=Config)
    gate: Gate = field(default_factory=Gate)
    data: Path | None = None
    cache: Path | None = None
    storage: tuple[tuple[str, Any], ...] = ()
    own_waivers: bool = False
    upgrade_to: str | None = None
    until: datetime.date | None = None
    by_day: frozenset[str] = frozenset()

    @property
    def tomorrow(self) -> datetime.date:
        """The day after that of the audit."""
        return self.today + datetime.timedelta(days=1)

    @property
    def own_files(self) -> tuple[Path, ...]:
        """The user's files that decide a result: policies, and the folder of tables."""
        named = (self.config.folder / name for name in self.config.policies)
        data = self.data or self.config.data
        return (*self.wanted.policies, *named, *([data] if data else []))


def digest(job: Job) -> str:
    """What decides a result beside the archive and the day: eks-guard, policies, tables and options, as one text."""
    asked = (job.wanted, _decisions(job.config), job.gate, job.own_waivers, job.upgrade_to)
    options = hashlib.sha256(repr(asked).encode(errors="backslashreplace")).hexdigest()
    own = ",".join(_content(path) for path in job.own_files)
    return f"{__version__} {package_digest()} {hashlib.sha256(f'{options} {own}'.encode()).hexdigest()[:16]}"


@cache
def package_digest() -> str:
    """What this eks-guard is made of."""
    return _content(PACKAGE)[:16]


def _decisions(config: Config) -> tuple[Any, ...]:
    """What a configuration decides; where it lies does not matter."""
    return (
        config.packs,
        config.select,
        config.ignore,
        config.disable,
        sorted(config.severity.items()),
        config.declared,
        config.waivers,
    )


def _content(path: Path) -> str:
    """The digest of a file, or of the files in a folder; that nothing is there counts, too."""
    found = hashlib.sha256()
    for name, file in sorted(_files(path)):
        found.update(f"{name}\0".encode(errors="surrogatepass"))
        found.update(file.read_bytes())
    return found.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield path.name, path
    patterns = DECIDING if path == PACKAGE else ("*",)
    for pattern in patterns if path.is_dir() else ():
        yield from ((file.relative_to(path).as_posix(), file) for file in path.rglob(pattern) if file.is_file())
