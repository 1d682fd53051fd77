"""The way in: two assemblies become one `Change`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.documents import FAMILIES
from eks_guard.assembly.following.resolution import Attribute
from eks_guard.change import addons, charts, names, nodes
from eks_guard.change.asides import asides_of
from eks_guard.change.clusters import Clusters
from eks_guard.change.custom_resources import CHART, CLUSTERS, FARGATE, MANIFEST, OIDC, PATCH, PROVIDERS, add_handlers
from eks_guard.change.exports import lost_exports
from eks_guard.change.fates import Fates
from eks_guard.change.lines import another_id, retain
from eks_guard.change.manifests import Manifests
from eks_guard.change.pairing import Pairing
from eks_guard.change.paths import side_by_side
from eks_guard.change.rules import read_rules
from eks_guard.change.sameness import differs, is_same
from eks_guard.change.wording import chain, name_of, old_place, place_of, shown
from eks_guard.errors import TemplateError
from eks_guard.model.change import Change, Effect, Fate, Question, ResourceChange
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.resource import ResourceId
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.change.verdict import Verdict
    from eks_guard.data import Tables

KINDS = {
    **dict.fromkeys(CLUSTERS, "cluster"),
    "AWS::EKS::Nodegroup": "nodegroup",
    FARGATE: "fargate-profile",
    "AWS::EKS::FargateProfile": "fargate-profile",
    "AWS::EKS::Addon": "addon",
    "AWS::EKS::Capability": "capability",
    "AWS::EKS::AccessEntry": "access-entry",
    "AWS::EKS::PodIdentityAssociation": "pod-identity-association",
    "AWS::IAM::OIDCProvider": "oidc-provider",
    OIDC: "oidc-provider",
    MANIFEST: "manifest",
    CHART: "helm-chart",
    PATCH: "patch",
}
"""The kind of subject that each type is; of any other, the type."""


def compare(
    old: CloudAssembly, new: CloudAssembly, tables: Tables, today: datetime.date, release: str | None = None
) -> Change:
    """What the update from one assembly to another does to EKS. Reads only what concerns EKS in either.

    `release` is that of aws-cdk-lib where no part of the new assembly tells it.
    """
    pairing = Pairing(old, new)
    fates = Fates(pairing, read_rules(tables.update_rules, tables.properties))
    add_handlers(fates)
    judge = _Judge(fates, Clusters(fates, tables.eks_versions, today, release))
    concerned = list(_concerned(pairing))
    resources = [judge.change_of(resource) for resource in concerned]
    resources += lost_exports(fates)
    gone = [stack.id for stack in pairing.gone() if _holds_eks(stack)]
    notes = [*pairing.notes, *(note for resource in concerned for note in asides_of(fates, resource))]
    if gone:
        notes.append(f"not in the new assembly, so a deploy leaves them alone: {', '.join(sorted(gone))}")
    if not any(_holds_eks(stack) for stack in old.stacks) and not any(True for _ in old.resources(*KINDS)):
        notes.append(f"{old.path}: found no EKS resources in PREVIOUS, so the update cannot break any")
    ordered = sorted(resources, key=lambda found: (found.stack, found.id, found.logical_id))
    return Change(old.path, tuple(ordered), tuple(notes))


def _concerned(pairing: Pairing) -> Iterator[Resource]:
    """The EKS resources of the new assembly, then those that only the previous one has in a stack of both."""
    seen = set()
    for assembly in (pairing.new, pairing.old):
        for stack in assembly.of_types(*FAMILIES, *PROVIDERS):
            if assembly is pairing.old and not pairing.is_paired(stack):
                continue
            for resource in stack.resources.values():
                if _is_concerned(resource) and pairing.key(resource) not in seen:
                    seen.add(pairing.key(resource))
                    yield resource


def _is_concerned(resource: Resource) -> bool:
    return resource.type.startswith(FAMILIES) or resource.type in PROVIDERS


def _holds_eks(stack: Stack) -> bool:
    try:
        return stack.document.may_have_type(*FAMILIES)
    except TemplateError:
        return False


class _Judge:
    """Brings together what each part says of a resource."""

    def __init__(self, fates: Fates, clusters: Clusters) -> None:
        self._fates = fates
        self._clusters = clusters
        self._manifests = Manifests(fates)

    def change_of(self, resource: Resource) -> ResourceChange:
        """What becomes of one resource."""
        verdict = self._fates.of(resource)
        shown_ = verdict.new or verdict.old or resource
        gone = verdict.new is None or verdict.fate in (Fate.DELETED, Fate.LEFT)
        shown_ = verdict.old if gone and verdict.old else shown_
        effects = tuple(self._effects(verdict))
        fate = Fate.REFUSED if _is_refused(effects) else verdict.fate
        return ResourceChange(
            kind=KINDS.get(shown_.type, shown_.type),
            type=shown_.type,
            id=name_of(shown_),
            stack=shown_.stack.root.id,
            logical_id=shown_.logical_id,
            resource=ResourceId(shown_.stack.id, shown_.logical_id),
            place=old_place(shown_) if gone else shown_.place,
            fate=fate,
            because=verdict.because,
            effects=effects,
            trace=tuple(chain(verdict)),
            changed=self._changed(verdict),
            is_gone=gone,
            source=source_position(shown_),
        )

    def _effects(self, verdict: Verdict) -> Iterator[Effect]:
        yield from _type(verdict)
        if verdict.old and verdict.new and verdict.old.type != verdict.new.type:
            return
        yield from _token(self._fates, verdict)
        kind = KINDS.get(verdict.resource.type)
        if kind == "cluster":
            yield from self._clusters.effects(verdict)
            yield from names.effects_of(self._fates, verdict)
            return
        if self._is_on_lost_cluster(verdict):
            return
        yield from names.effects_of(self._fates, verdict)
        if kind in ("nodegroup", "fargate-profile"):
            yield from nodes.effects_of(self._fates, verdict)
        elif kind == "addon":
            yield from addons.effects_of(self._fates, verdict)
        elif kind == "manifest":
            yield from self._manifests.effects(verdict)
        elif kind == "helm-chart":
            yield from charts.effects_of(self._fates, verdict)

    def _is_on_lost_cluster(self, verdict: Verdict) -> bool:
        """Whether its cluster is not kept: that is said of the cluster, and not again of all that it holds."""
        for side in (verdict.old, verdict.new):
            found = self._fates.at(side, Property.CLUSTER).follow() if side else None
            if isinstance(found, Attribute) and KINDS.get(found.resource.type) == "cluster":
                fate = self._fates.of(found.resource).fate
                if fate in (Fate.REPLACED, Fate.DELETED, Fate.UNKNOWN) or (
                    side is verdict.old and fate is Fate.CREATED
                ):
                    return True
        return False

    def _changed(self, verdict: Verdict) -> tuple[str, ...]:
        """The properties that change in place."""
        old, new = verdict.old, verdict.new
        if not (old and new) or verdict.fate is not Fate.KEPT:
            return ()
        same = self._fates.comparison.same
        return tuple(name for name, before, after in side_by_side(old, new) if not is_same(same(before, after)))


def _is_refused(effects: tuple[Effect, ...]) -> bool:
    refusing = (Question.REFUSED, Question.COMBINED, Question.TOKEN, Question.TYPE, Question.NAME, Question.IMMUTABLE)
    return any(effect.question in refusing and isinstance(effect.value, Known) for effect in effects)


def _type(verdict: Verdict) -> Iterator[Effect]:
    old, new = verdict.old, verdict.new
    if verdict.fate is not Fate.REFUSED or not (old and new) or old.type == new.type:
        return
    says = (
        f"CloudFormation will refuse: Update of resource type is not permitted; {new.logical_id} "
        f"goes from {old.type} to {new.type}"
    )
    steps = (
        Step(0, "before", f"{old.logical_id} is a {old.type}", old_place(old)),
        Step(1, "after", f"{new.logical_id} is a {new.type}", new.place),
    )
    yield Effect(Question.TYPE, Known(old.type), says, new.place, steps, fix=another_id(old, new))


def _token(fates: Fates, verdict: Verdict) -> Iterator[Effect]:
    """A custom resource keeps the function that it was made by."""
    old, new = verdict.old, verdict.new
    if not (old and new) or not new.type.startswith("Custom::") or verdict.fate in (Fate.DELETED, Fate.LEFT):
        return
    before, after = fates.both(old, new, Property.HANDLER)
    same = fates.comparison.same(before, after)
    if is_same(same):
        return
    name = ".".join(fates.rules.path(new.type, Property.HANDLER))
    steps = (
        Step(0, "before", f"{name} is {shown(before)}", old_place(before)),
        Step(1, "after", f"{name} is {shown(after)}", place_of(after)),
    )
    if differs(same):
        says = "CloudFormation will refuse: Modifying service token is not allowed; another function would handle it"
        yield Effect(Question.TOKEN, Known(says), says, place_of(after), steps, fix=retain(old))
    elif isinstance(same, Unknown):
        reason = f"unknown whether the same function handles it: {same.reason}"
        yield Effect(Question.TOKEN, Unknown(reason), reason, place_of(after), steps)
