"""What a fact is."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from eks_guard.model.value import MAX_CANDIDATES, Known, joined_with, together
from eks_guard.records import dataclass, field, replace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from eks_guard.data import Tables
    from eks_guard.kubernetes.objects import Judge
    from eks_guard.kubernetes.pod_security import Enforced
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Observation
    from eks_guard.model.policy import Link
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.model.value import Cases, Value, When
    from eks_guard.policy.operators import FactType

A = TypeVar("A")
T = TypeVar("T")
ABOUT_CLUSTER = ("cluster",)
ABOUT_ANY = ("any subject",)


@dataclass(frozen=True, slots=True)
class Aside:
    """One thing that could not be judged: what kind of thing, which one of them, where, and why."""

    what: str
    name: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact may know besides its subject: the whole estate, the tables, and which day it is.

    `judges` are those of Kubernetes objects, one for each cluster whatever its version; `enforced` are the Pod Security
    levels of a cluster's namespaces. `found` is what `once` and its like keep. All are found when first asked for.
    `asides` are the things that a fact came upon and could not judge; the report counts them.
    `early`: the machine's clock is before the calendar's day, which `today` then is; nothing passes by the calendar.
    `cases` are those of a deployment that is looked at, empty for all.
    """

    tables: Tables
    today: datetime.date
    estate: Estate
    judges: dict[ResourceId, Judge] = field(default_factory=dict, compare=False)
    enforced: dict[ResourceId, dict[str, Enforced]] = field(default_factory=dict, compare=False)
    found: dict[tuple[object, ResourceId | int | None], Any] = field(default_factory=dict, compare=False)
    asides: dict[Aside, None] = field(default_factory=dict, compare=False)
    early: bool = False
    cases: Cases = ()

    def cluster_of(self, owner: Owner) -> Cluster | None:
        """The cluster that an owner names, as it is in the cases that are looked at; None for what belongs to none."""
        cluster = self.estate.cluster(owner)
        return None if cluster is None else self.within(cluster)

    def within(self, thing: T) -> T:
        """A thing as it is in the cases that are looked at."""
        if not self.cases:
            return thing
        from eks_guard.policy.narrowing import narrowed  # noqa: PLC0415 (few things have cases)

        key = (narrowed, id(thing))
        if key not in self.found:  # what is kept holds the thing, too, so that no other one gets its id
            self.found[key] = thing, narrowed(thing, self.cases, self.estate.resources.possible)
        found: T = self.found[key][1]
        return found

    def where(self, cases: Cases) -> Context:
        """The same where one of some cases holds; nothing that was found of a cluster in others is kept."""
        if not cases or cases == self.cases:
            return self
        key = (cases, None)
        if key not in self.found:
            joined = [both for one in self.cases for other in cases if (both := together(one, other)) is not None]
            narrower = tuple(joined) if 0 < len(joined) <= MAX_CANDIDATES else cases
            self.found[key] = replace(self, cases=narrower, found={})
        found: Context = self.found[key]
        return found

    def made_with(self, one: ResourceId, others: tuple[ResourceId, ...], when: When = ()) -> bool | None:
        """Whether each deployment that makes one makes one of the others, of those that are looked at; None if open."""
        made_with = self.estate.resources.made_with
        answers = {made_with(one, others, both) for both in joined_with(when, self.cases)}
        return True if not answers else answers.pop() if len(answers) == 1 else None

    def made_beside(self, one: ResourceId, other: ResourceId) -> Value[bool]:
        """Whether deployments that make one resource make another, in each branch."""
        made = self.made_with(one, (other,))
        return self.estate.resources.is_made(other) if made is None else Known(made)

    def once(self, find: Callable[[A], T], thing: A) -> T:
        """What a function finds of anything, such as a cluster; it is asked once, however many facts need it."""
        key = (find, id(thing))
        if key not in self.found:  # what is kept holds the thing, too, so that no other one gets its id
            self.found[key] = thing, find(thing)
        found: T = self.found[key][1]
        return found

    def once_here(self, find: Callable[[A, Context], T], thing: A) -> T:
        """What a function finds of anything with all that a fact may know; it is asked once, as above."""
        key = (find, id(thing))
        if key not in self.found:
            self.found[key] = thing, find(thing, self)
        found: T = self.found[key][1]
        return found

    def once_for_all(self, find: Callable[[Estate], T]) -> T:
        """What a function finds of the estate; it is asked once, however many things need it."""
        key = (find, None)
        if key not in self.found:
            self.found[key] = find(self.estate)
        found: T = self.found[key]
        return found


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A question that takes code to answer; `meaning` and `example` are for policy authors.

    `match` names the kinds of subjects that it is about. `observe` gets the typed thing of the subject, or its cluster
    where the fact is about that. `link` is the part of the kubectl chain that the fact concerns, if it concerns one.
    `by_day`: whether the answer depends on which day it is; `by_version`: on the version of the control plane.
    `words` are all texts that it can find, where they are few: an operand outside of them is a mistake.
    `of_written`: it is about what is written, so it asks nothing of a branch of a deployment in which nothing is.
    """

    name: str
    type: FactType
    meaning: str
    example: str
    observe: Callable[[T, Context], tuple[Observation, ...]]
    match: tuple[str, ...] = ABOUT_CLUSTER
    link: Link | None = None
    by_day: bool = False
    by_version: bool = False
    words: tuple[str, ...] = ()
    of_written: bool = False


AnyFact = Fact[Any]


def later(module: str, name: str) -> Callable[..., tuple[Observation, ...]]:
    """The function of a module that is imported when the function is first called."""

    @cache
    def found() -> Callable[..., tuple[Observation, ...]]:
        function: Callable[..., tuple[Observation, ...]] = getattr(import_module(module), name)
        return function

    def observe(*arguments: Any, **options: Any) -> tuple[Observation, ...]:
        return found()(*arguments, **options)

    return observe
