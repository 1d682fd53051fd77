"""What would make an unknown finding known: a declaration, the value of a parameter, with the lines to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.finding import Observation, Subject

_PARAMETER = regex(r"\bparameter (\w+)\b.* is set when the stack is deployed|\bparameter (\w+) is set when")
_SSM = regex(r"SSM parameter '([^']+)'|\{\{resolve:ssm:([^}:]+)")
_SUBNET = regex(r"\bsubnet (\S+) is not part of this app|\bdeclare its subnets (\S+?),? ")
_LAYER = regex(r"arn:[^:\s]+:lambda:[^\s,;]+:layer:[^\s,;]+")
_HANDLER = "release of CDK's handler that will run is unknown"
_DECLARES = "declare.layers"
_IMPORTED = "declare.clusters"
ELSE = (
    "Nothing known is wrong. The deciding value is not in the assembly: check it by hand, or set it in the "
    "app, so that it can be judged."
)


def settlement(subject: Subject, decisive: Iterable[Observation]) -> str:
    """Say how to make what is unknown known. Never what to change: nothing failed."""
    reasons = [_reason_of(observation) for observation in decisive]
    ways = dict.fromkeys(way for reason in reasons for way in _ways(subject, reason))
    return " ".join(ways) or ELSE


def _reason_of(observation: Observation) -> str:
    """The reason of the value, and the sentence: a value may be known whose branches differ."""
    value = observation.value
    reason = value.reason if isinstance(value, Unknown) else ""
    return f"{reason}\n{observation.if_unknown or observation.says}"


def _ways(subject: Subject, reason: str) -> Iterable[str]:
    if _IMPORTED in reason:
        name = subject.cluster.name if subject.cluster else None
        text = name.value if isinstance(name, Known) and name.value else "*"
        lines = f'declare: {{clusters: [{{name: "{text}", version: "…"}}]}}'
        yield f"Declare the version of the cluster in eks-guard.yaml: `{lines}`."
    if _DECLARES in reason:
        layer = _LAYER.search(reason)
        arn = layer[0].rstrip("'`\"") if layer else "…"
        lines = f'declare: {{layers: [{{arn: "{arn}", kubectl: "…"}}]}}'
        yield f"Declare the layer's content in eks-guard.yaml: `{lines}`."
    if _HANDLER in reason:
        yield "Check the whole cdk.out instead of its template: the assets in it say which handler will run."
    for subnet in ("".join(found) for found in _SUBNET.findall(reason)):
        lines = f'declare: {{subnets: [{{id: "{subnet}", egress: true}}]}}'
        yield f"Declare in eks-guard.yaml whether the subnet has a route out: `{lines}`."
    for one, other in _PARAMETER.findall(reason):
        name = one or other
        yield (
            f"Set the value that the deployment uses: `--parameters {name}=…`, or in eks-guard.yaml `declare: "
            f'{{parameters: {{{name}: "…"}}}}`; or limit the parameter with AllowedValues.'
        )
    for one, other in _SSM.findall(reason):
        path = one or other
        yield (
            f"Set the value that the deployment reads: `--parameters {path}=…`, or in eks-guard.yaml `declare: "
            f'{{parameters: {{{path}: "…"}}}}`.'
        )
