"""Facts about Helm charts, and the Helm that will install them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Step
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Place, Unknown, Value, either, lift
from eks_guard.policy.facts.cluster import in_words
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.cluster import KubectlProvider
    from eks_guard.model.finding import Subject

OCI = "oci://"
STRICT = 4
"""The Helm that refuses `--repo oci://…`: https://github.com/aws/aws-cdk/issues/37143"""


def _oci_supported(subject: Subject, _: Context) -> tuple[Observation, ...]:
    provider = subject.provider
    repository = _property(subject, "Repository")
    if provider is None or (isinstance(repository, Known) and not str(repository.value).startswith(OCI)):
        return ()
    supported = either([_takes_oci_charts(provider), _is_lenient(provider)])
    if isinstance(supported, Known) and not supported.value and isinstance(repository, Unknown):
        supported = Unknown(repository.reason)
    says = (
        f"{provider.id} carries Helm {in_words(provider.helm)} and gives it the repository {in_words(repository)}, as "
        'Helm 3 took it: the deploy will fail with "invalid reference"'
    )
    place = Place(subject.place.template, f"{subject.place.pointer}/Properties/Repository")
    steps = (Step(0, "chart", f"repository {in_words(repository)}", place), *provider.trace)
    return (Observation(supported, says if isinstance(supported, Known) else supported.reason, place, steps),)


def _takes_oci_charts(provider: KubectlProvider) -> Value[bool]:
    handler = provider.handler
    return handler.value.takes_oci_charts if isinstance(handler, Known) else Unknown(handler.reason, handler.place)


def _is_lenient(provider: KubectlProvider) -> Value[bool]:
    """Whether the Helm takes an `oci://` repository."""
    helm = provider.helm
    if isinstance(helm, Known) and helm.value is None:
        return Unknown("nothing in the assembly tells which Helm the handler carries", helm.place)
    return lift(lambda version: version.major < STRICT, helm)


def _property(subject: Subject, name: str) -> Value[Any]:
    properties = subject.body.get("Properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return found if isinstance(found, Unknown) else Known(found)


FACTS = (
    Fact(
        "chart.oci_supported",
        BOOLEAN,
        "Whether a chart from an oci:// repository can be installed by the Helm and the code of its handler.",
        "true",
        _oci_supported,
        match="helm-chart",
    ),
)
