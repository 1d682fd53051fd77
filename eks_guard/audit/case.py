"""An assembly as it is judged: with what is asked of it, and what the policies see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.audit.findings import to_finding
from eks_guard.audit.judging import judged
from eks_guard.audit.scope import Scope
from eks_guard.policy.evaluate import judge
from eks_guard.policy.kinds import asks_of_change
from eks_guard.policy.selection import check_gate, select_policies
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.audit.options import Options
    from eks_guard.audit.update import Update
    from eks_guard.model.finding import Finding, Subject
    from eks_guard.model.policy import Policy
    from eks_guard.policy.facts.fact import Context


@dataclass(frozen=True, slots=True)
class Asked:
    """The policies that an audit judges by, with their packs; those `about_update` need a previous assembly."""

    packs: tuple[str, ...]
    ordinary: tuple[Policy, ...]
    about_update: tuple[Policy, ...]

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies."""
        return (*self.ordinary, *self.about_update)


def ask(options: Options, *, compared: bool) -> Asked:
    """Select the policies. Raises PolicyError for a name that is none, and for a gate that no policy can close."""
    packs, policies = select_policies(options.config, options.wanted, update=compared)
    check_gate(options.config, policies, options.gate)
    about_update = tuple(policy for policy in policies if asks_of_change(policy))
    return Asked(packs, tuple(policy for policy in policies if not asks_of_change(policy)), about_update)


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: `subjects` by kind, and `update` where a previous assembly is given."""

    assembly: CloudAssembly
    context: Context
    asked: Asked
    subjects: Mapping[str, tuple[Subject, ...]]
    update: Update | None

    def findings(self, stack: str | None) -> tuple[Finding, ...]:
        """All findings about a stack, or about all of them."""
        found = (*judged(self.assembly, self.asked.ordinary, self.context, self.subjects), *self._about_update())
        return found if stack is None else tuple(filter(Scope(self.assembly, stack).covers, found))

    def _about_update(self) -> Iterator[Finding]:
        if self.update is None or not self.asked.about_update:
            return
        subjects = self.update.subjects(self.context.estate)
        for policy in self.asked.about_update:
            for subject in subjects:
                if subject.kind in policy.match or (subject.change and subject.change.type in policy.match):
                    outcome = judge(policy, subject, self.context)
                    yield to_finding(self.assembly, policy, subject, outcome, self.update)
