"""Facts about an update: what it does to a resource of the previous assembly, of the new one, or of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.change import Fate, Question
from eks_guard.model.finding import Observation
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import version_fix, vpc_cni_fix
from eks_guard.policy.operators import INTEGER, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.change import Effect, ResourceChange
    from eks_guard.model.fix import Fix
    from eks_guard.model.version import Version

ALL = (
    *("cluster", "nodegroup", "fargate-profile", "addon", "capability", "access-entry"),
    *("pod-identity-association", "oidc-provider", "manifest", "helm-chart", "patch"),
)
"""Kinds that an update may be about; `change.lost_exports` is about stacks."""
UPDATES = ("version", "logging", "endpoint", "subnets", "mode", "tags", "protection", "tier")
"""The kinds of update of which CDK's handler takes one."""


def _observed(change: ResourceChange, question: Question) -> tuple[Observation, ...]:
    """What the comparison said to a question."""
    return tuple(_observation(effect, effect.fix) for effect in _effects(change, question))


def _effects(change: ResourceChange, question: Question) -> Iterator[Effect]:
    return (effect for effect in change.effects if effect.question is question)


def _observation(effect: Effect, fix: Fix | None) -> Observation:
    return Observation(effect.value, effect.says, effect.place, effect.trace, fix, remedy=effect.remedy)


