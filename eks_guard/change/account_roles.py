"""What becomes of the roles that service accounts name, and with them of the pods that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.change.lines import keep_id
from eks_guard.change.wording import before, name_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.objects import KubernetesObject
    from eks_guard.model.fix import Fix

ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"
KEEP_ROLE = "Keep the role and its name. Otherwise restart the pods after the deploy with `kubectl rollout restart`."


def lost_role(fates: Fates, old: KubernetesObject, new: KubernetesObject) -> Iterator[Effect]:
    """What running pods lose where the role of their service account goes."""
    role = _role_of(old)
    if old.kind != "ServiceAccount" or role is None:
        return
    verdict = fates.of(role)
    gone = verdict.fate is Fate.DELETED and new.annotations.get(ROLE_ANNOTATION) != old.annotations[ROLE_ANNOTATION]
    if verdict.fate is Fate.REPLACED or gone:
        says = f"the role of {new.words} is {verdict.fate}: running pods keep the ARN of the deleted role"
        steps = (
            Step(0, "role", f"{name_of(role)} is {verdict.fate}", before(role.place)),
            Step(1, "manifest", f"{new.words} names it", new.manifest.place),
        )
        fix = _keep_role(fates, role, new)
        yield Effect(
            Question.ACCOUNT_ROLE, Known(says), says, new.manifest.place, steps, None if fix else KEEP_ROLE, fix=fix
        )
    elif verdict.fate is Fate.UNKNOWN:
        reason = f"unknown whether the role of {new.words} is replaced: {verdict.because}"
        yield Effect(Question.ACCOUNT_ROLE, Unknown(reason), reason, new.manifest.place)


def _keep_role(fates: Fates, old: Resource, account: KubernetesObject) -> Fix | None:
    """The deployed logical id for the role that takes the place of one, where that is all that changes."""
    role = _role_of(account)
    return keep_id(fates, old, role) if role else None


def _role_of(account: KubernetesObject) -> Resource | None:
    """The role of the app that a service account names."""
    written = account.annotations.get(ROLE_ANNOTATION)
    named = account.open_parts.get(written) if isinstance(written, str) else None
    return named.resource if isinstance(named, Attribute) else None
