"""What the handler refuses before it looks at anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.judgement import UPGRADE, handler_step, leave_open
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.sameness import is_same
from eks_guard.change.wording import steps_of
from eks_guard.model.change import Question
from eks_guard.model.properties import Property
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from eks_guard.change.cluster.judgement import Judgement, Update


def see_crash(update: Update, found: Judgement) -> None:
    """Note the crash of two releases at any update of a cluster with one log entry."""
    config = update.config
    if not update.behaviour.has("one-logging-entry-crashes") or is_same(config.unchanged):
        return
    if any(len(entries or ()) == 1 for entries in (update.logging.old, update.logging.new)):
        says = "CDK's handler will crash: Cannot read properties of undefined (reading 'enabled')"
        found.refuse(says, config.after(Property.LOGGING), handler_step(update), remedy=UPGRADE.format(since="2.37.0"))


def refuse_encryption(update: Update, found: Judgement) -> None:
    """Note that the encryption of secrets never changes."""
    config = update.config
    same = config.same(Property.ENCRYPTION, unset={})
    if isinstance(same, Unknown):
        reason = f"unknown whether the encryption of secrets changes: {same.reason}"
        leave_open(found, Question.REFUSED, reason, config)
    elif not same.value:
        says = "CDK's handler will refuse: Cannot update cluster encryption configuration"
        found.refuse(
            says,
            config.after(Property.ENCRYPTION),
            *steps_of("cluster", config.cause(Property.ENCRYPTION)),
            handler_step(update),
            remedy=(
                "Leave the encryption of secrets as it is: CDK's handler can set the key only when it creates "
                "the cluster. EKS itself can add one later (`aws eks associate-encryption-config`)."
            ),
            fix=keep_deployed(
                config.new, [config.cause(Property.ENCRYPTION)], "the encryption of secrets stays as it is"
            ),
        )
