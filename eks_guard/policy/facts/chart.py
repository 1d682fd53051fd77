"""Facts about Helm charts, and the Helm that will install them."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value, either, lift
from eks_guard.policy.facts.cluster import on_or_off
from eks_guard.policy.facts.declared import declared_in
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import OUT_OF_ALPHA, leave_alpha_fix
from eks_guard.policy.facts.namespace_fixes import first_fix
from eks_guard.policy.facts.namespaces import (
    NOTHING_MAKES,
    adding,
    is_made_by_nothing,
    namespace_creator,
    of_another_stack,
)
from eks_guard.policy.facts.properties import is_written, of_property, why_unknown
from eks_guard.policy.operators import BOOLEAN, INTEGER
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import KubectlProvider
    from eks_guard.model.value import Place
    from eks_guard.model.workloads import Chart

OCI = "oci://"
ALB_CONTROLLER = ("aws-load-balancer-controller", "https://aws.github.io/eks-charts", "kube-system", "900s")
"""What CDK's AlbController installs, always so:
https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-eks/lib/alb-controller.ts"""
HELM_WAITS = 300
"""Seconds that Helm waits unless told otherwise: https://helm.sh/docs/helm/helm_upgrade/"""
STRICT = 4
"""The Helm that refuses `--repo oci://…`: https://github.com/aws/aws-cdk/issues/37143"""


def _oci_supported(chart: Chart, context: Context) -> tuple[Observation, ...]:
    provider = installer(chart, context)
    repository = chart.repository
    if provider is None or (isinstance(repository, Known) and not (repository.value or "").startswith(OCI)):
        return ()
    if isinstance(repository, Known) and chart.version == Known(None, chart.version.place):
        return (_without_version(chart, repository.value or ""),)
    supported = either([_takes_oci_charts(provider), _is_lenient(provider)])
    refused = supported == Known(value=False) or chart.version == Known(None, chart.version.place)
    if refused and isinstance(repository, Unknown):
        supported = Unknown(repository.reason, repository.place)
    says = (
        f"{provider.id} carries Helm {in_words(provider.helm)} and passes it the repository {in_words(repository)} "
        'in a form that only Helm 3 accepts: the deploy will fail with "invalid reference"'
    )
    place = repository.place or chart.at.place
    steps = (Step(0, "chart", f"repository {in_words(repository)}", place), *provider.trace)
    fix = leave_alpha_fix(_package(provider, context)) if supported == Known(value=False) else None
    says = says if isinstance(supported, Known) else supported.reason
    return (Observation(supported, says, place, steps, fix=fix, remedy=OUT_OF_ALPHA if fix else None),)


def _package(provider: KubectlProvider, context: Context) -> str | None:
    """The package that the handler is from, which an app upgrades or leaves."""
    handler = provider.handler
    return context.estate.resources.package_of(handler.value.resource) if isinstance(handler, Known) else None


def _without_version(chart: Chart, repository: str) -> Observation:
    says = (
        f"{chart.at.id} has no version: for {repository} the handler runs helm pull with --version None and fails "
        "with “TypeError: expected str, bytes or os.PathLike object, not NoneType”"
    )
    place = chart.repository.place or chart.at.place
    return Observation(Known(value=False), says, place, (Step(0, "chart", "no version", place),))


def installer(chart: Chart, context: Context) -> KubectlProvider | None:
    """The handler that installs a chart."""
    cluster = context.cluster_of(chart.owner)
    return declared_in(cluster, context).providers.get(chart.at.resource) if cluster else None


def _waits(chart: Chart, _: Context) -> tuple[Observation, ...]:
    says = f"{chart.at.id} waits until its pods are ready"
    return (_about(chart, chart.waits, f"wait {in_words(chart.waits)}", says, chart.waits.place),)


def _wait_seconds(chart: Chart, _: Context) -> tuple[Observation, ...]:
    """CDK writes `600s`; Helm itself waits for five minutes."""
    found = chart.timeout
    try:
        seconds = lift(lambda text: HELM_WAITS if text is None else int(text.removesuffix("s")), found)
    except ValueError:
        seconds = Unknown(f"found {in_words(found)}, expected seconds such as 600s", found.place)
    says = (
        f"{chart.at.id} waits up to {in_words(seconds)} seconds, but Lambda ends its handler after 900: a chart that "
        'takes that long is cut off halfway, and every later update will fail with "another operation '
        '(install/upgrade/rollback) is in progress"'
    )
    shown = f"timeout {in_words(found)}" if is_written(found) else f"no timeout: Helm waits {HELM_WAITS} seconds"
    return (_about(chart, seconds, shown, says, found.place),)


def _rolls_back(chart: Chart, _: Context) -> tuple[Observation, ...]:
    says = (
        f"{chart.at.id} waits but is not atomic: if it fails it stays half installed, and the next update may fail "
        'with "UPGRADE FAILED"'
    )
    return (_about(chart, chart.atomic, f"atomic {on_or_off(chart.atomic)}", says, chart.atomic.place),)


