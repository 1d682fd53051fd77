"""What changes in the template only, because the handler does not look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster import config as at
from eks_guard.change.cluster.judgement import UPGRADE, unapplied
from eks_guard.change.sameness import differs
from eks_guard.change.wording import place_of, steps_of
from eks_guard.model.change import Effect, Question
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from eks_guard.change.cluster.judgement import Judgement, Update
    from eks_guard.change.rules import Behaviour, Path


def find_ignored(update: Update, found: Judgement) -> None:
    """What changes in the template only, because the handler does not look at it."""
    config, behaviour = update.config, update.behaviour
    _ignored_cidrs(update, found)
    for path in config.leaves():
        if _is_looked_at(path, behaviour):
            continue
        same = config.same(*path, unset=update.defaults.get(path))
        tags = path[0] == "tags"
        question = Question.IGNORED_TAGS if tags else Question.IGNORED
        name = ".".join(path)
        if isinstance(same, Unknown):
            reason = f"unknown whether {name} changes, which CDK's handler ignores on an update: {same.reason}"
            found.effects.append(Effect(question, Unknown(reason), reason, place_of(config.after(*path))))
        elif not same.value:
            says = f"{name} changes only in the template: {update.handler} ignores it on an update"
            remedy = (
                "Undo the change, make it with the AWS CLI and keep the template in sync, or build a second cluster."
            )
            found.effects.append(
                unapplied(update, says, remedy, *steps_of("cluster", config.cause(*path)), question=question)
            )


def _ignored_cidrs(update: Update, found: Judgement) -> None:
    config = update.config
    if not update.behaviour.has("cidrs-by-length") or "endpoint" in found.kinds:
        return
    if differs(config.same_set(*at.CIDRS)):
        says = (
            f"publicAccessCidrs changes only in the template: {update.handler} sees no change, so a removed "
            "address keeps its access"
        )
        found.effects.append(
            unapplied(
                update, says, UPGRADE.format(since="2.56.0 and later"), *steps_of("cluster", config.cause(*at.CIDRS))
            )
        )


def _is_looked_at(path: Path, behaviour: Behaviour) -> bool:
    looked_at = {("name",), ("roleArn",), ("version",), *at.ENDPOINTS, at.SUBNETS, at.GROUPS, at.CIDRS}
    by_feature = {
        at.MODE: "mode-in-place",
        at.ADMIN: "admin-replaces",
        at.ADDONS: "addons-replace",
        at.PROTECTION: "protection-in-place",
        at.TIER: "tier-in-place",
    }
    if path in looked_at or path[0] in ("encryptionConfig", "logging"):
        return True
    if path[0] == "tags":
        return behaviour.has("tags-in-place")
    return path in by_feature and behaviour.has(by_feature[path])
