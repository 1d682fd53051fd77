"""What one class of handlers makes of a changed cluster, and what it is judged with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.wording import place_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eks_guard.assembly.stack import Node
    from eks_guard.change.cluster.config import Config
    from eks_guard.change.cluster.logging import Logging
    from eks_guard.change.rules import Behaviour, Path
    from eks_guard.change.verdict import Cause
    from eks_guard.data.rows import Support
    from eks_guard.model.fix import Fix
    from eks_guard.model.version import Version

UPGRADE = "Upgrade aws-cdk-lib in the same deploy: the new handler then runs the update. {since} does this in place."


@dataclass
class Judgement:
    """What one class of handlers makes of the change."""

    fate: Fate = Fate.KEPT
    because: str = ""
    causes: tuple[Cause, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    kinds: tuple[str, ...] = ()

    def refuse(
        self, says: str, place: Node, *steps: Step, remedy: str | None = None, fix: Fix | None = None
    ) -> Judgement:
        """Note that the handler, or EKS, refuses."""
        self.fate, self.because = Fate.REFUSED, says
        self.effects.append(Effect(Question.REFUSED, Known(says), says, place_of(place), steps, remedy, fix=fix))
        return self


@dataclass(frozen=True)
class Update:
    """A change of a cluster, with what is needed to judge it."""

    config: Config
    logging: Logging
    behaviour: Behaviour
    handler: str
    refused_modes: frozenset[tuple[str | None, str | None]]
    defaults: Mapping[Path, str]
    support: Mapping[Version, Support]
    today: datetime.date


def handler_step(update: Update, depth: int = 0, what: str = "") -> Step:
    """The last link of a proof: which handler runs, and what it does."""
    return Step(depth, "handler", f"of {update.handler}{f' {what}' if what else ''}")


def unapplied(
    update: Update,
    says: str,
    remedy: str,
    *steps: Step,
    question: Question = Question.IGNORED,
    fix: Fix | None = None,
) -> Effect:
    """An effect that says: the deploy is green, and the setting changes in the template only."""
    place = next((hop.place for hop in steps if hop.kind == "after"), None) or update.config.new.place
    return Effect(question, Known(says), says, place, (*steps, handler_step(update)), remedy, fix=fix)


def leave_open(found: Judgement, question: Question, reason: str, config: Config) -> None:
    """Note that a question cannot be answered, and why."""
    found.effects.append(Effect(question, Unknown(reason), reason, config.new.place))
