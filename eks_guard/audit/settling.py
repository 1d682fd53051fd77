"""What would make an unknown finding known: a declaration, the value of a parameter, with the lines to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model import asked
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.finding import Observation, Subject

_DYNAMIC = regex(r"\{\{resolve:ssm:([^}:]+)")
ELSE = (
    "Nothing is known to fail for certain. The deciding value is not in the assembly: check it by hand, or set it in "
    "the app, so that it can be judged."
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
    if asked.IMPORTED in reason:
        name = subject.cluster.name if subject.cluster else None
        text = name.value if isinstance(name, Known) and name.value else "*"
        lines = f'declare: {{clusters: [{{name: "{text}", version: "…"}}]}}'
        yield f"Declare the version of the cluster in eks-guard.yaml: `{lines}`."
    for arn in asked.LAYER.names_in(reason):
        lines = f'declare: {{layers: [{{arn: "{arn}", kubectl: "…"}}]}}'
        yield f"Declare the layer's content in eks-guard.yaml: `{lines}`."
    if asked.HANDLER in reason:
        yield "Check the whole cdk.out instead of its template: the assets in it say which handler will run."
    if subnets := tuple(_subnets(reason)):
        lines = ", ".join(f'{{id: "{subnet}", egress: true}}' for subnet in subnets)
        whose = "each subnet" if len(subnets) > 1 else "the subnet"
        yield f"Declare in eks-guard.yaml whether {whose} has a route out: `declare: {{subnets: [{lines}]}}`."
    for parameter in asked.PARAMETER.names_in(reason):
        yield f"Set the value that the deployment uses: {_given(parameter)}; or limit the parameter with AllowedValues."
    for path in (*asked.SSM_PARAMETER.names_in(reason), *_DYNAMIC.findall(reason)):
        yield f"Set the value that the deployment reads: {_given(path)}."


def _subnets(reason: str) -> Iterable[str]:
    together = (name for names in asked.SUBNETS.names_in(reason) for name in names.split(", "))
    return dict.fromkeys((*asked.SUBNET.names_in(reason), *together))


def _given(name: str) -> str:
    return f'`--parameters {name}=…`, or in eks-guard.yaml `declare: {{parameters: {{{name}: "…"}}}}`'
