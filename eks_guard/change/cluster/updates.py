"""The one update that the handler sends, and whether EKS takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.judgement import UPGRADE, handler_step, unapplied
from eks_guard.change.cluster.kinds import SETTINGS, WORDS, kind_steps
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.network import ANOTHER_VPC, SECOND_CLUSTER, another_vpc
from eks_guard.change.sameness import is_same
from eks_guard.change.steps import is_refused, mode_step, version_step
from eks_guard.change.wording import in_words, steps_of
from eks_guard.model.change import Fate
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from eks_guard.change.cluster.judgement import Judgement, Update
    from eks_guard.model.fix import Fix

NO_CHANGES = "No changes needed for the logging config provided"
KEEP_ORDER = "Keep the order of the log types."


def send_update(update: Update, found: Judgement) -> None:
    """The one update that is sent, and whether EKS takes it."""
    config, behaviour, kinds = update.config, update.behaviour, found.kinds
    if "version" in kinds or isinstance(config.same(Property.VERSION), Unknown):
        _version(update, found)
        if behaviour.has("version-drops-the-rest"):
            return
    if found.fate is not Fate.KEPT:
        return
    if "logging" in kinds:
        _logging(update, found)
    if "endpoint" in kinds and behaviour.has("endpoint-with-logging-refused") and update.logging.new:
        says = (
            "EKS will refuse: Only one type of update can be allowed; this handler sends logging "
            "along with the endpoint"
        )
        found.refuse(
            says,
            config.after(Property.PRIVATE_ENDPOINT),
            handler_step(update),
            remedy=UPGRADE.format(since="2.56.0 and later"),
        )
    if "subnets" in kinds:
        _another_vpc(update, found)
    if "mode" in kinds:
        _mode(update, found)
    if "protection" in kinds and config.literal(Property.DELETION_PROTECTION)[1] is None:
        name = config.path(Property.DELETION_PROTECTION)[-1]
        says = f"EKS will refuse: {name} is removed, so the request contains no update"
        cause = config.cause(Property.DELETION_PROTECTION)
        steps = (*steps_of("cluster", cause), handler_step(update))
        found.refuse(says, cause.old, *steps, remedy=f"Write `{name}: false`.")


def _kept(update: Update, *settings: Property) -> Fix | None:
    """The lines that keep settings as they are deployed."""
    causes = [update.config.cause(setting) for setting in settings if not is_same(update.config.same(setting))]
    return keep_deployed(update.config.new, causes, "stays as it is deployed")


def _version(update: Update, found: Judgement) -> None:
    config = update.config
    values = config.literal(Property.VERSION)
    if values[1] is None:
        says = f"CDK's handler will refuse: Cannot remove cluster version configuration. Current version is {values[0]}"
        cause = config.cause(Property.VERSION)
        found.refuse(
            says,
            cause.old,
            *steps_of("cluster", cause),
            remedy="Set the deployed version.",
            fix=_kept(update, Property.VERSION),
        )
        return
    effect = version_step(*config.both(Property.VERSION), values, update.support, update.today)
    if effect:
        found.effects.append(effect)
        if is_refused(effect):
            found.fate, found.because = Fate.REFUSED, effect.says
            return
    dropped = [kind for kind in found.kinds if kind != "version" and not _is_phantom(update, kind)]
    if update.behaviour.has("version-drops-the-rest"):
        for kind in dropped:
            says = (
                f"{WORDS[kind]} changes only in the template: when the version changes, {update.handler} "
                "sends nothing else"
            )
            found.effects.append(
                unapplied(
                    update,
                    says,
                    "Deploy it separately from the version.",
                    *kind_steps(config, kind),
                    fix=_kept(update, *SETTINGS[kind]),
                )
            )


def _is_phantom(update: Update, kind: str) -> bool:
    """Whether a kind counts as a change while nothing of it changes."""
    return kind == "logging" and sorted(update.logging.on_before) == sorted(update.logging.on_after)


def _logging(update: Update, found: Judgement) -> None:
    config, logging = update.config, update.logging
    if logging.old is None or logging.new is None:
        return
    steps = (*steps_of("cluster", config.cause(Property.LOGGING)), handler_step(update))
    reason, remedy = _refusal_of_logging(update, found.kinds)
    if reason:
        place = config.after(Property.LOGGING) if logging.new else config.before(Property.LOGGING)
        fix = _kept(update, Property.LOGGING) if remedy == KEEP_ORDER else None
        found.refuse(f"EKS will refuse: {reason}", place, *steps, remedy=remedy, fix=fix)
        return
    named = [name for types, _ in logging.sent(update.behaviour) for name in types]
    gone = [name for name in logging.on_before if name not in named]
    if gone:
        says = f"the logs {in_words(gone)} stay on: {update.handler} does not send removed log types"
        found.effects.append(unapplied(update, says, UPGRADE.format(since="2.70.0 and later"), *steps[:-1]))


def _refusal_of_logging(update: Update, kinds: tuple[str, ...]) -> tuple[str | None, str]:
    """Why EKS does not take the logging that is sent, and what to do; no reason where it does."""
    logging, behaviour = update.logging, update.behaviour
    if behaviour.has("logging-normalised"):
        if not logging.sent(behaviour):
            return _sent_empty(update)
        if not logging.changes_nothing(behaviour):
            return None, ""
        if logging.on_before == logging.on_after:
            what = "a log entry with `enabled: false` counts as a change in every update, but changes nothing"
            return f"{NO_CHANGES}; {what}", "Remove that entry in a deploy that changes another log type."
        return f"{NO_CHANGES}; the log types are the same in a different order", KEEP_ORDER
    if not logging.new and "endpoint" not in kinds:
        reason = "The type for cluster update was not provided; this handler sends an empty request to switch all off"
        return reason, UPGRADE.format(since="2.70.0 and later")
    if sorted(logging.on_before) != sorted(logging.on_after):
        return None, ""
    if logging.on_before == logging.on_after:
        return f"{NO_CHANGES}; only an entry with `enabled: false` is added or removed", UPGRADE.format(
            since="2.70.0 and later"
        )
    return f"{NO_CHANGES}; the log types are the same in a different order", KEEP_ORDER


def _sent_empty(update: Update) -> tuple[str, str]:
    if update.logging.was_empty:
        reason = "an empty clusterLogging counts as a change in every update, and is sent empty"
        return reason, "Set one log type in a separate deploy; after that, other changes can be deployed."
    return "an empty clusterLogging is sent as an empty update", "Omit `clusterLogging`, or set a log type."


def _another_vpc(update: Update, found: Judgement) -> None:
    config = update.config
    proof = another_vpc(config.fates, *config.both(Property.SUBNETS))
    if proof:
        found.refuse(ANOTHER_VPC, config.after(Property.SUBNETS), *proof, remedy=SECOND_CLUSTER)


def _mode(update: Update, found: Judgement) -> None:
    config = update.config
    mode = Property.AUTHENTICATION_MODE
    effect = mode_step(*config.both(mode), config.literal(mode), update.refused_modes, {})
    if effect:
        found.effects.append(effect)
        if effect.value == Known("refused"):
            found.fate, found.because = Fate.REFUSED, effect.says
