"""What CDK's handler does with a changed `Custom::AWSCDK-EKS-Cluster`, in the order in which it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eks_guard.change import config as at
from eks_guard.change.config import Config
from eks_guard.change.fates import Cause, Verdict
from eks_guard.change.network import another_vpc
from eks_guard.change.sameness import OTHER, SAME, Sameness, differs, every, is_same
from eks_guard.change.steps import mode_step, version_step
from eks_guard.change.wording import in_words, old_place, place_of, shown, step, steps_of
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.rules import Behaviour, Path
    from eks_guard.data import Support
    from eks_guard.model.value import Value
    from eks_guard.model.version import Version

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
KEEP_ROLE = (
    "Keep the role, and its name. To move to another role, build a second cluster beside this one "
    "and move the workloads."
)
UPGRADE = "Upgrade aws-cdk-lib in the same deploy: the new handler runs first. {since} does this in place."


@dataclass
class Judgement:
    """What one class of handlers makes of the change."""

    fate: Fate = Fate.KEPT
    because: str = ""
    causes: tuple[Cause, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    kinds: tuple[str, ...] = ()

    def refuse(self, says: str, place: Node, *steps: Step, remedy: str | None = None) -> Judgement:
        """Note that the handler, or EKS, refuses."""
        self.fate, self.because = Fate.REFUSED, says
        self.effects.append(Effect(Question.REFUSED, Known(says), says, place_of(place), steps, remedy))
        return self


@dataclass(frozen=True)
class Update:
    """A change of a cluster, with what is needed to judge it."""

    config: Config
    behaviour: Behaviour
    handler: str
    refused_modes: frozenset[tuple[str | None, str | None]]
    defaults: Mapping[Path, str]
    support: Mapping[Version, Support]
    today: datetime.date


def judge(update: Update) -> Judgement:
    """What the handler does, from what it refuses at once to what it does not look at."""
    found = Judgement()
    for part in (_crash, _encryption, _replacement, _kinds, _updates):
        part(update, found)
        if found.fate is not Fate.KEPT:
            return found
    _ignored(update, found)
    return found


def _crash(update: Update, found: Judgement) -> None:
    config = update.config
    if not update.behaviour.has("one-logging-entry-crashes") or is_same(config.unchanged):
        return
    if any(len(entries or ()) == 1 for entries in (config.logging.old, config.logging.new)):
        says = "CDK's handler will crash: Cannot read properties of undefined (reading 'enabled')"
        found.refuse(says, config.after(*at.LOGGING), _handler(update), remedy=UPGRADE.format(since="2.37.0"))


def _encryption(update: Update, found: Judgement) -> None:
    config = update.config
    same = config.same("encryptionConfig", unset={})
    if isinstance(same, Unknown):
        _open(found, Question.REFUSED, f"whether the encryption of secrets changes is not known: {same.reason}", config)
    elif not same.value:
        says = "CDK's handler will refuse: Cannot update cluster encryption configuration"
        found.refuse(
            says,
            config.after("encryptionConfig"),
            *steps_of("cluster", config.cause("encryptionConfig")),
            _handler(update),
            remedy=(
                "Leave the encryption of secrets as it is: the key must be there from the start. "
                "EKS itself can add one (`aws eks associate-encryption-config`), CDK's handler cannot."
            ),
        )


def _replacement(update: Update, found: Judgement) -> None:
    config, behaviour = update.config, update.behaviour
    tests: dict[Path, Sameness] = {("name",): config.same("name"), ("roleArn",): config.same("roleArn")}
    if behaviour.has("subnets-replace"):
        tests |= {path: config.same_vpc_part(path, behaviour) for path in (at.SUBNETS, at.GROUPS)}
    if behaviour.has("admin-replaces"):
        unset = True if behaviour.has("admin-unset-is-true") else None
        tests[at.ADMIN] = config.same(*at.ADMIN, unset=unset)
    if behaviour.has("addons-replace"):
        tests[at.ADDONS] = config.same(*at.ADDONS, unset=True)
    changed = [path for path, same in tests.items() if differs(same)]
    if not changed:
        blank = next((same for same in tests.values() if isinstance(same, Unknown)), None)
        if blank:
            reason = f"whether the update replaces the cluster is not known: {blank.reason}"
            found.effects.append(Effect(Question.FATE, Unknown(reason, blank.place), reason, config.new.place))
        return
    causes = tuple(config.cause(*path) for path in changed)
    named, unnamed = config.literal("name")[1], isinstance(tests["name",], Known) and not tests["name",].value
    if named is not None and not unnamed:
        name = "it" if isinstance(named, Unknown) else f'"{named}"'
        says = (
            f"CDK's handler will refuse: Cannot replace cluster {name} since it has an explicit physical name "
            f"({_because(config, changed, update)})"
        )
        steps = [hop for cause in causes for hop in steps_of("cluster", cause)]
        found.refuse(says, causes[0].new, *steps, _handler(update), remedy=_remedy(changed, named=True))
        return
    found.fate, found.causes = Fate.REPLACED, causes
    found.because = f"the update replaces the cluster: {_because(config, changed, update)}"
    steps = [hop for cause in causes for hop in steps_of("cluster", cause)]
    retained = config.new.body.get("UpdateReplacePolicy") in ("Retain", "RetainExceptOnCreate")
    tail = "the old one is left behind" if retained or _is_renamed(config, changed) else "the old one is deleted"
    says = f"{found.because}; a new, empty one is made, and {tail}"
    found.effects.append(
        Effect(
            Question.FATE,
            Known(str(Fate.REPLACED)),
            says,
            place_of(causes[0].new),
            (*steps, _handler(update, steps[-1].depth + 1 if steps else 0, "answers this with CreateCluster")),
            _remedy(changed, named=False),
        )
    )


def _is_renamed(config: Config, changed: list[Path]) -> bool:
    """From one explicit name to another: the creation role may delete clusters of the new name only (aws-cdk#29282)."""
    before, after = config.literal("name")
    return ("name",) in changed and before is not None and after is not None


def _because(config: Config, changed: list[Path], update: Update) -> str:
    path = changed[0]
    cause = config.cause(*path)
    if path == ("roleArn",):
        return "its role is replaced" if cause.behind and cause.behind.fate is Fate.REPLACED else "its role changes"
    if path == ("name",):
        return f"its name changes from {shown(cause.old)} to {shown(cause.new)}"
    if path in (at.SUBNETS, at.GROUPS):
        what = "subnets" if path == at.SUBNETS else "security groups"
        return f"{update.handler} replaces a cluster whose {what} change"
    return f"{path[-1]} goes from {shown(cause.old)} to {shown(cause.new)}"


def _remedy(changed: list[Path], *, named: bool) -> str:
    path = changed[0]
    if path in (at.SUBNETS, at.GROUPS):
        return UPGRADE.format(since="2.142.0 and later")
    if named:
        return (
            "Undo the change: there is no way to keep the cluster and make it. A second cluster "
            "beside this one can have it."
        )
    if path == ("roleArn",):
        return KEEP_ROLE
    if path == ("name",):
        return "Keep `clusterName` as it was deployed."
    return f"Leave `{path[-1]}` as it was deployed."


def _kinds(update: Update, found: Judgement) -> None:
    """The kinds of update in one deploy, of which the handler takes one."""
    tests = _kind_tests(update)
    changed = [kind for kind, same in tests.items() if differs(same)]
    open_ = [same for same in tests.values() if isinstance(same, Unknown)]
    found.kinds = tuple(changed)
    if changed or open_:
        value: Value[tuple[str, ...]] = Unknown(open_[0].reason) if open_ else Known(tuple(changed))
        says = f"the update changes {in_words([WORDS[kind] for kind in changed]) if changed else 'what is not decided'}"
        found.effects.append(Effect(Question.KINDS, value, says, update.config.new.place))
    clash = _clash(update.behaviour, changed)
    if clash:
        says = (
            f"{_count(len(clash))} kinds of update in one deploy: {in_words([WORDS[kind] for kind in clash])}; "
            "CDK's handler takes one"
        )
        if "logging" in clash and update.config.logging.was_empty:
            says += " (an empty clusterLogging counts as a change at every update)"
        found.effects.append(_combined(update, clash, Known(says), says))
        found.fate, found.because = Fate.REFUSED, says
    elif open_ and (update.behaviour.has("one-kind-only") and len(changed) + len(open_) > 1):
        reason = f"whether the update is of more than one kind is not known: {open_[0].reason}"
        found.effects.append(_combined(update, changed, Unknown(reason), reason))


def _combined(update: Update, kinds: list[str], value: Known[str] | Unknown[str], says: str) -> Effect:
    steps = [hop for kind in kinds for hop in _kind_steps(update.config, kind)]
    first = next((hop.place for hop in steps if hop.kind == "after"), None)
    return Effect(Question.COMBINED, value, says, first or update.config.new.place, (*steps, _handler(update)))


def _kind_tests(update: Update) -> dict[str, Sameness]:
    config, behaviour = update.config, update.behaviour
    phantom = behaviour.has("logging-normalised") and config.logging.was_empty
    quiet = is_same(config.unchanged)
    tests = {
        "version": config.same("version"),
        "logging": OTHER if phantom and not quiet else SAME if phantom else config.logging.same(behaviour),
        "endpoint": every((*(config.same(*path) for path in at.ENDPOINTS), _same_cidrs(config, behaviour))),
    }
    if behaviour.has("subnets-in-place"):
        tests["subnets"] = every((config.same_set(*at.SUBNETS), config.same_set(*at.GROUPS)))
    if behaviour.has("mode-in-place"):
        tests["mode"] = config.same(*at.MODE)
    if behaviour.has("tags-count"):
        tests["tags"] = config.same("tags")
    if behaviour.has("protection-in-place"):
        tests["protection"] = config.same(*at.PROTECTION)
    if behaviour.has("tier-in-place"):
        tests["tier"] = config.same(*at.TIER, unset="standard")
    return tests


def _same_cidrs(config: Config, behaviour: Behaviour) -> Sameness:
    same = config.same_set(*at.CIDRS)
    if not behaviour.has("cidrs-by-length") or not differs(same):
        return same
    compare = config.fates.comparison
    before, after = compare.entries(config.before(*at.CIDRS)), compare.entries(config.after(*at.CIDRS))
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


def _updates(update: Update, found: Judgement) -> None:
    """The one update that is sent, and whether EKS takes it."""
    config, behaviour, kinds = update.config, update.behaviour, found.kinds
    if "version" in kinds or isinstance(config.same("version"), Unknown):
        _version(update, found)
        if behaviour.has("version-drops-the-rest"):
            return
    if found.fate is not Fate.KEPT:
        return
    if "logging" in kinds:
        _logging(update, found)
    if "endpoint" in kinds and behaviour.has("endpoint-with-logging-refused") and config.logging.enabled(after=True):
        says = (
            "EKS will refuse: Only one type of update can be allowed; this handler sends logging "
            "along with the endpoint"
        )
        found.refuse(
            says, config.after(*at.ENDPOINTS[0]), _handler(update), remedy=UPGRADE.format(since="2.56.0 and later")
        )
    if "subnets" in kinds:
        _another_vpc(update, found)
    if "mode" in kinds:
        _mode(update, found)
    if "protection" in kinds and config.literal(*at.PROTECTION)[1] is None:
        says = "EKS will refuse: deletionProtection is taken out, so the request holds no update"
        cause = config.cause(*at.PROTECTION)
        found.refuse(
            says, cause.old, *steps_of("cluster", cause), _handler(update), remedy="Write `deletionProtection: false`."
        )


def _version(update: Update, found: Judgement) -> None:
    config = update.config
    values = config.literal("version")
    if values[1] is None:
        says = f"CDK's handler will refuse: Cannot remove cluster version configuration. Current version is {values[0]}"
        cause = config.cause("version")
        found.refuse(says, cause.old, *steps_of("cluster", cause), remedy="Name the version that is deployed.")
        return
    effect = version_step(config.before("version"), config.after("version"), values, update.support, update.today)
    if effect:
        found.effects.append(effect)
    dropped = [kind for kind in found.kinds if kind != "version"]
    if update.behaviour.has("version-drops-the-rest"):
        for kind in dropped:
            says = (
                f"{WORDS[kind]} changes in the template only: with another version {update.handler} sends nothing else"
            )
            found.effects.append(
                _unapplied(update, says, "Deploy it apart from the version.", *_kind_steps(config, kind))
            )


def _logging(update: Update, found: Judgement) -> None:
    config, logging = update.config, update.config.logging
    normalised = update.behaviour.has("logging-normalised")
    after = logging.enabled(after=True)
    steps = tuple(steps_of("cluster", config.cause(*at.LOGGING)))
    if not logging.is_decided:
        return
    if logging.was_empty and normalised and not after:
        says = "EKS will refuse: an empty clusterLogging counts as a change at every update, and is sent empty"
        remedy = "Name one log type in a deploy of its own; after that every other change goes."
        found.refuse(says, config.before(*at.LOGGING), *steps, _handler(update), remedy=remedy)
    elif not normalised and not after and logging.enabled(after=False):
        says = (
            "EKS will refuse: The type for cluster update was not provided; this handler sends an "
            "empty request to switch all logs off"
        )
        found.refuse(
            says, config.after(*at.LOGGING), *steps, _handler(update), remedy=UPGRADE.format(since="2.70.0 and later")
        )
    elif logging.is_reordered:
        says = (
            "EKS will refuse: No changes needed for the logging config provided; the same log types "
            "are in another order"
        )
        found.refuse(
            says, config.after(*at.LOGGING), *steps, _handler(update), remedy="Keep the order of the log types."
        )
    elif not normalised:
        gone = [name for name in logging.enabled(after=False) if name not in after]
        if gone:
            says = f"the logs {in_words(gone)} stay on: {update.handler} does not send what was taken out"
            found.effects.append(_unapplied(update, says, UPGRADE.format(since="2.70.0 and later"), *steps))


def _another_vpc(update: Update, found: Judgement) -> None:
    config = update.config
    cause = another_vpc(config.fates, config.before(*at.SUBNETS), config.after(*at.SUBNETS))
    if cause:
        says = "EKS will refuse: the subnets are of another VPC, and the VPC of a cluster cannot change"
        found.refuse(
            says,
            config.after(*at.SUBNETS),
            *cause,
            remedy="Build a second cluster in the other VPC, and move the workloads.",
        )


def _mode(update: Update, found: Judgement) -> None:
    config = update.config
    effect = mode_step(
        config.before(*at.MODE), config.after(*at.MODE), config.literal(*at.MODE), update.refused_modes, {}
    )
    if effect:
        found.effects.append(effect)
        if effect.value == Known("refused"):
            found.fate, found.because = Fate.REFUSED, effect.says


def _ignored(update: Update, found: Judgement) -> None:
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
            reason = f"whether {name}, which CDK's handler ignores on an update, changes is not known: {same.reason}"
            found.effects.append(Effect(question, Unknown(reason), reason, place_of(config.after(*path))))
        elif not same.value:
            says = f"{name} changes in the template only: {update.handler} ignores it on an update"
            remedy = (
                "Undo it; or make the change with the AWS CLI and keep the template honest, or build a second cluster."
            )
            found.effects.append(
                _unapplied(update, says, remedy, *steps_of("cluster", config.cause(*path)), question=question)
            )


def _ignored_cidrs(update: Update, found: Judgement) -> None:
    config = update.config
    if not update.behaviour.has("cidrs-by-length") or "endpoint" in found.kinds or "version" in found.kinds:
        return
    if differs(config.same_set(*at.CIDRS)):
        says = (
            f"publicAccessCidrs changes in the template only: {update.handler} sees no change, so an "
            "address that was taken out keeps its access"
        )
        found.effects.append(
            _unapplied(
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


def _unapplied(update: Update, says: str, remedy: str, *steps: Step, question: Question = Question.IGNORED) -> Effect:
    place = next((hop.place for hop in steps if hop.kind == "after"), None) or update.config.new.place
    return Effect(question, Known(says), says, place, (*steps, _handler(update)), remedy)


def _kind_steps(config: Config, kind: str) -> list[Step]:
    """The settings of a kind that change, before and after."""
    paths: dict[str, tuple[Path, ...]] = {
        "version": (("version",),),
        "logging": (at.LOGGING,),
        "endpoint": (*at.ENDPOINTS, at.CIDRS),
        "subnets": (at.SUBNETS, at.GROUPS),
        "mode": (at.MODE,),
        "tags": (("tags",),),
        "protection": (at.PROTECTION,),
        "tier": (at.TIER,),
    }
    changed = [path for path in paths[kind] if not is_same(config.same(*path))]
    return [
        hop
        for path in changed or paths[kind][:1]
        for hop in (
            Step(0, "before", f"{'.'.join(path)} is {step(config.before(*path))}", old_place(config.before(*path))),
            Step(1, "after", f"{'.'.join(path)} is {step(config.after(*path))}", place_of(config.after(*path))),
        )
    ]


def _open(found: Judgement, question: Question, reason: str, config: Config) -> None:
    found.effects.append(Effect(question, Unknown(reason), reason, config.new.place))


def _handler(update: Update, depth: int = 0, what: str = "") -> Step:
    return Step(depth, "handler", f"of {update.handler}{f' {what}' if what else ''}")


def _count(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def verdict_of(old: Resource, new: Resource, found: Judgement) -> Verdict:
    """The fate, for what leans on the cluster."""
    return Verdict(found.fate, old, new, found.because, found.causes)
