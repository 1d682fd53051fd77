"""The release of aws-cdk-lib that knows the constant of a minor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.upgrade import Phase, Remedy, Weight
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import Item
    from eks_guard.model.version import Version
    from eks_guard.upgrade.journey import Journey


def items(journey: Journey) -> Iterator[Item]:
    """The first step whose constant the app's aws-cdk-lib lacks; nothing for a version that is written as text."""
    if journey.app.is_low_level or journey.cluster.origin is Origin.IMPORTED:
        return
    release = journey.app.cdk_release
    if isinstance(release, Unknown):
        yield _unknown(journey, release.reason)
        return
    constants = journey.facts.constants
    lacking = [minor for minor in journey.steps if minor in constants and constants[minor] > release.value]
    if lacking:
        yield _raise(journey, release.value, lacking[0], lacking[-1])


def _unknown(journey: Journey, why: str) -> Item:
    needed = journey.facts.constants.get(journey.target)
    says = f"the release of aws-cdk-lib is unknown: {why}; V{journey.target.major}_{journey.target.minor} of "
    says += f"KubernetesVersion came with {needed}" if needed else "KubernetesVersion is in no known release"
    fix = Remedy(commands="npx cdk doctor && npm ls aws-cdk-lib")
    source = journey.facts.source("cdk_releases")
    return journey.of_cluster("cdk-release", journey.first, Weight.UNKNOWN, Phase.WITH, says, fix, source)


def _raise(journey: Journey, release: Version, minor: Version, last: Version) -> Item:
    constants = journey.facts.constants
    needed, at_target = constants[minor], constants[last]
    says = f"aws-cdk-lib {release} has no KubernetesVersion.V{minor.major}_{minor.minor}: it came with {needed}"
    if at_target != needed:
        says += f", and V{last.major}_{last.minor} with {at_target}"
    if release.major == 1:
        says += "; CDK v1 has reached its end and does not work with the layer packages: move to CDK v2 first"
    crossed = [f"{at}: {what}" for at, what in journey.facts.crossings if release < at <= at_target]
    if crossed:
        says += f". On the way: {'; '.join(crossed)}"
    fix = Remedy(
        text=f"KubernetesVersion.of('{minor}') works without a newer release",
        typescript=f"version: eks.KubernetesVersion.of('{minor}')",
        python=f'version=eks.KubernetesVersion.of("{minor}")',
        commands=f"npm install aws-cdk-lib@{at_target}",
    )
    source = journey.facts.source("cdk_releases")
    return journey.of_cluster("cdk-release", minor, Weight.CHANGE, Phase.WITH, says, fix, source)
