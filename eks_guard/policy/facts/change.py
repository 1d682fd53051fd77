"""Facts about an update: what it does to a resource of the previous assembly, of the new one, or of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.change import Fate, Question
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.operators import INTEGER, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.change import ResourceChange
    from eks_guard.policy.operators import FactType

ALL = (
    *("cluster", "nodegroup", "fargate-profile", "addon", "access-entry", "pod-identity-association"),
    *("oidc-provider", "manifest", "helm-chart", "patch"),
)
"""Kinds that an update may be about; `change.lost_exports` is about stacks."""


def _observed(change: ResourceChange, question: Question) -> tuple[Observation, ...]:
    """What the comparison said to a question."""
    return tuple(
        Observation(effect.value, effect.says, effect.place, effect.trace, remedy=effect.remedy)
        for effect in change.effects
        if effect.question is question
    )


def _or_none(question: Question) -> Callable[[ResourceChange, Context], tuple[Observation, ...]]:
    """One observation for each thing that was found, and one without a value where nothing was."""

    def observe(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
        return _observed(change, question) or (Observation(Known(None), "the update does nothing of the kind"),)

    return observe


def _only(question: Question) -> Callable[[ResourceChange, Context], tuple[Observation, ...]]:
    def observe(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
        return _observed(change, question)

    return observe


def _fate(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
    found = _observed(change, Question.FATE)
    if found:
        return found
    if change.fate is Fate.UNKNOWN:
        reason = f"what becomes of it is not known: {change.because}"
        return (Observation(Unknown(reason), reason, change.place, change.trace),)
    says = f"it is {change.fate}: {change.because}" if change.because else f"it is {change.fate}"
    value = Fate.KEPT if change.fate is Fate.REFUSED else change.fate
    return (Observation(Known(str(value)), says, change.place, change.trace),)


def _texts(question: Question, meaning: str, example: str, match: tuple[str, ...]) -> Fact[ResourceChange]:
    return Fact(question.value, TEXT, meaning, example, _or_none(question), match=match)


def _number(question: Question, meaning: str, example: str, match: tuple[str, ...]) -> Fact[ResourceChange]:
    return Fact(question.value, INTEGER, meaning, example, _only(question), match=match)


def _kind(name: str, type_: FactType, meaning: str, example: str) -> Fact[ResourceChange]:
    return Fact(name, type_, meaning, example, _only(Question(name)), match=("cluster",))


FACTS = (
    Fact(
        Question.FATE.value,
        TEXT,
        "What the update makes of it: kept, replaced, deleted, left (out of its stack, but alive) or created.",
        "replaced",
        _fate,
        match=ALL,
    ),
    _texts(
        Question.REFUSED,
        "Why CDK's handler, CloudFormation or EKS refuses the update; one for each reason, none where they do not.",
        "CDK's handler will refuse: Cannot update cluster encryption configuration",
        ("cluster", "nodegroup"),
    ),
    _kind(
        Question.KINDS.value,
        TEXTS,
        "The kinds of update of CDK's cluster: version, logging, endpoint, subnets, mode, tags, protection, tier.",
        "[version, logging]",
    ),
    _texts(
        Question.COMBINED,
        "The updates that come in one deploy and are taken one at a time only; none where they can go together.",
        "two kinds of update in one deploy: the version and logging",
        ("cluster", "nodegroup"),
    ),
    _texts(
        Question.IGNORED,
        "The settings that change in the template only, since the handler does not look at them; one for each.",
        "kubernetesNetworkConfig.serviceIpv4Cidr changes in the template only",
        ("cluster",),
    ),
    _texts(
        Question.IGNORED_TAGS,
        "The tags of the cluster that change in the template only, since the handler does not look at them.",
        "tags.team changes in the template only",
        ("cluster",),
    ),
    _number(Question.VERSION_STEP, "Minors from the Kubernetes version in PREVIOUS to the new one.", "2", ("cluster",)),
    Fact(
        Question.MODE_STEP.value,
        TEXT,
        "Whether another authentication mode is a step that is taken: allowed or refused.",
        "refused",
        _only(Question.MODE_STEP),
        match=("cluster",),
    ),
    _texts(
        Question.TOKEN,
        "That another function would look after a custom resource, which CloudFormation refuses.",
        "Modifying service token is not allowed",
        ALL,
    ),
    _texts(
        Question.TYPE,
        "The type in PREVIOUS of a logical id that has another one now.",
        "Custom::AWSCDK-EKS-FargateProfile",
        ALL,
    ),
    _texts(
        Question.NAME,
        "What holds, until the cleanup, the name of a resource or object that the update makes.",
        "NodeGroup already exists with name workers",
        ALL,
    ),
    _texts(
        Question.LOST_OBJECTS,
        "The Kubernetes objects and releases that a green deploy deletes although a construct declares them.",
        "release ingress is upgraded, then uninstalled",
        ("manifest", "helm-chart"),
    ),
    _texts(
        Question.MOVED_RELEASE,
        "The release or cluster that is left as it is because a chart or manifest goes to another one.",
        "Release goes from a to b",
        ("helm-chart", "manifest"),
    ),
    _texts(
        Question.LOST_NAMESPACES,
        "The namespaces and custom resource definitions that are deleted, with all that is in them.",
        "Namespace payments is deleted",
        ("manifest",),
    ),
    _texts(
        Question.IMMUTABLE,
        "The fields of Kubernetes objects that change although the API server refuses that.",
        "spec.template of Job default/migrate",
        ("manifest",),
    ),
    _texts(
        Question.ADDON,
        "The add-on that every node needs, and that EKS takes off the cluster.",
        "EKS takes vpc-cni off the cluster",
        ("addon",),
    ),
    _number(Question.ADDON_STEP, "Minors from the version of vpc-cni in PREVIOUS to the new one.", "2", ("addon",)),
    _texts(
        Question.NODES,
        "That nodes or Fargate pods are made anew, and the old ones drained.",
        "its InstanceTypes changes",
        ("nodegroup", "fargate-profile"),
    ),
    _texts(
        Question.EXPORT,
        "The exports that go or change while another stack of PREVIOUS imports them.",
        "Export Vpc:Ref cannot be deleted as it is in use by Eks",
        ("stack",),
    ),
    _texts(
        Question.ACCOUNT_ROLE,
        "The service accounts whose role is replaced, while their pods run on.",
        "the role of ServiceAccount default/payments is replaced",
        ("manifest",),
    ),
)
