"""What a fact is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from eks_guard.data import Tables
    from eks_guard.kubernetes.objects import Judge
    from eks_guard.model.finding import Observation
    from eks_guard.policy.operators import FactType


ABOUT_CLUSTER = ("cluster",)


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact may know besides its subject: the tables, and which day it is.

    `judges` are those of Kubernetes objects, one for each cluster, which knows the kinds that the app defines there.
    """

    tables: Tables
    today: datetime.date
    judges: dict[str, Judge] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that takes code to answer; `meaning` and `example` are for policy authors.

    `match` names the kinds of subjects that it is about. `observe` gets the subject, or the cluster where it is
    about that.
    """

    name: str
    type: FactType
    meaning: str
    example: str
    observe: Callable[[Any, Context], tuple[Observation, ...]]
    match: tuple[str, ...] = ABOUT_CLUSTER
