"""What CDK's handler does with a changed `Custom::AWSCDK-EKS-Cluster`, in the order in which it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.ignored import find_ignored
from eks_guard.change.cluster.judgement import Judgement
from eks_guard.change.cluster.kinds import count_kinds
from eks_guard.change.cluster.refusals import refuse_encryption, see_crash
from eks_guard.change.cluster.replacement import see_replacement
from eks_guard.change.cluster.updates import send_update
from eks_guard.change.verdict import Verdict
from eks_guard.model.change import Fate

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.cluster.judgement import Update


def judge(update: Update) -> Judgement:
    """What the handler does, from what it refuses at once to what it does not look at."""
    found = Judgement()
    for part in (see_crash, refuse_encryption, see_replacement, count_kinds, send_update):
        part(update, found)
        if found.fate is not Fate.KEPT:
            return found
    find_ignored(update, found)
    return found


def verdict_of(old: Resource, new: Resource, found: Judgement) -> Verdict:
    """The fate, for what leans on the cluster."""
    return Verdict(found.fate, old, new, found.because, found.causes)