def _about(chart: Chart, value: Value[Any], shown: str, says: str, place: Place | None) -> Observation:
    return of_property("chart", chart.at, shown, value, says, place)


def _configurable(chart: Chart, _: Context) -> tuple[Observation, ...]:
    named = (chart.release, chart.repository, chart.namespace, chart.timeout)
    theirs = lift(lambda *found: found == ALB_CONTROLLER, *named)
    says = f"{chart.at.id} is the chart that CDK's AlbController installs, whose timeout the app cannot set"
    value = lift(operator.not_, theirs)
    return (Observation(value, says, chart.at.place, if_unknown=why_unknown(value)),)


def _namespace_ordered(chart: Chart, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(chart.owner)
    if cluster is not None and isinstance(chart.namespace, Unknown) and chart.creates_namespace != Known(value=True):
        says = f"the namespace of {chart.at.id} is unknown: {chart.namespace.reason}"
        return (_about(chart, Unknown(says, chart.namespace.place), "namespace", says, chart.namespace.place),)
    if cluster is None or not isinstance(chart.namespace, Known) or not chart.namespace.value:
        return ()
    declared = declared_in(cluster, context)
    creator = namespace_creator(declared, chart.at, chart.namespace.value)
    if creator is None and is_made_by_nothing(cluster, chart.namespace.value, declared):
        says = f"{chart.at.id} is installed into namespace {chart.namespace.value}, {NOTHING_MAKES}"
        shown = f"namespace {chart.namespace.value}"
        missing = _about(chart, Unknown(says, chart.namespace.place), shown, says, chart.namespace.place)
        return (replace(missing, settled_by=adding(chart.namespace.value)),)
    if creator is None:
        return _of_another_stack(chart, cluster, chart.namespace.value, context)
    waits = Known(creator.at.resource in chart.after, chart.at.place)
    ordered = either([waits, chart.creates_namespace])
    says = (
        f"{chart.at.id} is installed into namespace {chart.namespace.value}, which {creator.at.id} creates, but it "
        f'neither depends on {creator.at.id} nor creates the namespace itself: the deploy will fail with "namespaces '
        f'"{chart.namespace.value}" not found" if the chart comes first'
    )
    observed = _about(chart, ordered, f"namespace {chart.namespace.value}", says, chart.namespace.place)
    return (replace(observed, fix=first_fix(chart, creator, chart.namespace.value)),)


def _of_another_stack(chart: Chart, cluster: Cluster, namespace: str, context: Context) -> tuple[Observation, ...]:
    goes = f"{chart.at.id} is installed into namespace {namespace}"
    elsewhere = of_another_stack(chart.at, goes, cluster, namespace, context)
    if elsewhere is None:
        return ()
    ordered = either([elsewhere.in_time, chart.creates_namespace])
    observed = _about(chart, ordered, f"namespace {namespace}", elsewhere.says, chart.namespace.place)
    return (replace(observed, settled_by=elsewhere.asks),)


def _takes_oci_charts(provider: KubectlProvider) -> Value[bool]:
    handler = provider.handler
    return handler.value.takes_oci_charts if isinstance(handler, Known) else Unknown(handler.reason, handler.place)


def _is_lenient(provider: KubectlProvider) -> Value[bool]:
    """Whether the Helm takes an `oci://` repository."""
    helm = provider.helm
    if helm == Known(None) or any(one.value is None for one in getattr(helm, "candidates", ())):
        return Unknown("nothing in the assembly shows which Helm the handler carries", helm.place)
    return lift(lambda version: version.major < STRICT, helm)


FACTS = (
    Fact(
        "chart.waits",
        BOOLEAN,
        "Whether the deploy of a chart waits until its pods are ready.",
        "true",
        _waits,
        match=("helm-chart",),
    ),
    Fact(
        "chart.wait_seconds",
        INTEGER,
        "How long a chart waits for its pods, in seconds; 300 if not set.",
        "600",
        _wait_seconds,
        match=("helm-chart",),
    ),
    Fact(
        "chart.rolls_back",
        BOOLEAN,
        "Whether a chart that fails is rolled back: `atomic` is on.",
        "true",
        _rolls_back,
        match=("helm-chart",),
    ),
    Fact(
        "chart.configurable",
        BOOLEAN,
        "Whether the app can set a chart's timeout; false for the chart that CDK's AlbController installs.",
        "true",
        _configurable,
        match=("helm-chart",),
    ),
    Fact(
        "chart.namespace_ordered",
        BOOLEAN,
        "Whether a chart creates its namespace or depends on the manifest in the app that does.",
        "true",
        _namespace_ordered,
        match=("helm-chart",),
    ),
    Fact(
        "chart.oci_supported",
        BOOLEAN,
        "Whether its handler's Helm and code can install a chart from an oci:// repository.",
        "true",
        _oci_supported,
        match=("helm-chart",),
        link=Link.LAYER,
    ),
)
