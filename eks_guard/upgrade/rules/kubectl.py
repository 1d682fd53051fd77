"""The kubectl that talks to the cluster: its layer at each step, the Helm inside, the runtime of its function."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from eks_guard.model.fix import Language
from eks_guard.model.outcome import Outcome
from eks_guard.model.upgrade import NOTHING_TO_WRITE, Phase, Remedy, Weight
from eks_guard.model.value import Known
from eks_guard.model.version import minors_between
from eks_guard.policy.facts.fixes import layer_fix, nearest_package
from eks_guard.policy.facts.kubectl import used_providers
from eks_guard.records import replace
from eks_guard.upgrade.journey import item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data.rows import LayerPackage
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.upgrade import Item
    from eks_guard.model.version import Version
    from eks_guard.upgrade.journey import Journey

HELM_4 = 4
SOON = datetime.timedelta(days=365)
"""A runtime that Lambda updates for longer is worth no note."""


def items(journey: Journey) -> Iterator[Item]:
    """What each used handler needs on the way, once where several read the same."""
    yield from dict.fromkeys(_of_handlers(journey))


def _of_handlers(journey: Journey) -> Iterator[Item]:
    for provider in used_providers(journey.cluster):
        yield from _runtime(journey, provider)
        for minor in journey.steps:
            yield from _layer(journey, provider, minor)
        yield from _helm(journey, provider)


def _layer(journey: Journey, provider: KubectlProvider, minor: Version) -> Iterator[Item]:
    package = _package(journey, provider, minor)
    if package is None:
        yield _none_fits(journey, provider, minor)
        return
    exact = journey.tables.layer_packages.get(minor)
    missing = package.minor != minor and (exact is None or exact.npm is None)
    out = minor == journey.first and _is_outside(journey)
    if missing:
        yield _neighbour(journey, package, minor)
    if minor == journey.first and _carries(provider) == package.minor and not out and not missing:
        return
    release = journey.facts.layers.get(package.minor)
    newest = f" {release.newest}" if release else ""
    says = f"give {provider.id} the layer {package.class_name} from {package.npm or package.pypi}{newest}"
    if out:
        says += f"; its current kubectl is already outside the skew for {journey.start}"
    if release and release.needs:
        says += f" (needs aws-cdk-lib {release.needs})"
    fix = _lines(layer_fix(journey.cluster, Known(package.minor), journey.tables))
    weight = Weight.BLOCKS if out else Weight.CHANGE
    phase = Phase.BEFORE if out else Phase.WITH
    source = journey.facts.source("cdk_releases")
    yield journey.of_cluster("kubectl-layer", minor, weight, phase, says, fix, source)


def _neighbour(journey: Journey, package: LayerPackage, minor: Version) -> Item:
    says = (
        f"npm has no layer package for {minor}; the one for {package.minor} carries a kubectl one minor away, "
        "which Kubernetes supports"
    )
    source = journey.facts.source("cdk_releases")
    return journey.of_cluster("layer-package", minor, Weight.NOTE, Phase.WITH, says, source=source)


def _carries(provider: KubectlProvider) -> Version | None:
    found = provider.kubectl
    return found.value.of_minor if isinstance(found, Known) and found.value else None


def _is_outside(journey: Journey) -> bool:
    """Whether the kubectl of today fails on the version of today."""
    verdict = journey.verdict("kubectl-version-skew", "cluster", journey.cluster, journey.context(journey.start))
    return verdict.outcome is Outcome.FAIL


def _package(journey: Journey, provider: KubectlProvider, minor: Version) -> LayerPackage | None:
    """The package for a step; of a handler that several clusters share, one that suits them all."""
    nearest = nearest_package(minor, journey.tables)
    versions = [min(max(now, min(minor, target)), max(now, target)) for now, target in _sharing(journey, provider)]
    if nearest is None or all(abs(minors_between(nearest.minor, version)) <= 1 for version in versions):
        return nearest
    suits = [
        package
        for of, package in journey.tables.layer_packages.items()
        if all(abs(minors_between(of, version)) <= 1 for version in (minor, *versions))
    ]
    return min(suits, key=lambda found: (found.npm is None, abs(minors_between(found.minor, minor))), default=None)


def _sharing(journey: Journey, provider: KubectlProvider) -> Iterator[tuple[Version, Version]]:
    return (journey.others[at] for at, _ in _shared(journey, provider) if at in journey.others)


def _shared(journey: Journey, provider: KubectlProvider) -> Iterator[tuple[ResourceId, str]]:
    """The other clusters that the function of a handler talks to."""
    mine = provider.handler
    for cluster in journey.estate.clusters:
        if cluster.at == journey.cluster.at or not isinstance(mine, Known):
            continue
        for other in used_providers(cluster):
            if isinstance(other.handler, Known) and other.handler.value.resource == mine.value.resource:
                yield cluster.at.resource, cluster.id


def _none_fits(journey: Journey, provider: KubectlProvider, minor: Version) -> Item:
    names = ", ".join(name for _, name in _shared(journey, provider))
    if not names:
        says = f"no layer package carries a kubectl within one minor of {minor}"
        return journey.of_cluster("kubectl-layer", minor, Weight.UNKNOWN, Phase.WITH, says)
    says = (
        f"{provider.id} talks to {journey.cluster.id} and to {names}, and no kubectl is within one minor of "
        "both: give each cluster its own handler, or raise the other cluster first"
    )
    return journey.of_cluster("kubectl-layer", minor, Weight.BLOCKS, Phase.BEFORE, says)


def _helm(journey: Journey, provider: KubectlProvider) -> Iterator[Item]:
    """Charts from oci:// repositories, which Helm 4 and a handler of before 2.244.0 do not install."""
    handler = provider.handler
    if not isinstance(handler, Known) or handler.value.takes_oci_charts != Known(value=False):
        return
    for minor in journey.steps:
        package = _package(journey, provider, minor)
        release = journey.facts.layers.get(package.minor) if package else None
        if release is None or release.helm is None or release.helm.major < HELM_4:
            continue
        moved = replace(provider, helm=Known(release.helm))
        kubectl = tuple(moved if found is provider else found for found in journey.cluster.kubectl)
        cluster = replace(journey.cluster, kubectl=kubectl)
        context = replace(journey, cluster=cluster).context(minor)
        installed = set(provider.consumers)
        failing = [
            chart
            for chart in journey.cluster.charts
            if journey.verdict("helm-oci-supported", "helm-chart", chart, context).outcome is Outcome.FAIL
            and chart.at.resource in installed
        ]
        for chart in failing:
            says = (
                f"the layer of {package.minor if package else minor} brings Helm {release.helm}, which the "
                "handler of this aws-cdk-lib cannot use to install a chart from an oci:// repository"
            )
            fix = Remedy(
                text="or stay on the last release of the layer with Helm 3",
                commands="npm install aws-cdk-lib@^2.244.0",
            )
            source = journey.facts.source("cdk_releases")
            yield item(
                "helm-major", minor, Weight.BLOCKS, Phase.BEFORE, "helm-chart", chart.at, says, fix, None, source
            )
        if failing:
            return


