"""Facts about Helm charts, and the Helm that will install them."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, Value, either, lift
from eks_guard.policy.facts.body import place_of, written
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.manifest import namespace_creator
from eks_guard.policy.facts.words import in_words
from eks_guard.policy.operators import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from eks_guard.model.cluster import KubectlProvider
    from eks_guard.model.finding import Subject

OCI = "oci://"
ALB_KEYS = ("Release", "Repository", "Namespace", "Timeout")
ALB_CONTROLLER = ("aws-load-balancer-controller", "https://aws.github.io/eks-charts", "kube-system", "900s")
"""What CDK's AlbController installs, always so:
https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-eks/lib/alb-controller.ts"""
HELM_WAITS = 300
"""Seconds that Helm waits unless told otherwise: https://helm.sh/docs/helm/helm_upgrade/"""
STRICT = 4
"""The Helm that refuses `--repo oci://…`: https://github.com/aws/aws-cdk/issues/37143"""


def _oci_supported(subject: Subject, _: Context) -> tuple[Observation, ...]:
    provider = subject.provider
    repository = written(subject, "Properties", "Repository")
    if provider is None or (isinstance(repository, Known) and not str(repository.value).startswith(OCI)):
        return ()
    supported = either([_takes_oci_charts(provider), _is_lenient(provider)])
    if isinstance(supported, Known) and not supported.value and isinstance(repository, Unknown):
        supported = Unknown(repository.reason)
    says = (
        f"{provider.id} carries Helm {in_words(provider.helm)} and gives it the repository {in_words(repository)}, as "
        'Helm 3 took it: the deploy will fail with "invalid reference"'
    )
    place = place_of(subject, "Properties", "Repository")
    steps = (Step(0, "chart", f"repository {in_words(repository)}", place), *provider.trace)
    return (Observation(supported, says if isinstance(supported, Known) else supported.reason, place, steps),)


def _waits(subject: Subject, _: Context) -> tuple[Observation, ...]:
    waits = lift(lambda found: found in (True, "true"), written(subject, "Properties", "Wait"))
    return (_about(subject, waits, "Wait", f"{subject.id} waits until its pods are ready"),)


def _wait_seconds(subject: Subject, _: Context) -> tuple[Observation, ...]:
    """CDK writes `600s`; Helm itself waits for five minutes."""
    found = written(subject, "Properties", "Timeout")
    try:
        seconds = lift(lambda text: HELM_WAITS if text is None else int(str(text).removesuffix("s")), found)
    except ValueError:
        seconds = Unknown(f"found {in_words(found)}, expected seconds such as 600s", found.place)
    says = (
        f"{subject.id} waits for {in_words(seconds)} seconds, and Lambda ends its handler after 900: where it takes "
        "that long it is cut off in the middle, and every later update will fail with "
        '"another operation (install/upgrade/rollback) is in progress"'
    )
    return (_about(subject, seconds, "Timeout", says),)


def _rolls_back(subject: Subject, _: Context) -> tuple[Observation, ...]:
    atomic = lift(lambda found: found in (True, "true"), written(subject, "Properties", "Atomic"))
    says = (
        f"{subject.id} waits and is not atomic: where it fails it stays half installed, and the next update may fail "
        'with "UPGRADE FAILED"'
    )
    return (_about(subject, atomic, "Atomic", says),)


def _about(subject: Subject, value: Value[Any], name: str, says: str) -> Observation:
    found = written(subject, "Properties", name)
    place = subject.place if isinstance(found, Known) and found.value is None else place_of(subject, "Properties", name)
    shown = f"{name} {in_words(found)}"
    sentence = says if isinstance(value, Known) else f"not known: {value.reason}"
    return Observation(value, sentence, place, (Step(0, "chart", shown, place),))


def _configurable(subject: Subject, _: Context) -> tuple[Observation, ...]:
    theirs = lift(lambda *found: found == ALB_CONTROLLER, *(written(subject, "Properties", name) for name in ALB_KEYS))
    says = f"{subject.id} is the chart that CDK's AlbController installs, with a time that it does not let you set"
    return (Observation(lift(operator.not_, theirs), says, subject.place),)


def _namespace_ordered(subject: Subject, _: Context) -> tuple[Observation, ...]:
    cluster = subject.cluster
    chart = next((chart for chart in cluster.charts if chart.place == subject.place), None) if cluster else None
    if cluster is None or chart is None or not isinstance(chart.namespace, Known) or not chart.namespace.value:
        return ()
    creator = namespace_creator(cluster, chart.place, chart.namespace.value)
    if creator is None:
        return ()
    waits = Known(creator.place in chart.after, chart.place)
    ordered = either([waits, chart.creates_namespace])
    says = (
        f"{subject.id} goes to namespace {chart.namespace.value}, which {creator.id} creates, and neither waits for it "
        f'nor makes it: the deploy will fail with "namespaces "{chart.namespace.value}" not found" if it comes first'
    )
    return (_about(subject, ordered, "Namespace", says),)


def _takes_oci_charts(provider: KubectlProvider) -> Value[bool]:
    handler = provider.handler
    return handler.value.takes_oci_charts if isinstance(handler, Known) else Unknown(handler.reason, handler.place)


def _is_lenient(provider: KubectlProvider) -> Value[bool]:
    """Whether the Helm takes an `oci://` repository."""
    helm = provider.helm
    if isinstance(helm, Known) and helm.value is None:
        return Unknown("nothing in the assembly tells which Helm the handler carries", helm.place)
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
        "How long a chart waits for its pods, in seconds; 300 where nothing is said.",
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
        "Whether the app can set how long a chart waits: not of the one that CDK's AlbController installs.",
        "true",
        _configurable,
        match=("helm-chart",),
    ),
    Fact(
        "chart.namespace_ordered",
        BOOLEAN,
        "Whether a chart makes its namespace or waits for it, where a manifest of the template creates that.",
        "true",
        _namespace_ordered,
        match=("helm-chart",),
    ),
    Fact(
        "chart.oci_supported",
        BOOLEAN,
        "Whether a chart from an oci:// repository can be installed by the Helm and the code of its handler.",
        "true",
        _oci_supported,
        match=("helm-chart",),
    ),
)
