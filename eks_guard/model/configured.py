"""What a configuration file changed in an audit."""

from __future__ import annotations

from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class Configured:
    """The file that was obeyed, as a path, and each of its changes in words."""

    file: str
    changes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"configured by {self.file}: {'; '.join(self.changes) or 'it changes nothing'}"
