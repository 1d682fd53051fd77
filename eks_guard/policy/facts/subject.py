"""Facts about any subject: which stack holds it, where that stack is deployed, and whether EKS takes its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.cluster import Cluster, Origin
from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import ABOUT_ANY, Context, Fact, later
from eks_guard.policy.facts.properties import spelled_tags, why_unknown
from eks_guard.policy.operators import BOOLEAN, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.finding import Subject
    from eks_guard.model.nodes import FargateProfile, NodeGroup
    from eks_guard.model.resource import DeployedStack
    from eks_guard.policy.facts.fact import AnyFact


_PLAIN = regex(r"[0-9A-Za-z][0-9A-Za-z_-]{0,62}")
"""A name that EKS takes for whatever it creates, but for a prefix that it keeps for its own Fargate profiles."""
_name_refused = later("eks_guard.policy.facts.refused_names", "refused")


def _stack(subject: Subject, _: Context) -> tuple[Observation, ...]:
    return _one(subject, Known(subject.stack), "the stack")


def _path(subject: Subject, _: Context) -> tuple[Observation, ...]:
    return _one(subject, Known(subject.id), "the construct path")


def _of_stack(
    name: str, read: Callable[[DeployedStack], Value[Any]]
) -> Callable[[Subject, Context], tuple[Observation, ...]]:
    """A fact about the stack that holds the subject."""

    def observe(subject: Subject, context: Context) -> tuple[Observation, ...]:
        stack = context.estate.stack(subject.stack)
        return _one(subject, read(stack) if stack else _nowhere(subject, name), f"the {name}")

    return observe


def _environment(stack: DeployedStack) -> Value[str]:
    return lift(lambda account, region: f"{account}/{region}", stack.account, stack.region)


def _tags(subject: Subject, context: Context) -> tuple[Observation, ...]:
    """The tags that the manifest gives the stack, and CloudFormation to what is in it."""
    stack = context.estate.stack(subject.stack)
    return _one(subject, lift(spelled_tags, stack.tags) if stack else _nowhere(subject, "tags"), "the stack's tags")


def _nowhere(subject: Subject, name: str) -> Unknown[Any]:
    return Unknown(f"the {name} of {subject.stack} is decided by whoever deploys it", subject.place)


def _one(subject: Subject, value: Value[Any], name: str) -> tuple[Observation, ...]:
    shown = lift(lambda found: ", ".join(found) or "none" if isinstance(found, tuple) else found or "none", value)
    verb = "are" if name.endswith("tags") else "is"
    return (Observation(value, f"{name} {verb} {in_words(shown)}", subject.place, if_unknown=why_unknown(value)),)


def _name_accepted(thing: Cluster | NodeGroup | FargateProfile, context: Context) -> tuple[Observation, ...]:
    """Whether EKS takes a name; nothing is said of a name that CloudFormation or CDK makes up."""
    name = thing.name
    if name == Known(None) or (isinstance(thing, Cluster) and thing.origin is Origin.IMPORTED):
        return ()
    if isinstance(name, Known) and _PLAIN.fullmatch(str(name.value)) and not str(name.value).startswith("eks-"):
        says = f"EKS takes the name {name.value}"
        return (Observation(Known(value=True, place=name.place), says, name.place or thing.at.place),)
    return _name_refused(thing, context)


FACTS: tuple[AnyFact, ...] = (
    Fact(
        "subject.stack",
        TEXT,
        "The stack that holds the subject, as `cdk list` calls it: `when: {stack: Prod*}` asks for it, too.",
        "Prod/Payment",
        _stack,
        ABOUT_ANY,
    ),
    Fact(
        "subject.path",
        TEXT,
        "The construct path of the subject, or Stack/LogicalId.",
        "Payment/Cluster",
        _path,
        ABOUT_ANY,
    ),
    Fact(
        "subject.account",
        TEXT,
        "The account that the subject is deployed to; unknown for a stack that is not bound to one.",
        '"123456789012"',
        _of_stack("account", lambda stack: stack.account),
        ABOUT_ANY,
    ),
    Fact(
        "subject.region",
        TEXT,
        "The region that the subject is deployed to; unknown for a stack that is not bound to one.",
        "eu-central-1",
        _of_stack("region", lambda stack: stack.region),
        ABOUT_ANY,
    ),
    Fact(
        "subject.environment",
        TEXT,
        "Account and region that the subject is deployed to.",
        "123456789012/eu-central-1",
        _of_stack("environment", _environment),
        ABOUT_ANY,
    ),
    Fact(
        "subject.stage",
        TEXT,
        "The construct path of the stage that holds the subject; empty outside of any.",
        "Prod",
        _of_stack("stage", lambda stack: Known(stack.stage)),
        ABOUT_ANY,
    ),
    Fact(
        "subject.tags",
        TEXTS,
        "The tags of the stack that holds the subject, each as its key and as key=value. `when: {tag: stage=prod}` "
        "asks for these, and for those of the cluster that the subject is or belongs to.",
        "[stage, stage=prod]",
        _tags,
        ABOUT_ANY,
    ),
    Fact(
        "name.accepted",
        BOOLEAN,
        "Whether EKS takes the name that a cluster, a managed node group or a Fargate profile is given.",
        "true",
        _name_accepted,
        match=("cluster", "nodegroup", "fargate-profile"),
    ),
)
