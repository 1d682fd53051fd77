"""The kinds of update in one deploy, of which the handler takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.config import ENDPOINTS
from eks_guard.change.cluster.judgement import handler_step
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.sameness import OTHER, SAME, Sameness, differs, every, is_same
from eks_guard.change.wording import in_words, old_place, place_of, step
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.change.cluster.config import Config
    from eks_guard.change.cluster.judgement import Judgement, Update
    from eks_guard.change.rules import Behaviour
    from eks_guard.model.fix import Fix
    from eks_guard.model.value import Value

WORDS = {
    "version": "the version",
    "logging": "logging",
    "endpoint": "endpoint access",
    "subnets": "subnets or security groups",
    "mode": "the authentication mode",
    "tags": "tags",
    "protection": "deletion protection",
    "tier": "the scaling tier",
}
SETTINGS = {
    "version": (Property.VERSION,),
    "logging": (Property.LOGGING,),
    "endpoint": (*ENDPOINTS, Property.PUBLIC_CIDRS),
    "subnets": (Property.SUBNETS, Property.SECURITY_GROUPS),
    "mode": (Property.AUTHENTICATION_MODE,),
    "tags": (Property.TAGS,),
    "protection": (Property.DELETION_PROTECTION,),
    "tier": (Property.SCALING_TIER,),
}
"""The settings that each kind of update sends."""


def count_kinds(update: Update, found: Judgement) -> None:
    """The kinds of update in one deploy, of which the handler takes one."""
    tests = _kind_tests(update)
    changed = [kind for kind, same in tests.items() if differs(same)]
    open_ = [same for same in tests.values() if isinstance(same, Unknown)]
    found.kinds = tuple(changed)
    if changed or open_:
        value: Value[tuple[str, ...]] = Unknown(open_[0].reason) if open_ else Known(tuple(changed))
        what = in_words([WORDS[kind] for kind in changed]) if changed else ""
        says = f"the update changes {what}" if what else "the update may change a setting that is undecided"
        found.effects.append(Effect(Question.KINDS, value, says, update.config.new.place))
    clash = _clash(update.behaviour, changed)
    if clash:
        says = (
            f"{_count(len(clash))} kinds of update in one deploy: {in_words([WORDS[kind] for kind in clash])}; "
            "CDK's handler accepts only one"
        )
        if "logging" in clash and update.logging.is_phantom(update.behaviour):
            what = "an empty clusterLogging" if update.logging.was_empty else "a log entry with `enabled: false`"
            says += f" ({what} counts as a change at every update)"
        found.effects.append(_combined(update, clash, Known(says), says))
        found.fate, found.because = Fate.REFUSED, says
    elif open_ and (update.behaviour.has("one-kind-only") and len(changed) + len(open_) > 1):
        reason = f"unknown whether the update is of more than one kind: {open_[0].reason}"
        found.effects.append(_combined(update, changed, Unknown(reason), reason))


def _combined(update: Update, kinds: list[str], value: Known[str] | Unknown[str], says: str) -> Effect:
    steps = [hop for kind in kinds for hop in kind_steps(update.config, kind)]
    first = next((hop.place for hop in steps if hop.kind == "after"), None)
    trace = (*steps, handler_step(update))
    place, remedy = first or update.config.new.place, _one_by_one(kinds)
    return Effect(Question.COMBINED, value, says, place, trace, remedy, fix=_first_alone(update, kinds))


def _first_alone(update: Update, kinds: list[str]) -> Fix | None:
    """The lines that keep the settings of all kinds but the first."""
    config = update.config
    later = [setting for kind in kinds[1:] for setting in SETTINGS[kind] if not is_same(config.same(setting))]
    words = in_words([WORDS[kind] for kind in kinds[1:]])
    return keep_deployed(config.new, [config.cause(setting) for setting in later], f"until the next deploy: {words}")


def _one_by_one(kinds: list[str]) -> str | None:
    """Say in which deploys the kinds can be made, one in each."""
    if len(kinds) < 2:  # noqa: PLR2004 (one alone needs no order)
        return None
    words = [WORDS[kind] for kind in kinds]
    return f"Deploy {words[0]} first, with all other settings as they are deployed; then {', then '.join(words[1:])}."


def _kind_tests(update: Update) -> dict[str, Sameness]:
    config, behaviour = update.config, update.behaviour
    tests = {
        "version": config.same(Property.VERSION),
        "logging": update.logging.same(behaviour),
        "endpoint": every((*map(config.same, ENDPOINTS), _same_cidrs(config, behaviour))),
    }
    if behaviour.has("subnets-in-place"):
        tests["subnets"] = every(map(config.same_set, (Property.SUBNETS, Property.SECURITY_GROUPS)))
    if behaviour.has("mode-in-place"):
        tests["mode"] = config.same(Property.AUTHENTICATION_MODE)
    if behaviour.has("tags-count"):
        tests["tags"] = config.same(Property.TAGS)
    if behaviour.has("protection-in-place"):
        tests["protection"] = config.same(Property.DELETION_PROTECTION)
    if behaviour.has("tier-in-place"):
        tests["tier"] = config.same(Property.SCALING_TIER, unset="standard")
    return tests


def _same_cidrs(config: Config, behaviour: Behaviour) -> Sameness:
    same = config.same_set(Property.PUBLIC_CIDRS)
    if not behaviour.has("cidrs-by-length") or not differs(same):
        return same
    compare = config.fates.comparison
    before, after = map(compare.entries, config.both(Property.PUBLIC_CIDRS))
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return same
    if len(before) == len(after):
        return SAME
    only_removed = all(any(is_same(compare.same(old, new)) for old in before) for new in after)
    return SAME if only_removed and len(after) < len(before) else OTHER


def _clash(behaviour: Behaviour, changed: list[str]) -> list[str]:
    if behaviour.has("one-kind-only"):
        return changed if len(changed) > 1 else []
    if "version" in changed:
        return []
    exclusive = [
        kind
        for kind in changed
        if kind in ("logging", "endpoint") or (kind == "subnets" and behaviour.has("subnets-exclude"))
    ]
    return exclusive if behaviour.has("logging-and-endpoint-exclude") and len(exclusive) > 1 else []


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def kind_steps(config: Config, kind: str) -> list[Step]:
    """The settings of a kind that change, before and after."""
    changed = [setting for setting in SETTINGS[kind] if not is_same(config.same(setting))]
    return [hop for setting in changed or SETTINGS[kind][:1] for hop in _steps(config, setting)]


def _steps(config: Config, setting: Property) -> Iterator[Step]:
    """A setting before and after."""
    path = ".".join(config.path(setting))
    before, after = config.both(setting)
    yield Step(0, "before", f"{path} is {step(before)}", old_place(before))
    yield Step(1, "after", f"{path} is {step(after)}", place_of(after))
