"""Whether a handler can download the charts that it installs: from the internet, from private ECR, from S3."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eks_guard.matching import regex
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.chart import installer
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from eks_guard.model.kubectl import Downloads, Handler
    from eks_guard.model.workloads import Chart

DOWNLOADED = ("https", "http", "oci")
AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws")
PRIVATE_NAMES = (".internal", ".intranet", ".private", ".corp", ".home", ".lan", ".local", ".localdomain", ".arpa")
"""Endings that the public DNS does not have, and networks of their own use:
https://datatracker.ietf.org/doc/html/rfc6762#appendix-G"""
_REGISTRY = regex(r"\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")


def _reachable(chart: Chart, context: Context) -> tuple[Observation, ...]:
    provider = installer(chart, context)
    if provider is None or not isinstance(provider.handler, Known):
        return ()
    handler = provider.handler.value
    source = _source(chart)
    if source == Known(None):
        return ()
    missing = _missing(source, handler)
    says = (
        f"{provider.id} downloads the chart of {chart.at.id} from {in_words(source)} but cannot reach "
        f"{in_words(missing)} from one of its subnets: the deploy hangs until Lambda ends the handler, three times"
    )
    if isinstance(missing, Unknown):
        says = f"unknown whether {provider.id} can download the chart of {chart.at.id}: {missing.reason}"
    place = source.place or chart.at.place
    steps = (
        Step(0, "chart", f"from {in_words(source)}", place),
        *provider.trace,
        Step(2, "subnet", f"cannot reach: {in_words(missing)}", missing.place),
    )
    return (Observation(lift(lambda names: not names, missing), says, place, steps),)


def _source(chart: Chart) -> Value[str | None]:
    """The address of a chart; None where it comes from no known place. An asset of the app is in S3."""
    if chart.local is not None:
        return Known("s3://", chart.at.place)
    repository = chart.repository
    if isinstance(repository, Known) and not repository.value:
        return lift(lambda name: name if name and "://" in name else None, chart.chart)
    return repository


def _missing(source: Value[str | None], handler: Handler) -> Value[tuple[str, ...]]:
    """What the handler would have to call and cannot; nothing, wherever the chart is, for one with a way out."""
    if handler.downloads.internet == Known(()):
        return handler.downloads.internet
    if isinstance(source, Unknown):
        return Unknown(source.reason, source.place)
    return _called_for(source.value or "", handler.downloads)


def _called_for(address: str, downloads: Downloads) -> Value[tuple[str, ...]]:
    url = urlsplit(address)
    host = (url.hostname or "").rstrip(".")
    if url.scheme == "s3":
        return downloads.bucket
    if _REGISTRY.fullmatch(host):
        return downloads.registry
    if url.scheme in DOWNLOADED and _is_public(host):
        return downloads.internet
    return Unknown(f"{address} may be inside the VPC, which the assembly does not show")


def _is_public(host: str) -> bool:
    """Whether a host is on the internet for certain: not an AWS service with endpoints, nor a name of one network."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((*AWS, *PRIVATE_NAMES))


FACTS = (
    Fact(
        "chart.repository_reachable",
        BOOLEAN,
        (
            "Whether the handler can download a chart: through a route out of the VPC, or through endpoints for "
            "private ECR or S3."
        ),
        "true",
        _reachable,
        match=("helm-chart",),
        link=Link.HANDLER,
    ),
)
