"""The fates of resources that handlers of CDK's look after, clusters aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.paths import side_by_side
from eks_guard.change.sameness import differs, is_same
from eks_guard.change.verdict import Cause, Verdict
from eks_guard.change.wording import WORDS
from eks_guard.model.change import Fate
from eks_guard.model.properties import Property
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.change.fates import Fates

CLUSTER = "Custom::AWSCDK-EKS-Cluster"
NATIVE = "AWS::EKS::Cluster"
CLUSTERS = tuple(kind for kind, word in WORDS.items() if word == "cluster")
FARGATE = "Custom::AWSCDK-EKS-FargateProfile"
MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
CHART = "Custom::AWSCDK-EKS-HelmChart"
PATCH = "Custom::AWSCDK-EKS-KubernetesPatch"
OIDC = "Custom::AWSCDKOpenIdConnectProvider"
PROFILES = ("AWS::EKS::FargateProfile", FARGATE)
PROVIDERS = ("AWS::IAM::OIDCProvider", OIDC)


def add_handlers(fates: Fates) -> None:
    """Tell how CDK's handlers answer an update."""

    def kept(old: Resource, new: Resource) -> Verdict:
        return Verdict(Fate.KEPT, old, new)

    def remade(old: Resource, new: Resource) -> Verdict:
        return _remade(fates, old, new)

    def provider(old: Resource, new: Resource) -> Verdict:
        return _provider(fates, old, new)

    fates.custom |= {MANIFEST: kept, CHART: kept, PATCH: kept, FARGATE: remade, OIDC: provider}


def _remade(fates: Fates, old: Resource, new: Resource) -> Verdict:
    """A Fargate profile is made anew for any change at all: its handler's onUpdate is onCreate."""
    (handler,) = fates.rules.path(new.type, Property.HANDLER)
    sides = (side for side in side_by_side(old, new) if side[0] != handler)
    compared = [(name, before, after, fates.comparison.same(before, after)) for name, before, after in sides]
    causes = tuple(
        Cause((name,), before, after, fates.behind(before, after))
        for name, before, after, same in compared
        if differs(same)
    )
    if causes:
        return Verdict(Fate.REPLACED, old, new, f"its {causes[0].path} changes", causes)
    blank = next((same for *_, same in compared if not is_same(same)), None)
    if isinstance(blank, Unknown):
        return Verdict(Fate.UNKNOWN, old, new, blank.reason)
    return Verdict(Fate.KEPT, old, new)


def _provider(fates: Fates, old: Resource, new: Resource) -> Verdict:
    changed, open_ = fates.changed(old, new, (Property.URL,))
    if changed:
        return Verdict(Fate.REPLACED, old, new, f"its {changed[0].path} changes", tuple(changed))
    return Verdict(Fate.UNKNOWN, old, new, open_[0].reason) if open_ else Verdict(Fate.KEPT, old, new)
