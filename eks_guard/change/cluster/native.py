"""What becomes of CloudFormation's own `AWS::EKS::Cluster`, which no handler of CDK's looks after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.change.cluster.replacement import IS_REPLACED, STAYS, is_retained, with_a_new_one
from eks_guard.change.custom_resources import NATIVE
from eks_guard.change.deployed import keep_deployed
from eks_guard.change.network import ANOTHER_VPC, SECOND_CLUSTER, another_vpc
from eks_guard.change.paths import is_set, literal
from eks_guard.change.sameness import is_same
from eks_guard.change.steps import mode_step, version_step
from eks_guard.change.wording import chain, place_of, shown
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.verdict import Cause, Verdict
    from eks_guard.data.rows import Support
    from eks_guard.model.version import Version

DISPUTED = "the documentation disagrees on whether EKS accepts this; it may need API_AND_CONFIG_MAP first"


def effects_of(
    fates: Fates, verdict: Verdict, support: Mapping[Version, Support], today: datetime.date
) -> Iterator[Effect]:
    """All that the update does to a cluster that both assemblies have."""
    old, new = verdict.old, verdict.new
    assert old, "both assemblies have it"
    assert new, "both assemblies have it"
    if verdict.fate is Fate.UNKNOWN:
        reason = f"unknown whether the update replaces the cluster: {verdict.because}"
        yield Effect(Question.FATE, Unknown(reason), reason)
    elif verdict.fate is Fate.REPLACED:
        yield _replaced(fates, verdict, new)
    else:
        yield from _refused_network(fates, old, new)
        yield from _version(fates, fates.both(old, new, Property.VERSION), support, today)
        yield from _mode(fates, fates.both(old, new, Property.AUTHENTICATION_MODE))


def _refused_network(fates: Fates, old: Resource, new: Resource) -> Iterator[Effect]:
    proof = another_vpc(fates, *fates.both(old, new, Property.SUBNETS))
    if proof:
        place = place_of(fates.at(new, Property.SUBNETS))
        yield Effect(Question.REFUSED, Known(ANOTHER_VPC), ANOTHER_VPC, place, proof, SECOND_CLUSTER)


def _version(
    fates: Fates, sides: tuple[Node, Node], support: Mapping[Version, Support], today: datetime.date
) -> Iterator[Effect]:
    if not is_same(fates.comparison.same(*sides)):
        before, after = sides
        found = version_step(before, after, (literal(before), literal(after)), support, today)
        yield from [found] if found else []


def _mode(fates: Fates, sides: tuple[Node, Node]) -> Iterator[Effect]:
    if not is_same(fates.comparison.same(*sides)):
        before, after = sides
        unknown = dict.fromkeys(fates.rules.service_unknown, DISPUTED)
        found = mode_step(before, after, (literal(before), literal(after)), fates.rules.service_refuses, unknown)
        yield from [found] if found else []


def _replaced(fates: Fates, verdict: Verdict, new: Resource) -> Effect:
    name, causes = fates.at(new, Property.NAME), verdict.causes
    steps, paths = tuple(chain(verdict)), [cause.path for cause in causes]
    because, fix = _cause(causes[0]), keep_deployed(new, causes, STAYS)
    is_renamed = any(cause.keys == fates.rules.path(NATIVE, Property.NAME) for cause in causes)
    if is_set(name) and not is_renamed:
        says = (
            f"CloudFormation or EKS will refuse: {paths[0]} is create-only, and {because}, "
            f"while the cluster keeps its name, {shown(name)}"
        )
        remedy = "Undo the change: a cluster with an explicit name cannot be replaced under the same name."
        return Effect(Question.REFUSED, Known(says), says, place_of(causes[0].new), steps, remedy, fix=fix)
    says = f"{IS_REPLACED}{because}{with_a_new_one(is_left=is_retained(new))}"
    remedy = f"Keep the deployed {paths[0]}; for another value, build a second cluster beside this one."
    return Effect(Question.FATE, Known(str(Fate.REPLACED)), says, place_of(causes[0].new), steps, remedy, fix=fix)


def _cause(cause: Cause) -> str:
    """How a create-only property changes: by its own text, or with what it leads to."""
    if cause.behind and cause.behind.fate is Fate.REPLACED:
        return f"{cause.path} is {shown(cause.new)}, which is replaced"
    return f"{cause.path} goes from {shown(cause.old)} to {shown(cause.new)}"
