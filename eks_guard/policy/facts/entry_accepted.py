"""The fact about access entries: whether EKS takes what they ask for.

https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html#auto-node-access-entry
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, OPEN_PARTS, Known, either, lift
from eks_guard.policy.facts.access_policies import of_policies
from eks_guard.policy.facts.properties import of_property, settled
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.identity import AccessEntry
    from eks_guard.model.value import Place, Value
    from eks_guard.policy.facts.fact import Context

RESERVED = "system:"
NO_USERNAMES = (RESERVED, "eks:", "aws:", "amazon:", "iam:")
"""What the name of a user may not begin with."""
SESSION = "{{SessionName"
BEGUN = tuple(SESSION[:end] for end in range(1, len(SESSION)))
"""How a piece of a text ends in which the name of a session is cut off."""
STANDARD = "STANDARD"
WITH_POLICIES = (STANDARD, "EC2")
"""The types of entries that take access policies; EC2 is that of node classes of Auto Mode."""
PRINCIPAL_FIX = Fix.of(
    "Name the role itself by its ARN",
    typescript="principalArn: role.roleArn,  // of the role, not of its session, its profile or its name",
    python="principal_arn=role.role_arn,  # of the role, not of its session, its profile or its name",
    cloudformation="PrincipalArn: !GetAtt Role.Arn  # of the role, not of its session, its profile or its name",
)
NODES_FIX = Fix.of(
    "Name the role of the nodes",
    typescript="principalArn: role.roleArn,  // of the role of the nodes, in the account of the cluster",
    python="principal_arn=role.role_arn,  # of the role of the nodes, in the account of the cluster",
    cloudformation="PrincipalArn: !GetAtt Role.Arn  # of the role of the nodes, in the account of the cluster",
)
OPEN_NAME = "a part of the name that decides it is known only when the stack is deployed"


def accepted(entry: AccessEntry, context: Context) -> tuple[Observation, ...]:
    """One observation for each property that EKS may refuse."""
    return (_of(entry, entry.at.id, Known(value=True), "", entry.at.place), *_observed(entry, context))


def _observed(entry: AccessEntry, context: Context) -> Iterator[Observation]:
    yield from _of_principal(entry)
    if entry.kind != Known(STANDARD):
        yield from _of_nodes(entry)
    if entry.username != Known(None):
        yield from _of_username(entry)
    if entry.groups != Known(()):
        yield from _of_groups(entry)
    if entry.policies != Known(()):
        yield _of_type(entry, lift(bool, entry.policies), "access policies", WITH_POLICIES)
        yield from of_policies(entry, context)


def _of_principal(entry: AccessEntry) -> Iterator[Observation]:
    lasting, linked, name = entry.is_lasting, entry.is_service_linked, in_branches(entry.principal)
    if lasting != Known(value=True):
        named = f"{name}, which is" if isinstance(entry.principal, Known) else "what is"
        says = (
            f"{entry.at.id} names {named} not the ARN of an IAM role or user: the deploy will fail with "
            '"The principalArn parameter format is not valid"'
        )
        lines = replace(_of(entry, f"PrincipalArn {name}", lasting, says, lasting.place), fix=PRINCIPAL_FIX)
        yield replace(lines, remedy=f"{PRINCIPAL_FIX.title}.")
    if linked != Known(value=False):
        says = f"{entry.at.id} is for a service-linked role, for which EKS creates no access entry"
        yield _of(entry, f"PrincipalArn {name}", lift(lambda found: not found, linked), says, linked.place)


def _of_nodes(entry: AccessEntry) -> Iterator[Observation]:
    """Whether an entry that is not of type STANDARD is for a role of the account of its cluster."""
    name = in_branches(entry.principal)
    named = name if isinstance(entry.principal, Known) or entry.principal.candidates else "a principal"
    begins = f"{entry.at.id} is of type {in_branches(entry.kind)} and for {named}"
    standard = lift(lambda found: found == STANDARD, entry.kind)
    for fits, wrong in (
        (entry.is_role, "that is no role: entries of nodes are for roles only"),
        (entry.is_of_account, f"of another account: EKS takes those for {STANDARD} only"),
    ):
        if fits != Known(value=True):
            lines = _of(entry, f"PrincipalArn {name}", either([standard, fits]), f"{begins} {wrong}", fits.place)
            yield replace(lines, fix=NODES_FIX, remedy=f"{NODES_FIX.title}, or leave the type {STANDARD}.")


def _of_username(entry: AccessEntry) -> Iterator[Observation]:
    name = entry.username
    shown = in_branches(name)
    free = settled(lift(lambda found: _is_free(found or ""), name), OPEN_NAME)
    says = f"{entry.at.id} names the user {shown}: EKS refuses names that begin with {', '.join(NO_USERNAMES)}"
    yield _of(entry, f"Username {shown}", free, says, name.place)
    parted = settled(lift(lambda found: _is_parted(found or ""), name), OPEN_NAME)
    says = f"{entry.at.id} names the user {shown}: EKS wants a colon somewhere in front of {SESSION}}}}}"
    yield _of(entry, f"Username {shown}", parted, says, name.place)
    yield _of_type(entry, lift(lambda found: found is not None, name), "a user name", (STANDARD,))


def _of_groups(entry: AccessEntry) -> Iterator[Observation]:
    groups = entry.groups
    free = lift(lambda names: not any(map(_is_reserved, names)), groups)
    name = next(filter(_is_reserved, groups.value), "") if isinstance(groups, Known) else f"{RESERVED}…"
    says = (
        f"{entry.at.id} names the group {name}: the deploy will fail with "
        f'"The kubernetes group name {name} is invalid, it cannot start with system:"'
    )
    yield _of(entry, f"group {name}" if name else "its groups", free, says, groups.place)
    yield _of_type(entry, lift(bool, groups), "groups", (STANDARD,))


def _of_type(entry: AccessEntry, given: Value[bool], what: str, kinds: tuple[str, ...]) -> Observation:
    """Whether the type of an entry takes what is given."""
    fits = lift(lambda kind, there: kind in kinds or not there, entry.kind, given)
    kind = in_branches(entry.kind)
    says = f"{entry.at.id} is of type {kind} and has {what}, which EKS takes for {' and '.join(kinds)} only"
    return _of(entry, f"Type {kind}", fits, says, entry.kind.place)


def _of(entry: AccessEntry, shown: str, accepted: Value[bool], says: str, place: Place | None) -> Observation:
    return of_property("access entry", entry.at, shown, accepted, says, place)


def _is_free(name: str) -> bool | None:
    """Whether a name begins with no reserved word; None where an open part may end one."""
    start, is_open, _ = name.partition(OPEN_PART)
    if start.startswith(NO_USERNAMES):
        return False
    return None if is_open and any(word.startswith(start) for word in NO_USERNAMES) else True


def _is_parted(name: str) -> bool | None:
    """Whether a colon stands in front of the name of a session, if that is part of a name.

    None where an open part may hold the colon, or the rest of a placeholder that is begun.
    """
    front, session, _ = name.partition(SESSION)
    *pieces, last = OPEN_PARTS.split(front)
    for piece in pieces:
        if ":" in piece:
            return True
        if piece.endswith(BEGUN):
            return None
    if not session or ":" in last:
        return True
    return None if pieces else False


def _is_reserved(name: str) -> bool:
    return name.startswith(RESERVED)
