"""What changes in the template only, because the handler does not look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.config import ENDPOINTS
from eks_guard.change.cluster.judgement import UPGRADE, unapplied
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.sameness import differs
from eks_guard.change.wording import place_of, steps_of
from eks_guard.model.change import Effect, Question
from eks_guard.model.properties import Property
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from eks_guard.change.cluster.config import Config
    from eks_guard.change.cluster.judgement import Judgement, Update
    from eks_guard.change.rules import Behaviour, Path


def find_ignored(update: Update, found: Judgement) -> None:
    """What changes in the template only, because the handler does not look at it."""
    config, behaviour = update.config, update.behaviour
    _ignored_cidrs(update, found)
    for path in config.leaves():
        if _is_looked_at(config, path, behaviour):
            continue
        same = config.same_leaf(path, update.defaults.get(path))
        tags = config.path(Property.TAGS) == path[:1]
        question = Question.IGNORED_TAGS if tags else Question.IGNORED
        name = ".".join(path)
        if isinstance(same, Unknown):
            reason = f"unknown whether {name} changes, which CDK's handler ignores on an update: {same.reason}"
            found.effects.append(Effect(question, Unknown(reason), reason, place_of(config.leaf(path)[1])))
        elif not same.value:
            says = f"{name} changes only in the template: {update.handler} ignores it on an update"
            remedy = (
                "Undo the change, make it with the AWS CLI and keep the template in sync, or build a second cluster."
            )
            found.effects.append(
                unapplied(
                    update,
                    says,
                    remedy,
                    *steps_of("cluster", config.cause_at(path)),
                    question=question,
                    fix=keep_deployed(config.new, [config.cause_at(path)], f"the cluster keeps its {name}"),
                )
            )


def _ignored_cidrs(update: Update, found: Judgement) -> None:
    config = update.config
    if not update.behaviour.has("cidrs-by-length") or "endpoint" in found.kinds:
        return
    if differs(config.same_set(Property.PUBLIC_CIDRS)):
        says = (
            f"{config.path(Property.PUBLIC_CIDRS)[-1]} changes only in the template: {update.handler} sees no "
            "change, so a removed address keeps its access"
        )
        steps = steps_of("cluster", config.cause(Property.PUBLIC_CIDRS))
        found.effects.append(unapplied(update, says, UPGRADE.format(since="2.56.0 and later"), *steps))


LOOKED_AT = (
    Property.NAME,
    Property.ROLE,
    Property.VERSION,
    *ENDPOINTS,
    Property.SUBNETS,
    Property.SECURITY_GROUPS,
    Property.PUBLIC_CIDRS,
    Property.ENCRYPTION,
    Property.LOGGING,
)
"""What every handler compares."""
BY_FEATURE = {
    Property.TAGS: "tags-in-place",
    Property.AUTHENTICATION_MODE: "mode-in-place",
    Property.CREATOR_IS_ADMIN: "admin-replaces",
    Property.DEFAULT_ADDONS: "addons-replace",
    Property.DELETION_PROTECTION: "protection-in-place",
    Property.SCALING_TIER: "tier-in-place",
}
"""What the handlers with a feature compare."""


def _is_looked_at(config: Config, path: Path, behaviour: Behaviour) -> bool:
    looked_at = (*LOOKED_AT, *(setting for setting, feature in BY_FEATURE.items() if behaviour.has(feature)))
    return any(path[: len(whole)] == whole for whole in map(config.path, looked_at))
