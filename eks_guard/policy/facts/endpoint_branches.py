"""What the networks of a public endpoint come to in each branch of a deployment, also where one of them is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_some
from eks_guard.model.value import Known, Unknown, Value, choose, together, under
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.cluster import Endpoint
    from eks_guard.model.value import When

    Networks = tuple[Value[str], ...]
    Judge = Callable[[Value[bool], Networks], Value[bool]]


@dataclass(frozen=True, slots=True)
class InBranches:
    """An answer about an endpoint, and what it is in each branch in which the public one has other networks."""

    value: Value[bool]
    branches: tuple[tuple[When, Value[bool]], ...]

    def why_open(self, wrong: bool) -> str | None:
        """Why an answer is open that is wrong in some branches, where it does not name all branches itself."""
        named = list(self._where(wrong))
        if isinstance(self.value, Known) or self.value.candidates or not named:
            return None
        return f"unknown: {self.value.reason}; it fails if {in_some(named)}"

    def _where(self, wrong: bool) -> Iterator[When]:
        for when, value in self.branches:
            if isinstance(value, Known):
                if value.value is wrong and when:
                    yield when
                continue
            joined = (together(when, one.when) for one in value.candidates if one.value is wrong)
            yield from (both for both in joined if both)


def judged(endpoint: Endpoint, judge: Judge) -> InBranches:
    """Judge whether the public endpoint is on, together with its networks, in each branch that has others."""
    networks, public = endpoint.networks, endpoint.public
    if isinstance(networks, Unknown) and networks.candidates:
        branches = [(one.when, judge(_where(public, one.when), one.value)) for one in networks.candidates]
        return InBranches(choose(branches, networks.reason, networks.place), tuple(branches))
    found = networks.value if isinstance(networks, Known) else (Unknown(networks.reason, networks.place),)
    answer = judge(public, found)
    return InBranches(answer, (((), answer),))


def _where(public: Value[bool], when: When) -> Value[bool]:
    return under(public, (when,), lambda _: True)