def _runtime(journey: Journey, provider: KubectlProvider) -> Iterator[Item]:
    handler = provider.handler
    if not isinstance(handler, Known) or not isinstance(handler.value.runtime, Known):
        return
    runtime = handler.value.runtime.value
    block = journey.facts.update_block(runtime)
    if block is None:
        return
    end = datetime.date.fromisoformat(block)
    refused = end <= journey.today
    if end - journey.today > SOON:
        return
    fate = f"which Lambda has not updated since {block}" if refused else f"which Lambda updates until {block}"
    says = f"the function {provider.id} runs on {runtime}, {fate}"
    says += ": a new layer requires an update of the function"
    fix = Remedy(commands="npm install aws-cdk-lib@latest")
    weight = Weight.BLOCKS if refused else Weight.NOTE
    source = journey.facts.source("lambda_runtimes")
    yield journey.of_cluster("handler-runtime", journey.first, weight, Phase.BEFORE, says, fix, source)


def _lines(fix: Fix | None) -> Remedy:
    if fix is None:
        return NOTHING_TO_WRITE
    typescript, python = fix.edit(Language.TYPESCRIPT), fix.edit(Language.PYTHON)
    install = typescript or python
    return Remedy(
        typescript="\n".join((*typescript.imports, typescript.lines)) if typescript else None,
        python="\n".join((*python.imports, python.lines)) if python else None,
        commands="\n".join(install.install) if install and install.install else None,
    )
