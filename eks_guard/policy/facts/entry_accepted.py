"""The fact about access entries: whether EKS takes what they ask for.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches
from eks_guard.model.value import Known, lift
from eks_guard.policy.facts.properties import of_property

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.identity import AccessEntry
    from eks_guard.model.value import Place, Value
    from eks_guard.policy.facts.fact import Context

RESERVED = "system:"
OF_EC2 = ("EC2_LINUX", "EC2_WINDOWS")
"""The types of entries that have neither groups nor access policies."""
ACCESS_POLICY, OF_IAM = ":eks::aws:cluster-access-policy/", ":iam::"


def accepted(entry: AccessEntry, _: Context) -> tuple[Observation, ...]:
    """One observation for each property that EKS may refuse."""
    return tuple(_observed(entry))


def _observed(entry: AccessEntry) -> Iterator[Observation]:
    yield _of(entry, entry.at.id, Known(value=True), "", entry.at.place)
    groups, policies = entry.groups, entry.policies
    if groups != Known(()):
        free = lift(lambda names: not any(map(_is_reserved, names)), groups)
        name = next(filter(_is_reserved, groups.value), "") if isinstance(groups, Known) else f"{RESERVED}…"
        says = (
            f"{entry.at.id} names the group {name}: the deploy will fail with "
            f'"The kubernetes group name {name} is invalid, it cannot start with system:"'
        )
        yield _of(entry, f"group {name}" if name else "its groups", free, says, groups.place)
    if groups != Known(()) or policies != Known(()):
        fits = lift(lambda kind, *given: kind not in OF_EC2 or not any(given), entry.kind, groups, policies)
        says = f"{entry.at.id} is for nodes on EC2: EKS refuses groups and access policies of such entries"
        yield _of(entry, f"Type {in_branches(entry.kind)}", fits, says, entry.kind.place)
    if policies != Known(()):
        known = lift(lambda arns: not any(OF_IAM in arn for arn in arns), policies)
        says = f"{entry.at.id} names a policy of IAM: EKS takes only its access policies, arn:aws{ACCESS_POLICY}…"
        yield _of(entry, f"AccessPolicies {in_branches(policies)}", known, says, policies.place)


def _of(entry: AccessEntry, shown: str, accepted: Value[bool], says: str, place: Place | None) -> Observation:
    return of_property("access entry", entry.at, shown, accepted, says, place)


def _is_reserved(name: str) -> bool:
    return name.startswith(RESERVED)
