"""Names that two resources of one account and region cannot share: the new is made before the old one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.resolution import Absent, Attribute
from eks_guard.change.comparison import below
from eks_guard.change.sameness import SAME, Sameness, differs, every, is_same
from eks_guard.change.wording import name_of, old_place, shown
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.change.fates import Fates, Verdict

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What makes a resource's name: where its cluster stands, and the properties that come beside it."""

    noun: str
    message: str
    keys: tuple[Path, ...]
    cluster: Path | None = None


NAMES: Mapping[str, Name] = {
    "Custom::AWSCDK-EKS-Cluster": Name("cluster", "Cluster already exists with name", (("Config", "name"),)),
    "AWS::EKS::Cluster": Name("cluster", "Cluster already exists with name", (("Name",),)),
    "AWS::EKS::Nodegroup": Name(
        "node group", "NodeGroup already exists with name", (("NodegroupName",),), ("ClusterName",)
    ),
    "Custom::AWSCDK-EKS-FargateProfile": Name(
        "Fargate profile",
        "A Fargate Profile already exists with this name in this cluster",
        (("Config", "fargateProfileName"),),
        ("Config", "clusterName"),
    ),
    "AWS::EKS::FargateProfile": Name(
        "Fargate profile",
        "A Fargate Profile already exists with this name in this cluster",
        (("FargateProfileName",),),
        ("ClusterName",),
    ),
    "AWS::EKS::Addon": Name("add-on", "the add-on already exists", (("AddonName",),), ("ClusterName",)),
    "AWS::EKS::AccessEntry": Name(
        "access entry",
        "The specified access entry resource is already in use on this cluster",
        (("PrincipalArn",),),
        ("ClusterName",),
    ),
    "AWS::EKS::PodIdentityAssociation": Name(
        "pod identity association",
        "Association already exists",
        (("Namespace",), ("ServiceAccount",)),
        ("ClusterName",),
    ),
    "AWS::IAM::OIDCProvider": Name("OIDC provider", "EntityAlreadyExists", (("Url",),)),
    "Custom::AWSCDKOpenIdConnectProvider": Name("OIDC provider", "EntityAlreadyExists", (("Url",),)),
}
OF_NOUN = {
    name.noun: tuple(kind for kind, other in NAMES.items() if other.noun == name.noun) for name in NAMES.values()
}


FREED = (Fate.DELETED, Fate.REPLACED)


def effects_of(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """What holds the name of a resource that the update makes."""
    new = verdict.new
    name = NAMES.get(new.type) if new else None
    if new is None or name is None or verdict.fate not in (Fate.CREATED, Fate.REPLACED):
        return
    if any(isinstance(below(new, *key).follow(), Absent) for key in name.keys) or _is_on_new_cluster(fates, new, name):
        return
    for old in fates.pairing.old.resources(*OF_NOUN[name.noun]):
        itself = fates.pairing.key(old) == fates.pairing.key(new)
        if (itself and name.noun == "cluster") or not _is_beside(old.stack.root, new.stack.root):
            continue
        if fates.of(old).fate in FREED and fates.pairing.is_updated_before(old.stack, new.stack):
            continue
        same = _same_name(fates, old, new, name)
        if differs(same) or (isinstance(same, Unknown) and not itself and fates.of(old).fate is Fate.KEPT):
            continue
        yield _effect(name, old, new, same, itself=itself)


def is_declared(fates: Fates, old: Resource) -> bool:
    """Whether another construct of the new assembly makes a resource of the same name."""
    name = NAMES[old.type]
    return any(
        fates.pairing.key(new) != fates.pairing.key(old) and is_same(_same_name(fates, old, new, name))
        for new in fates.pairing.new.resources(*OF_NOUN[name.noun])
    )


def _effect(name: Name, old: Resource, new: Resource, same: Sameness, *, itself: bool) -> Effect:
    what = " ".join(shown(below(new, *key)) for key in name.keys)
    holder = "it keeps the name itself until it is replaced" if itself else f"{name_of(old)} has it in PREVIOUS"
    steps = (
        Step(0, "before", f"{name.noun} {what} is {old.logical_id} of stack {old.stack.root.id}", old_place(old)),
        Step(1, "after", f"{name.noun} {what} is created before the old one is deleted", new.place),
    )
    if is_same(same):
        says = f"EKS will refuse: {name.message} {what}; {holder}"
        return Effect(Question.NAME, Known(says), says, new.place, steps)
    assert isinstance(same, Unknown), "what differs was passed over"
    reason = f"unknown whether {name_of(old)} has the same name: {same.reason}"
    return Effect(Question.NAME, Unknown(reason), reason, new.place, steps)


def _same_name(fates: Fates, old: Resource, new: Resource, name: Name) -> Sameness:
    before = NAMES[old.type]
    pairs = list(zip(before.keys, name.keys, strict=True))
    if before.cluster and name.cluster:
        pairs.append((before.cluster, name.cluster))
    if any(isinstance(below(old, *key).follow(), Absent) for key in before.keys):
        return Known(value=False)
    return every((SAME, *(fates.comparison.same(below(old, *a), below(new, *b)) for a, b in pairs)))


def _is_on_new_cluster(fates: Fates, new: Resource, name: Name) -> bool:
    """Whether the cluster is made in the same update: then nothing of it can be taken."""
    found = below(new, *name.cluster).follow() if name.cluster else None
    return isinstance(found, Attribute) and fates.of(found.resource).fate in (Fate.CREATED, Fate.REPLACED)


def _is_beside(old: Stack, new: Stack) -> bool:
    """Whether two stacks are of one account and region, as far as they say."""
    here, there = old.environment, new.environment
    return here.account in (None, there.account) and here.region in (None, there.region)
