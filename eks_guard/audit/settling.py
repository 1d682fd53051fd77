"""What would make an unknown finding known: a declaration, the value of a parameter, with the lines to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.deciders import About, deciders
from eks_guard.matching import regex
from eks_guard.model import asked
from eks_guard.model.given import PSEUDO
from eks_guard.model.value import Known, Unknown, branches_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.finding import Observation, Subject
    from eks_guard.model.value import Place, Value

_DYNAMIC = regex(r"\{\{resolve:ssm:([^}:]+)")
ELSE = (
    "Nothing is known to fail for certain. The deciding value is not in the assembly: check it by hand, or set it in "
    "the app, so that it can be judged."
)


BY_HAND = "Where that leaves it open, check it by hand: what decides it is not in the assembly."


def settlement(assembly: CloudAssembly, subject: Subject, decisive: Sequence[Observation]) -> str:
    """Say how to make what is unknown known. Never what to change: nothing failed."""
    reasons = "\n".join(map(_reason_of, decisive))
    ways = dict.fromkeys((*_declarations(subject, reasons), *_decisions(assembly, subject, decisive, reasons)))
    if not ways:
        return " ".join(_values(assembly, subject, decisive)) or ELSE
    left = any(not _asks(subject, reason) for found in decisive for reason in _open_reasons(found.value))
    return " ".join((*ways, BY_HAND) if left else ways)


def _open_reasons(value: Value[Any]) -> Iterator[str]:
    """Yield why a value is open, or its branches are that are."""
    if isinstance(value, Unknown) and not value.candidates:
        opened = [one.reason for _, one in value.branches if isinstance(one, Unknown)]
        yield from opened or (value.reason,)


def _asks(subject: Subject, reason: str) -> bool:
    """Whether a reason names something that can be said."""
    named = (asked.PARAMETER, asked.CONDITION, asked.PSEUDO)
    by_condition = asked.BY_OWNER in reason or asked.BY_CONDITIONS.search(reason)
    return (
        bool(by_condition)
        or any(True for kind in named for _ in kind.names_in(reason))
        or any(True for _ in _declarations(subject, reason))
    )


def _reason_of(observation: Observation) -> str:
    """The reason of the value, and the sentence: a value may be known whose branches differ."""
    value = observation.value
    reason = value.reason if isinstance(value, Unknown) else ""
    return f"{reason}\n{observation.if_unknown or observation.says}"


def _declarations(subject: Subject, reason: str) -> Iterator[str]:
    if asked.IMPORTED in reason:
        name = subject.cluster.name if subject.cluster else None
        text = name.value if isinstance(name, Known) and name.value else "*"
        lines = f'declare: {{clusters: [{{name: "{text}", version: "…"}}]}}'
        yield f"Declare the version of the cluster in eks-guard.yaml: `{lines}`."
    if asked.DEFAULT_VERSION in reason:
        yield 'Set the version of the cluster, so that EKS uses no other: `Version: "…"`, in CDK `version`.'
    for arn in asked.LAYER.names_in(reason):
        lines = f'declare: {{layers: [{{arn: "{arn}", kubectl: "…"}}]}}'
        yield f"Declare the layer's content in eks-guard.yaml: `{lines}`."
    if asked.HANDLER in reason:
        yield "Check the whole cdk.out instead of its template: the assets in it say which handler will run."
    if subnets := tuple(_subnets(reason)):
        lines = ", ".join(f'{{id: "{subnet}", egress: true}}' for subnet in subnets)
        whose = "each subnet" if len(subnets) > 1 else "the subnet"
        yield f"Declare in eks-guard.yaml whether {whose} has a route out: `declare: {{subnets: [{lines}]}}`."
    for role in asked.REFUSED_ROLE.names_in(reason):
        yield f"Name policies that AWS has in {role} first: managed-policy-exists shows which."
    for path in (*asked.SSM_PARAMETER.names_in(reason), *_DYNAMIC.findall(reason)):
        yield f"Set the value that the deployment reads: {_given([path])}."


def _subnets(reason: str) -> Iterable[str]:
    together = (name for names in asked.SUBNETS.names_in(reason) for name in names.split(", "))
    return dict.fromkeys((*asked.SUBNET.names_in(reason), *together))


def _decisions(
    assembly: CloudAssembly, subject: Subject, decisive: Sequence[Observation], reasons: str
) -> Iterator[str]:
    """Say what to set for what the values depend on, and for what reasons name."""
    unknown = (found.value for found in decisive if isinstance(found.value, Unknown))
    owned = subject.only_in.cases if subject.only_in and asked.BY_OWNER in reasons else ()
    places = tuple(_places(subject, decisive))
    about = About(
        near=places,
        answers=(*(when for value in unknown for when, _ in branches_of(value)), *owned),
        parameters=tuple(asked.PARAMETER.names_in(reasons)),
        conditions=tuple(asked.CONDITION.names_in(reasons)),
        pseudo=tuple(asked.PSEUDO.names_in(reasons)),
        chosen=places if asked.BY_CONDITIONS.search(reasons) else (),
    )
    return _settings(assembly, subject, about)


def _values(assembly: CloudAssembly, subject: Subject, decisive: Sequence[Observation]) -> Iterator[str]:
    """Say what to set for an open text or number that stands where a fact looked."""
    found_here = (found for found in decisive if not asked.ELSEWHERE.search(_reason_of(found)))
    places = dict.fromkeys(found.place for found in found_here if found.place)
    return _settings(assembly, subject, About(values=tuple(places)))


def _places(subject: Subject, decisive: Sequence[Observation]) -> Iterable[Place]:
    steps = (step.place for found in decisive for step in found.trace)
    places = (*(found.place for found in decisive), *steps, subject.place)
    return dict.fromkeys(place for place in places if place)


def _settings(assembly: CloudAssembly, subject: Subject, about: About) -> Iterator[str]:
    """Say which parameters to give, and where the environment of a stack decides."""
    found = deciders(assembly, subject.stack, about)
    together = found.parameters if found.in_app else (*found.parameters, *found.pseudo)
    if together:
        limited = "the parameter" if len(found.parameters) == 1 else "the parameters" if found.pseudo else "them"
        limit = f"; or limit {limited} with AllowedValues" if found.unlimited else ""
        value = "value" if len(together) == 1 else "values"
        yield f"Set the {value} that the deployment uses: {_given(together)}{limit}."
    if found.pseudo and found.in_app:
        names = dict.fromkeys(f"{PSEUDO}{name.rpartition(PSEUDO)[2]}" for name in found.pseudo)
        decides = f"decide{'s' if len(names) == 1 else ''}{' as well' if found.parameters else ''}"
        env = "set `env`, with account and region, of the stack in the app, and check its cdk.out"
        give = f"give {'it' if len(found.pseudo) == 1 else 'them'}: {_given(found.pseudo)}"
        yield f"{' and '.join(names)} {decides}: {env}; or {give}."


def _given(names: Sequence[str]) -> str:
    options = " ".join(f"--parameters {name}=…" for name in names)
    lines = ", ".join(f'{_key(name)}: "…"' for name in names)
    return f"`{options}`, or in eks-guard.yaml `declare: {{parameters: {{{lines}}}}}`"


def _key(name: str) -> str:
    return f'"{name}"' if ":" in name else name
