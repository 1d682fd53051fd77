"""The fact about who lets nodes into a cluster: aws-auth, access entries, or EKS itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.nodes import FargateProfile, NodeGroup, SelfManagedGroup
from eks_guard.model.resource import Link, Open
from eks_guard.model.value import Known, Unknown, Value, either, flatten, known_in, lift, possible
from eks_guard.policy.facts.entries import Entries
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.properties import why_unknown
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.resource import Target
    from eks_guard.model.workloads import MappedRole

Admitted: TypeAlias = NodeGroup | SelfManagedGroup | FargateProfile

OF_NODES = ("EC2_LINUX", "EC2_WINDOWS", "HYBRID_LINUX")
"""The types of access entries with which nodes join:
https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html"""
BY_CONFIG_MAP, BY_ENTRIES = "CONFIG_MAP", "API"
BY_ENTRIES_TOO = (Known(BY_ENTRIES), Known("API_AND_CONFIG_MAP"))
_ELSEWHERE = "an aws-auth ConfigMap outside the app may admit it"


def _role_admitted(nodes: Admitted, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(nodes.owner)
    if cluster is None:
        return ()
    admission = context.once(_Admission, cluster)
    admitted = flatten(lift(lambda mode: _in_mode(nodes, admission, context, mode), cluster.access.mode))
    if isinstance(cluster.access.mode, Unknown) and not cluster.access.mode.candidates:
        admitted = _in_any_mode(nodes, admission, context)
    maps = admission.maps
    if isinstance(nodes, SelfManagedGroup) and (not maps or cluster.access.mode in BY_ENTRIES_TOO):
        admitted = either([admitted, *_beside(nodes, admission, context)])
    steps = (
        Step(0, "nodes", nodes.at.resource.logical_id, nodes.at.place),
        *(Step(1, "aws-auth", manifest.at.resource.logical_id, manifest.at.place) for manifest in maps),
    )
    says = (
        f"no access entry for nodes names the role of {nodes.at.id}, and the authentication mode is API: the nodes "
        'never join, and their kubelet gets "Unauthorized"'
    )
    if cluster.access.mode != Known(BY_ENTRIES) and maps:
        says = (
            f"the app writes aws-auth, but its mapRoles lacks the role of {nodes.at.id}: the nodes become or stay "
            'NotReady, their kubelet gets "Unauthorized", and a managed node group fails with "NodeCreationFailure"'
        )
    fix = None
    if admitted != Known(value=True):
        from eks_guard.policy.facts.node_access_fixes import admitting  # noqa: PLC0415 (most nodes are admitted)

        fix = admitting(cluster, by_entry=not maps or cluster.access.mode == Known(BY_ENTRIES))
    return (Observation(admitted, says, nodes.at.place, steps, fix, if_unknown=why_unknown(admitted)),)


def _in_any_mode(nodes: Admitted, admission: _Admission, context: Context) -> Value[bool]:
    """EKS admits what it makes in every mode, as long as nothing overwrites its aws-auth."""
    answers = [_in_mode(nodes, admission, context, mode) for mode in (BY_CONFIG_MAP, BY_ENTRIES, "API_AND_CONFIG_MAP")]
    if all(answer == Known(value=True) for answer in answers):
        return Known(value=True)
    mode = admission.cluster.access.mode
    return Unknown(mode.reason, mode.place) if isinstance(mode, Unknown) else answers[0]


def _in_mode(nodes: Admitted, admission: _Admission, context: Context, mode: str) -> Value[bool]:
    by_itself = isinstance(nodes, SelfManagedGroup)
    if mode == BY_CONFIG_MAP:
        return _by_config_map(nodes, admission)
    if not by_itself:
        return Known(value=True)
    entries = _by_entries(nodes, admission, context)
    if mode == BY_ENTRIES:
        return entries
    return either([entries, _by_config_map(nodes, admission)])


def _by_config_map(nodes: Admitted, admission: _Admission) -> Value[bool]:
    """Whether mapRoles of each aws-auth of the app has the role, which overwrites what EKS wrote there."""
    maps, unread = admission.maps, admission.unread
    if not maps:
        if isinstance(nodes, SelfManagedGroup):
            return Unknown(f"whether the cluster admits the role of {nodes.at.id}: {_ELSEWHERE}", nodes.at.place)
        if unread:
            return Unknown(f"{unread[0].at.id} cannot be read and may write aws-auth", unread[0].at.place)
        return Known(value=True)
    return flatten(lift(lambda found: _in_maps(found, nodes, admission), _roles(nodes)))


def _in_maps(roles: tuple[Target, ...], nodes: Admitted, admission: _Admission) -> Value[bool]:
    """Whether the aws-auth of the app has some roles; where it lacks one, another one may have it."""
    first, named = admission.maps[0], _all_in(Known(roles), admission.mapped)
    if False not in known_in(named):
        return named
    if len(admission.maps) > 1 or admission.unread:
        return Unknown("several manifests write aws-auth, or may write it", first.at.place)
    if first.overwrites != Known(value=True) and not isinstance(nodes, SelfManagedGroup):
        return Unknown(f"{first.at.id} does not overwrite what EKS writes to aws-auth", first.at.place)
    return named


def _by_entries(nodes: Admitted, admission: _Admission, context: Context) -> Value[bool]:
    answers: list[Value[bool]] = []
    roles = _roles(nodes)
    for entry in admission.entries.that_matter(_possible(roles)):
        who = lift(lambda one: _Listed((one,)), entry.principal)
        mine = _all_in(roles, who)
        of_nodes = lift(lambda kind: kind in OF_NODES, entry.kind)
        if mine == Known(value=False):
            continue
        made = context.made_beside(nodes.at.resource, entry.at.resource)
        answers.append(lift(lambda *asked: all(asked), mine, of_nodes, made))
    return either(answers)


def _beside(nodes: SelfManagedGroup, admission: _Admission, context: Context) -> Iterator[Value[bool]]:
    """Yield whether nodes have the role of a managed node group, which EKS itself admits, by an entry or in aws-auth.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
    """
    together: dict[Value[Target | None], list[NodeGroup]] = {}
    groups = admission.managed(nodes.roles.value) if isinstance(nodes.roles, Known) else admission.cluster.node_groups
    for group in groups:
        together.setdefault(group.role, []).append(group)
    for role, alike in together.items():
        named = _all_in(nodes.roles, lift(lambda one: _Listed((one,) if one else ()), role))
        if named != Known(value=False):
            made = context.made_with(nodes.at.resource, tuple(group.at.resource for group in alike))
            reason = f"conditions decide whether {alike[0].at.id}, which may have the same role, is deployed"
            yield named if made else Unknown(reason, alike[0].at.place) if made is None else Known(value=False)


def _all_in(roles: Value[tuple[Target, ...]], admitted: Value[_Listed]) -> Value[bool]:
    """Whether all roles of nodes are among those that are let in, in each branch of both."""
    return flatten(lift(_are_listed, roles, admitted))


def _are_listed(roles: tuple[Target, ...], listed: _Listed) -> Value[bool]:
    """Whether all of some roles are among those that are let in; a role by name is one of another app."""
    missing = [role for role in roles if not listed.has(role)]
    if not missing:
        return Known(value=True)
    if listed.open or any(not isinstance(role, Link) and not listed.is_literal for role in missing):
        return Unknown(listed.open.reason if listed.open else "the role of the nodes is not declared in this app")
    return Known(value=False)


class _Listed:
    """Roles that are let in; a role of the app is the same by any attribute, another one by its ARN or its name."""

    def __init__(self, roles: tuple[Target, ...] | None) -> None:
        listed = roles or ()
        self.open = next((one for one in listed if isinstance(one, Open)), None)
        self.is_literal = all(isinstance(one, str) for one in listed)
        self._resources = {one.resource for one in listed if isinstance(one, Link)}
        texts = [one for one in listed if isinstance(one, str)]
        self._texts = {*texts, *(one.rpartition("/")[2] for one in texts)}

    def has(self, role: Target) -> bool:
        """Whether a role is among them for certain."""
        return role.resource in self._resources if isinstance(role, Link) else role in self._texts


def _of_mapped(mapped: tuple[MappedRole, ...] | None) -> _Listed:
    return _Listed(tuple(one.role for one in mapped or ()))


class _Admission:
    """What of a cluster lets nodes in, found once: its access entries, and the manifests that write aws-auth or may."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.entries = Entries(cluster)
        self.maps = [manifest for manifest in cluster.manifests if manifest.mapped_roles != Known(None)]
        self.unread = [manifest for manifest in cluster.manifests if isinstance(manifest.objects, Unknown)]
        nothing: Value[_Listed] = Known(_Listed(None))
        self._managed: dict[object, list[NodeGroup]] = {}
        for group in cluster.node_groups:
            self._managed.setdefault(_key(group.role), []).append(group)
        self.mapped = lift(_of_mapped, self.maps[-1].mapped_roles) if self.maps else nothing

    def managed(self, roles: Iterable[Target]) -> list[NodeGroup]:
        """The managed node groups that have one of some roles, or whose role is open."""
        keys = dict.fromkeys((*(_key(Known(role)) for role in roles), None))
        return [group for key in keys for group in self._managed.get(key, ())]


def _key(role: Value[Target | None]) -> object:
    """What roles are found by: a role of the app by any attribute, another one by its text; None for an open one."""
    found = role.value if isinstance(role, Known) else None
    return found.resource if isinstance(found, Link) else found


def _possible(roles: Value[tuple[Target, ...]]) -> Iterator[Target]:
    """All roles that nodes have or may have."""
    return (role for each in possible(roles) for role in each)


def _roles(nodes: Admitted) -> Value[tuple[Target, ...]]:
    if isinstance(nodes, SelfManagedGroup):
        return nodes.roles
    role = nodes.role
    named: Value[tuple[Target, ...]] = lift(lambda found: (found,) if found else (), role)
    return named if named != Known(()) else Unknown("it has no role", nodes.at.place)


FACTS = (
    Fact(
        "nodes.role_admitted",
        BOOLEAN,
        "Whether the cluster admits the role of its nodes: through EKS, an access entry, or the app's aws-auth.",
        "true",
        _role_admitted,
        match=("nodegroup", "self-managed-nodegroup", "fargate-profile"),
    ),
)
