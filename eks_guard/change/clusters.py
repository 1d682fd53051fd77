"""What becomes of clusters: CDK's custom resource under the handler that will run, and CloudFormation's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster import custom, native
from eks_guard.change.cluster.agreement import agreement
from eks_guard.change.cluster.config import Config
from eks_guard.change.cluster.handler import behaviours_of
from eks_guard.change.cluster.judgement import Judgement, Update
from eks_guard.change.cluster.logging import logging_of
from eks_guard.change.cluster.removal import removal
from eks_guard.change.custom_resources import CLUSTER, NATIVE
from eks_guard.change.verdict import Verdict
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates
    from eks_guard.data.rows import Support
    from eks_guard.model.version import Version


class Clusters:
    """Judges the clusters of an update, each once."""

    def __init__(
        self, fates: Fates, support: Mapping[Version, Support], today: datetime.date, release: str | None = None
    ) -> None:
        self.fates = fates
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
            self._judged[new] = agreement(found)
        return self._judged[new]

    def effects(self, verdict: Verdict) -> tuple[Effect, ...]:
        """All that the update does to a cluster."""
        old, new = verdict.old, verdict.new
        if verdict.fate in (Fate.DELETED, Fate.LEFT) and old:
            return (removal(self.fates, verdict, old),)
        if verdict.fate is Fate.UNKNOWN and not (old and new):
            reason = f"the fate of the cluster is unknown: {verdict.because}"
            return (Effect(Question.FATE, Unknown(reason), reason),)
        if not (old and new) or old.type != new.type:
            return ()
        if new.type == NATIVE:
            return tuple(native.effects_of(self.fates, verdict, self._support, self._today))
        return tuple(self.judge(old, new).effects)
