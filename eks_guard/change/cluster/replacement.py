"""What makes the handler answer with a new cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.cluster.judgement import UPGRADE, handler_step
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.fates import RETAINED
from eks_guard.change.sameness import Sameness, differs
from eks_guard.change.wording import place_of, shown, steps_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.cluster.config import Config
    from eks_guard.change.cluster.judgement import Judgement, Update

STAYS = "the cluster stays what it is; what is new goes to a second one"
VPC = (Property.SUBNETS, Property.SECURITY_GROUPS)
IS_REPLACED = "the update replaces the cluster: "
KEEP_ROLE = (
    "Keep the role and its name. To use another role, build a second cluster beside this one and move the workloads."
)


def see_replacement(update: Update, found: Judgement) -> None:
    """Note a replacement, or its refusal where the cluster keeps an explicit name."""
    config, tests = update.config, _tests(update)
    changed = [setting for setting, same in tests.items() if differs(same)]
    if changed:
        named = config.literal(Property.NAME)[1]
        if named is None or differs(tests[Property.NAME]):
            _replace(update, found, changed)
        else:
            _refuse(update, found, changed, named)
        return
    blank = next((same for same in tests.values() if isinstance(same, Unknown)), None)
    if blank:
        reason = f"unknown whether the update replaces the cluster: {blank.reason}"
        found.effects.append(Effect(Question.FATE, Unknown(reason, blank.place), reason, config.new.place))


def _tests(update: Update) -> dict[Property, Sameness]:
    """Whether each setting stays whose change this handler answers with a new cluster."""
    config, behaviour = update.config, update.behaviour
    tests = {setting: config.same(setting) for setting in (Property.NAME, Property.ROLE)}
    if behaviour.has("subnets-replace"):
        tests |= {setting: config.same_vpc_part(setting, behaviour) for setting in VPC}
    if behaviour.has("admin-replaces"):
        unset = True if behaviour.has("admin-unset-is-true") else None
        tests[Property.CREATOR_IS_ADMIN] = config.same(Property.CREATOR_IS_ADMIN, unset=unset)
    if behaviour.has("addons-replace"):
        tests[Property.DEFAULT_ADDONS] = config.same(Property.DEFAULT_ADDONS, unset=True)
    return tests


def _refuse(update: Update, found: Judgement, changed: list[Property], named: Any) -> None:
    """Note that no second cluster can be made under an explicit name."""
    config, because = update.config, _because(update.config, changed[0], update)
    name = "it" if isinstance(named, Unknown) else f'"{named}"'
    says = (
        f"CDK's handler will refuse: Cannot replace cluster {name} since it has an explicit physical name ({because})"
    )
    causes = tuple(map(config.cause, changed))
    steps = [hop for cause in causes for hop in steps_of("cluster", cause)]
    remedy = _remedy(config, changed[0], named=True)
    fix = keep_deployed(config.new, causes, STAYS)
    found.refuse(says, causes[0].new, *steps, handler_step(update), remedy=remedy, fix=fix)


def _replace(update: Update, found: Judgement, changed: list[Property]) -> None:
    """Note the new cluster, which is empty, and what becomes of the old one."""
    config = update.config
    found.fate, found.causes = Fate.REPLACED, tuple(map(config.cause, changed))
    found.because = f"{IS_REPLACED}{_because(config, changed[0], update)}"
    steps = [hop for cause in found.causes for hop in steps_of("cluster", cause)]
    is_left = is_retained(config.new) or _is_renamed(config, changed)
    depth = steps[-1].depth + 1 if steps else 0
    trace = (*steps, handler_step(update, depth, "answers this with CreateCluster"))
    says, place = f"{found.because}{with_a_new_one(is_left=is_left)}", place_of(found.causes[0].new)
    remedy = _remedy(config, changed[0], named=False)
    fix = keep_deployed(config.new, found.causes, STAYS)
    found.effects.append(Effect(Question.FATE, Known(str(Fate.REPLACED)), says, place, trace, remedy, fix=fix))


def with_a_new_one(*, is_left: bool) -> str:
    """How a replacement ends, said behind its reason; `is_left`: whether the old cluster stays."""
    return f"; a new, empty one is created, and the old one is {'left behind' if is_left else 'deleted'}"


def is_retained(new: Resource) -> bool:
    """Whether the resource that another one replaces stays."""
    return new.body.get("UpdateReplacePolicy") in RETAINED


def _is_renamed(config: Config, changed: list[Property]) -> bool:
    """From one explicit name to another: the creation role may delete clusters of the new name only (aws-cdk#29282)."""
    before, after = config.literal(Property.NAME)
    return Property.NAME in changed and before is not None and after is not None


def _because(config: Config, setting: Property, update: Update) -> str:
    cause = config.cause(setting)
    if setting is Property.ROLE:
        return "its role is replaced" if cause.behind and cause.behind.fate is Fate.REPLACED else "its role changes"
    if setting is Property.NAME:
        return f"its name changes from {shown(cause.old)} to {shown(cause.new)}"
    if setting in VPC:
        what = "subnets" if setting is Property.SUBNETS else "security groups"
        return f"{update.handler} replaces a cluster whose {what} change"
    return f"{config.path(setting)[-1]} goes from {shown(cause.old)} to {shown(cause.new)}"


def _remedy(config: Config, setting: Property, *, named: bool) -> str:
    if setting in VPC:
        return UPGRADE.format(since="2.142.0 and later")
    if named:
        return "Undo the change: an existing cluster cannot take it. Build a second cluster with it beside this one."
    if setting is Property.ROLE:
        return KEEP_ROLE
    if setting is Property.NAME:
        return "Keep the deployed `clusterName`."
    return f"Keep the deployed `{config.path(setting)[-1]}`."
