"""Names that two resources of one account and region cannot share: the new is made before the old one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute
from eks_guard.change.custom_resources import CLUSTERS, PROFILES, PROVIDERS
from eks_guard.change.lines import another_text, keep_id
from eks_guard.change.paths import is_set
from eks_guard.change.sameness import SAME, Sameness, differs, every, is_same
from eks_guard.change.wording import name_of, old_place, shown
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Verdict
    from eks_guard.model.fix import Fix


@dataclass(frozen=True, slots=True)
class Name:
    """What makes the name of a kind of resource, and how EKS refuses one that is taken.

    `in_cluster`: whether two clusters may each have the name.
    """

    types: tuple[str, ...]
    noun: str
    message: str
    parts: tuple[Property, ...] = (Property.NAME,)
    in_cluster: bool = True

    @property
    def whole(self) -> tuple[Property, ...]:
        """All that two resources of one name agree in."""
        return (*self.parts, Property.CLUSTER) if self.in_cluster else self.parts


NAMES = (
    Name(CLUSTERS, "cluster", "Cluster already exists with name", in_cluster=False),
    Name(("AWS::EKS::Nodegroup",), "node group", "NodeGroup already exists with name"),
    Name(PROFILES, "Fargate profile", "A Fargate Profile already exists with this name in this cluster"),
    Name(("AWS::EKS::Addon",), "add-on", "the add-on already exists"),
    Name(
        ("AWS::EKS::AccessEntry",),
        "access entry",
        "The specified access entry resource is already in use on this cluster",
        (Property.PRINCIPAL,),
    ),
    Name(("AWS::EKS::Capability",), "capability", "a cluster takes one capability of type", (Property.TYPE,)),
    Name(("AWS::EKS::Capability",), "capability", "a cluster takes one capability of the name"),
    Name(
        ("AWS::EKS::PodIdentityAssociation",),
        "pod identity association",
        "Association already exists",
        (Property.NAMESPACE, Property.SERVICE_ACCOUNT),
    ),
    Name(PROVIDERS, "OIDC provider", "EntityAlreadyExists", (Property.URL,), in_cluster=False),
)
BY_TYPE: Mapping[str, tuple[Name, ...]] = {
    kind: tuple(name for name in NAMES if kind in name.types)
    for kind in {kind for name in NAMES for kind in name.types}
}
CHOSEN = ("node group", "Fargate profile")
"""What has a name of the user's choice, which another one may take the place of."""
FREED = (Fate.DELETED, Fate.REPLACED)


def effects_of(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """What holds the name of a resource that the update makes."""
    new = verdict.new
    if new is None or verdict.fate not in (Fate.CREATED, Fate.REPLACED):
        return
    for name in BY_TYPE.get(new.type, ()):
        if found := tuple(_held(fates, new, name)):
            yield from found
            return


def _held(fates: Fates, new: Resource, name: Name) -> Iterator[Effect]:
    if _is_generated(fates, new, name) or _is_on_new_cluster(fates, new, name):
        return
    for old in fates.namesakes(new, fates.pairing.old, name.types, name.parts):
        itself = fates.pairing.key(old) == fates.pairing.key(new)
        if (itself and name.noun == "cluster") or not _is_beside(old.stack.root, new.stack.root):
            continue
        if fates.of(old).fate in FREED and fates.pairing.is_updated_before(old.stack, new.stack):
            continue
        same = _same_name(fates, old, new, name)
        if differs(same) or (isinstance(same, Unknown) and not itself and fates.of(old).fate is Fate.KEPT):
            continue
        what = " ".join(shown(fates.at(new, part)) for part in name.parts)
        holder = f"{name_of(old)} has it in PREVIOUS"
        if itself:
            keeps = "it keeps the name itself" if Property.NAME in name.parts else "the old one is there"
            holder = f"{keeps} until it is replaced"
        found = _effect(f"{name.noun} {what}", f"{name.message} {what}; {holder}", old, new, same)
        yield _mended(found, fates, name, old, new) if is_same(same) else found


def is_declared(fates: Fates, old: Resource) -> bool:
    """Whether another construct of the new assembly makes a resource of the same name."""
    return any(
        fates.pairing.key(new) != fates.pairing.key(old) and is_same(_same_name(fates, old, new, name))
        for name in BY_TYPE[old.type]
        for new in fates.namesakes(old, fates.pairing.new, name.types, name.parts)
    )


def _effect(thing: str, message: str, old: Resource, new: Resource, same: Sameness) -> Effect:
    """The refusal of a name that `old` has; unknown where the names may differ."""
    steps = (
        Step(0, "before", f"{thing} is {old.logical_id} of stack {old.stack.root.id}", old_place(old)),
        Step(1, "after", f"{thing} is created before the old one is deleted", new.place),
    )
    if isinstance(same, Unknown):
        reason = f"unknown whether {name_of(old)} has the same name: {same.reason}"
        return Effect(Question.NAME, Unknown(reason), reason, new.place, steps)
    says = f"EKS will refuse: {message}"
    return Effect(Question.NAME, Known(says), says, new.place, steps)


def _mended(effect: Effect, fates: Fates, name: Name, old: Resource, new: Resource) -> Effect:
    """The refusal with the lines of a way out; where there are none, with what to do."""
    if fates.pairing.key(old) == fates.pairing.key(new):
        remedy = "Undo the change, or remove the resource in one deploy and make it again in the next."
        fix = _another_name(fates, name, new)
    else:
        remedy = f"Keep {name_of(old)}, or remove it in an earlier deploy."
        fix = keep_id(fates, old, new)
    return replace(effect, fix=fix, remedy=None if fix else remedy)


def _another_name(fates: Fates, name: Name, new: Resource) -> Fix | None:
    """Another name for what is replaced while it keeps its name; None where the name is not one to choose."""
    given = fates.at(new, Property.NAME).text() if name.noun in CHOSEN else None
    return another_text(fates.rules.path(new.type, Property.NAME)[-1], given) if given is not None else None


def _same_name(fates: Fates, old: Resource, new: Resource, name: Name) -> Sameness:
    if _is_generated(fates, old, name):
        return Known(value=False)
    return every((SAME, *(fates.same(old, new, part) for part in name.whole)))


def _is_generated(fates: Fates, resource: Resource, name: Name) -> bool:
    """Whether the template leaves the name, or a part of it, to the service."""
    return not all(is_set(fates.at(resource, part)) for part in name.parts)


def _is_on_new_cluster(fates: Fates, new: Resource, name: Name) -> bool:
    """Whether the cluster is made in the same update: then nothing of it can be taken."""
    found = fates.at(new, Property.CLUSTER).follow() if name.in_cluster else None
    return isinstance(found, Attribute) and fates.of(found.resource).fate in (Fate.CREATED, Fate.REPLACED)


def _is_beside(old: Stack, new: Stack) -> bool:
    """Whether two stacks are of one account and region, as far as they say."""
    here, there = old.environment, new.environment
    return here.account in (None, there.account) and here.region in (None, there.region)
