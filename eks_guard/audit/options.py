"""What to audit, and against what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.report import Gate
from eks_guard.policy.config import Config
from eks_guard.policy.selection import Wanted
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.files import Root
    from eks_guard.model.given import GivenValue


def _unwatched(_: str) -> None:
    """What most callers do when a stage begins."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to audit, and against what. `stdin` holds the template where `path` is `-`.

    `acknowledgements`: whether those in the app's own metadata count. `watch` is called with each stage as it begins.
    `files` are those of `path` where they were opened already. `one_of_many`: other assemblies are audited alike.
    `app` is the name of the app in fingerprints, which its folder in the repository gives where it is None.
    `previous` is what `against` names, where it was loaded already.
    """

    path: str
    today: datetime.date
    wanted: Wanted = field(default_factory=Wanted)
    stack: str | None = None
    require_cluster: bool = False
    stdin: bytes | None = None
    config: Config = field(default_factory=Config)
    data: Path | None = None
    cache: Path | None = None
    gate: Gate = field(default_factory=Gate)
    parameters: tuple[GivenValue, ...] = ()
    acknowledgements: bool = True
    against: str | None = None
    watch: Callable[[str], None] = _unwatched
    files: Root | None = None
    one_of_many: bool = False
    app: str | None = None
    previous: CloudAssembly | None = None
