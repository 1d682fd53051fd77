"""What becomes of clusters: CDK's custom resource under the handler that will run, and CloudFormation's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eks_guard.change.cluster import custom
from eks_guard.change.cluster.config import Config
from eks_guard.change.cluster.handler import behaviours_of
from eks_guard.change.cluster.judgement import Judgement, Update
from eks_guard.change.cluster.logging import logging_of
from eks_guard.change.custom_resources import CLUSTER, CLUSTERS, NATIVE
from eks_guard.change.network import another_vpc
from eks_guard.change.paths import is_set, literal
from eks_guard.change.steps import mode_step, version_step
from eks_guard.change.verdict import Verdict
from eks_guard.change.wording import chain, name_of, old_place, place_of, shown
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.rules import Behaviour
    from eks_guard.change.verdict import Cause
    from eks_guard.data.rows import Support
    from eks_guard.model.version import Version

KEEP_ID = (
    "Restore the construct's old id and place in the tree, or set the old logical id with `overrideLogicalId`. "
    "`cdk refactor` may be able to move it; check its plan first."
)


GIVEN_UP = (
    "None needed if the stack gives up the cluster on purpose. To manage it again, import it under its old logical id "
    "with `cdk import`."
)


class Clusters:
    """Judges the clusters of an update, each once."""

    def __init__(
        self, fates: Fates, support: Mapping[Version, Support], today: datetime.date, release: str | None = None
    ) -> None:
        self.fates = fates
        self.handlers: dict[str, str] = {}
        self._support = support
        self._today = today
        self._release = release
        self._judged: dict[Resource, Judgement] = {}
        fates.custom[CLUSTER] = self.verdict

    def verdict(self, old: Resource, new: Resource) -> Verdict:
        """The fate of a custom resource, under every handler that may run."""
        return custom.verdict_of(old, new, self.judge(old, new))

    def judge(self, old: Resource, new: Resource) -> Judgement:
        """What the handler makes of the change."""
        if new not in self._judged:
            rules = self.fates.rules
            behaviours, word = behaviours_of(self.fates, new, self._release)
            self.handlers[name_of(new)] = word
            config, found = Config(self.fates, old, new), []
            for behaviour in behaviours:
                handler = word if len(behaviours) == 1 else f"aws-cdk-lib {behaviour.releases}"
                update = Update(
                    config,
                    logging_of(config),
                    behaviour,
                    handler,
                    rules.handler_refuses,
                    rules.defaults,
                    self._support,
                    self._today,
                )
                found.append((behaviour, custom.judge(update)))
            self._judged[new] = _merged(found)
        return self._judged[new]

    def effects(self, verdict: Verdict) -> tuple[Effect, ...]:
        """All that the update does to a cluster."""
        old, new = verdict.old, verdict.new
        if verdict.fate in (Fate.DELETED, Fate.LEFT) and old:
            return (_removed(self.fates, verdict, old),)
        if verdict.fate is Fate.UNKNOWN and not (old and new):
            reason = f"the fate of the cluster is unknown: {verdict.because}"
            return (Effect(Question.FATE, Unknown(reason), reason),)
        if not (old and new) or old.type != new.type:
            return ()
        if new.type == NATIVE:
            return tuple(self._native(verdict, old, new))
        return tuple(self.judge(old, new).effects)

    def _native(self, verdict: Verdict, old: Resource, new: Resource) -> list[Effect]:
        if verdict.fate is Fate.UNKNOWN:
            reason = f"unknown whether the update replaces the cluster: {verdict.because}"
            return [Effect(Question.FATE, Unknown(reason), reason)]
        if verdict.fate is Fate.REPLACED:
            return [_native_replaced(self.fates, verdict, new)]
        effects = []
        cause = another_vpc(self.fates, *self.fates.both(old, new, Property.SUBNETS))
        if cause:
            says = "EKS will refuse: the subnets are in another VPC, and a cluster's VPC cannot change"
            place = place_of(self.fates.at(new, Property.SUBNETS))
            remedy = "Build a second cluster in the other VPC and move the workloads."
            effects.append(Effect(Question.REFUSED, Known(says), says, place, cause, remedy))
        before, after = self.fates.both(old, new, Property.VERSION)
        if not _is_same(self.fates, before, after):
            found = version_step(before, after, (literal(before), literal(after)), self._support, self._today)
            effects += [found] if found else []
        before, after = self.fates.both(old, new, Property.AUTHENTICATION_MODE)
        if not _is_same(self.fates, before, after):
            rules = self.fates.rules
            why = "the documentation disagrees on whether EKS accepts this; it may need API_AND_CONFIG_MAP first"
            unknown = dict.fromkeys(rules.service_unknown, why)
            found = mode_step(before, after, (literal(before), literal(after)), rules.service_refuses, unknown)
            effects += [found] if found else []
        return effects


def _is_same(fates: Fates, before: Node, after: Node) -> bool:
    return fates.comparison.same(before, after) == Known(value=True)


def _native_replaced(fates: Fates, verdict: Verdict, new: Resource) -> Effect:
    name, causes = fates.at(new, Property.NAME), verdict.causes
    steps, paths = tuple(chain(verdict)), [cause.path for cause in causes]
    because = _cause(causes[0])
    is_renamed = any(cause.keys == fates.rules.path(NATIVE, Property.NAME) for cause in causes)
    if is_set(name) and not is_renamed:
        says = (
            f"CloudFormation or EKS will refuse: {paths[0]} is create-only, and {because}, "
            f"while the cluster keeps its name, {shown(name)}"
        )
        remedy = "Undo the change: a cluster with an explicit name cannot be replaced under the same name."
        return Effect(Question.REFUSED, Known(says), says, place_of(causes[0].new), steps, remedy)
    retained = new.body.get("UpdateReplacePolicy") in ("Retain", "RetainExceptOnCreate")
    tail = "the old one is left behind" if retained else "the old one is deleted"
    says = f"the update replaces the cluster: {because}; a new, empty one is created, and {tail}"
    remedy = f"Keep the deployed {paths[0]}; for another value, build a second cluster beside this one."
    return Effect(Question.FATE, Known(str(Fate.REPLACED)), says, place_of(causes[0].new), steps, remedy)


def _cause(cause: Cause) -> str:
    """How a create-only property changes: by its own text, or with what it leads to."""
    if cause.behind and cause.behind.fate is Fate.REPLACED:
        return f"{cause.path} is {shown(cause.new)}, which is replaced"
    return f"{cause.path} goes from {shown(cause.old)} to {shown(cause.new)}"


def _removed(fates: Fates, verdict: Verdict, old: Resource) -> Effect:
    """A cluster whose logical id is gone."""
    steps = (
        Step(0, "cluster", f"{old.logical_id} is in stack {old.stack.root.id}", old_place(old)),
        *_successors(fates),
    )
    place = old_place(old)
    if verdict.fate is Fate.LEFT:
        says = f"the cluster is removed from the stack and no longer managed: {verdict.because}"
        return Effect(Question.FATE, Known(str(Fate.LEFT)), says, place, steps, GIVEN_UP)
    what = f"{name_of(old)} is no longer in stack {old.stack.root.id}"
    new = [step.says for step in steps[1:]]
    tail = f" ({new[0]})" if new else ""
    if _is_protected(fates, old):
        says = (
            f"the cluster is removed from its stack: {what}{tail}; deletion protection refuses DeleteCluster, "
            "so it is left behind"
        )
    else:
        says = f"the update deletes the cluster: {what}{tail}"
    return Effect(Question.FATE, Known(str(Fate.DELETED)), says, place, steps, KEEP_ID)


def _successors(fates: Fates) -> list[Step]:
    """The clusters that come in the same update, which people may take for the old one."""
    created = (
        resource for resource in fates.pairing.new.resources(*CLUSTERS) if fates.of(resource).fate is Fate.CREATED
    )
    return [Step(1, "cluster", f"{name_of(found)} is new and empty", found.place) for found in created]


def _is_protected(fates: Fates, old: Resource) -> bool:
    return str(literal(fates.at(old, Property.DELETION_PROTECTION))).lower() == "true"


def _merged(found: Sequence[tuple[Behaviour, Judgement]]) -> Judgement:
    """What all handlers that may run agree on; what they do not is unknown."""
    last = found[-1][1]
    if len(found) == 1:
        return last
    fates = {judgement.fate for _, judgement in found}
    merged = replace(last, effects=[])
    if len(fates) > 1:
        merged.fate, merged.because = Fate.UNKNOWN, "the release of CDK's handler that will run is unknown"
    for question in Question:
        answers = [
            (behaviour, [e for e in judgement.effects if e.question is question]) for behaviour, judgement in found
        ]
        texts = {_answer(effects) for _, effects in answers}
        if len(texts) == 1:
            merged.effects += answers[-1][1]
            continue
        behaviour, effects = next(pair for pair in answers if pair[1])
        _, others = next(pair for pair in answers if _answer(pair[1]) != _answer(effects))
        what = others[0].says if others else "not so"
        reason = (
            f"the release of CDK's handler that will run is unknown, which matters: {effects[0].says} "
            f"(aws-cdk-lib {behaviour.releases}); with another release: {what}"
        )
        merged.effects.append(replace(effects[0], value=Unknown(reason), says=reason))
    return merged


def _answer(effects: list[Effect]) -> str:
    return (
        repr([effect.value.value if isinstance(effect.value, Known) else "unknown" for effect in effects])
        if not _same_kind(effects)
        else str(len(effects))
    )


def _same_kind(effects: list[Effect]) -> bool:
    """Whether the answer is that something happens, whatever it is called."""
    texts = (Question.REFUSED, Question.COMBINED, Question.IGNORED, Question.IGNORED_TAGS)
    return bool(effects) and all(e.question in texts and isinstance(e.value, Known) for e in effects)
