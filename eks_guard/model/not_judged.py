"""What an audit did not see, so that an incomplete one is never taken for a clean one."""

from __future__ import annotations

from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Something that may bring EKS resources and was not judged: its name, the file it is in, and the reason.

    `chosen`: left out by the user's own option, or more than a template shows. It is named, but the audit is as
    complete as it was asked to be.
    """

    what: str
    where: str
    why: str
    chosen: bool = False

    def __str__(self) -> str:
        place = f" in {self.where}" if self.where and self.where != self.what else ""
        return f"{self.what}{place}: {self.why}"
