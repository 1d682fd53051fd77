"""Cases of policies about an update: two small templates, compared by the real code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.load import load
from eks_guard.change.compare import compare
from eks_guard.change.subjects import change_subjects
from eks_guard.model.outcome import Outcome
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.resolve import Knowledge, resolve

if TYPE_CHECKING:
    import datetime

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.data import Tables
    from eks_guard.model.finding import Verdict
    from eks_guard.model.policy import Policy
    from eks_guard.policy.cases.schema import CaseFile

GRAVEST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


def judge_update(case: CaseFile, policy: Policy, tables: Tables, today: datetime.date) -> Verdict | None:
    """The gravest verdict on the resources of either side; None where the policy is about none of them."""
    before, after = _assembly(case.before or {}), _assembly(case.after or {})
    change = compare(before, after, tables, today, release=None if case.cdk == "unknown" else case.cdk)
    context = Context(tables, today, resolve(after, Knowledge(tables)))
    subjects = [subject for subject in change_subjects(change) if subject.kind in policy.match]
    verdicts = [judge(policy, subject, context) for subject in subjects]
    return min(verdicts, key=lambda verdict: GRAVEST_FIRST.index(verdict.outcome), default=None)


def _assembly(written: dict[str, Any]) -> CloudAssembly:
    """An assembly of one template, or of several under `stacks`; without `Resources`, the keys are the resources."""
    if "stacks" in written:
        return load("case", json.dumps(written["stacks"]).encode())
    template = written if "Resources" in written else {"Resources": written}
    return load("case", json.dumps(template).encode())