def _or_none(question: Question) -> Callable[[ResourceChange, Context], tuple[Observation, ...]]:
    """One observation for each thing that was found, and one without a value where nothing was."""

    def observe(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
        return _observed(change, question) or (Observation(Known(None), "the update does not do this"),)

    return observe


def _only(question: Question) -> Callable[[ResourceChange, Context], tuple[Observation, ...]]:
    def observe(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
        return _observed(change, question)

    return observe


def _stepped(
    question: Question, fix_to: Callable[[ResourceChange, Version, Context], Fix | None]
) -> Callable[[ResourceChange, Context], tuple[Observation, ...]]:
    """The step of a version; where EKS refuses it, with the lines for the version that can be deployed next."""

    def observe(change: ResourceChange, context: Context) -> tuple[Observation, ...]:
        return tuple(
            _observation(effect, fix_to(change, effect.version, context) if effect.version else None)
            for effect in _effects(change, question)
        )

    return observe


def _cluster_version(change: ResourceChange, version: Version, context: Context) -> Fix | None:
    cluster = context.estate.cluster(change.resource)
    return version_fix(cluster, version, context.tables) if cluster else None


def _addon_version(_: ResourceChange, version: Version, context: Context) -> Fix | None:
    return vpc_cni_fix(version, context.tables)


def _fate(change: ResourceChange, _: Context) -> tuple[Observation, ...]:
    found = _observed(change, Question.FATE)
    if found:
        return found
    if change.fate is Fate.UNKNOWN:
        reason = f"its fate is unknown: {change.because}"
        return (Observation(Unknown(reason), reason, change.place, change.trace),)
    says = f"it is {change.fate}: {change.because}" if change.because else f"it is {change.fate}"
    value = Fate.KEPT if change.fate is Fate.REFUSED else change.fate
    return (Observation(Known(str(value)), says, change.place, change.trace),)


def _texts(question: Question, meaning: str, example: str, match: tuple[str, ...]) -> Fact[ResourceChange]:
    return Fact(question.value, TEXT, meaning, example, _or_none(question), match=match)


FACTS = (
    Fact(
        Question.FATE.value,
        TEXT,
        "What the update does to it: kept, replaced, deleted, left (removed from its stack but alive) or created.",
        "replaced",
        _fate,
        match=ALL,
        words=tuple(str(fate) for fate in (Fate.KEPT, Fate.REPLACED, Fate.DELETED, Fate.LEFT, Fate.CREATED)),
    ),
    _texts(
        Question.REFUSED,
        "Why CDK's handler, CloudFormation or EKS refuses the update; one for each reason, none if it is accepted.",
        "CDK's handler will refuse: Cannot update cluster encryption configuration",
        ("cluster", "nodegroup"),
    ),
    Fact(
        Question.KINDS.value,
        TEXTS,
        f"The kinds of update of CDK's cluster: {', '.join(UPDATES)}.",
        "[version, logging]",
        _only(Question.KINDS),
        match=("cluster",),
        words=UPDATES,
    ),
    _texts(
        Question.COMBINED,
        "Updates in one deploy that EKS accepts only one at a time; none if they can be combined.",
        "two kinds of update in one deploy: the version and logging",
        ("cluster", "nodegroup"),
    ),
    _texts(
        Question.IGNORED,
        "Settings that change only in the template, because the handler ignores them; one for each.",
        "kubernetesNetworkConfig.serviceIpv4Cidr changes only in the template",
        ("cluster",),
    ),
    _texts(
        Question.IGNORED_TAGS,
        "Tags of the cluster that change only in the template, because the handler ignores them.",
        "tags.team changes only in the template",
        ("cluster",),
    ),
    Fact(
        Question.VERSION_STEP.value,
        INTEGER,
        "Minors from the Kubernetes version in PREVIOUS to the new one.",
        "2",
        _stepped(Question.VERSION_STEP, _cluster_version),
        match=("cluster",),
    ),
    Fact(
        Question.MODE_STEP.value,
        TEXT,
        "Whether EKS accepts the change of the authentication mode: allowed or refused.",
        "refused",
        _only(Question.MODE_STEP),
        match=("cluster",),
        words=("allowed", "refused"),
    ),
    _texts(
        Question.TOKEN,
        "Another function would handle a custom resource, which CloudFormation refuses.",
        "Modifying service token is not allowed",
        ALL,
    ),
    _texts(
        Question.TYPE,
        "The previous type of a logical id whose type changes.",
        "Custom::AWSCDK-EKS-FargateProfile",
        ALL,
    ),
    _texts(
        Question.NAME,
        "The resource or object that still has the name of one that the update creates, until the cleanup.",
        "NodeGroup already exists with name workers",
        ALL,
    ),
    _texts(
        Question.LOST_OBJECTS,
        "Kubernetes objects and Helm releases that a successful deploy deletes although a construct declares them.",
        "release ingress is upgraded, then uninstalled",
        ("manifest", "helm-chart"),
    ),
    _texts(
        Question.MOVED_RELEASE,
        "The release or cluster that stays behind because a chart or manifest moves to another one.",
        "Release goes from a to b",
        ("helm-chart", "manifest"),
    ),
    _texts(
        Question.LOST_NAMESPACES,
        "Namespaces, CustomResourceDefinitions and claims that are deleted, with everything in them.",
        "Namespace payments is deleted",
        ("manifest",),
    ),
    _texts(
        Question.DROPPED,
        "Kubernetes objects that a manifest no longer lists, and whether kubectl deletes them or they stay.",
        "Deployment web leaves the manifest, and kubectl prunes it",
        ("manifest",),
    ),
    _texts(
        Question.IMMUTABLE,
        "Changes of Kubernetes objects that the API server refuses, most of them of immutable fields.",
        "spec.template of Job default/migrate",
        ("manifest",),
    ),
    _texts(
        Question.ADDON,
        "An add-on that every node needs and that EKS removes from the cluster.",
        "EKS removes vpc-cni from the cluster",
        ("addon",),
    ),
    Fact(
        Question.ADDON_STEP.value,
        INTEGER,
        "Minors from the version of vpc-cni in PREVIOUS to the new one.",
        "2",
        _stepped(Question.ADDON_STEP, _addon_version),
        match=("addon",),
    ),
    _texts(
        Question.NODES,
        "Nodes or Fargate pods are recreated, and the old ones drained.",
        "its InstanceTypes changes",
        ("nodegroup", "fargate-profile"),
    ),
    _texts(
        Question.EXPORT,
        "Exports that are removed or changed while another stack of PREVIOUS imports them.",
        "Export Vpc:Ref cannot be deleted as it is in use by Eks",
        ("stack",),
    ),
    _texts(
        Question.ACCOUNT_ROLE,
        "Service accounts whose role is replaced while their pods keep running.",
        "the role of ServiceAccount default/payments is replaced",
        ("manifest",),
    ),
)
