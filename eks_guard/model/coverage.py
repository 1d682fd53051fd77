"""What the policies answer of a published standard: control by control, and what they leave open."""

from __future__ import annotations

from enum import StrEnum

from eks_guard.records import dataclass


class Coverage(StrEnum):
    """Whether a control is judged."""

    JUDGED = "judged"
    NOT_YET = "not-yet"
    NOT_JUDGEABLE = "not-judgeable"


@dataclass(frozen=True, slots=True)
class StandardControl:
    """A control, by which policies it is judged, or why it is not. One of a judged control's policies is enough."""

    id: str
    title: str
    state: Coverage
    policies: tuple[str, ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard that a pack stands for, in the version that its controls are numbered by."""

    pack: str
    name: str
    version: str
    source: str
    note: str
    controls: tuple[StandardControl, ...]

    def count(self, state: Coverage) -> int:
        """How many controls are in a state."""
        return sum(control.state is state for control in self.controls)

    @property
    def sums(self) -> str:
        """The counts in words: no pack is a whole standard."""
        return (
            f"{self.name} {self.version}: {self.count(Coverage.JUDGED)} of {len(self.controls)} controls are judged, "
            f"{self.count(Coverage.NOT_YET)} not yet, {self.count(Coverage.NOT_JUDGEABLE)} not judgeable from templates"
        )
