"""The fact about the roles that kubectl comes as: whether the cluster lets them in.

A cluster admits its creator, the principals of access entries, and those that aws-auth maps:
https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link as Part
from eks_guard.model.resource import Link, Open
from eks_guard.model.value import Known, Unknown, Value, either, flatten, known_in, lift
from eks_guard.policy.facts.entries import Entries
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.kubectl import used_providers
from eks_guard.policy.facts.mixed_packages import needs_role
from eks_guard.policy.operators import BOOLEAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Resources
    from eks_guard.model.resource import ResourceId, Target
    from eks_guard.model.workloads import Manifest

ROLE = "AWS::IAM::Role"
BY_ENTRIES = ("API", "API_AND_CONFIG_MAP")
BY_CONFIG_MAP = ("CONFIG_MAP", "API_AND_CONFIG_MAP")
MAP = "Map the role in aws-auth by a role that has access, and make the manifests depend on it; or use access entries."
BY_AWS_AUTH = Fix.of(
    "Map the role in aws-auth",
    typescript="""cluster.awsAuth.addMastersRole(kubectlRole);  // kubectlRole: the role that kubectl uses
manifest.node.addDependency(cluster.awsAuth);""",
    python="""cluster.aws_auth.add_masters_role(kubectl_role)  # kubectl_role: the role that kubectl uses
manifest.node.add_dependency(cluster.aws_auth)""",
)
ENTRY = "Switch to mode API_AND_CONFIG_MAP, create an access entry for the role, and make the manifests depend on it."
BY_ENTRY = Fix.of(
    "Let access entries in, and give the role one",
    typescript="""// in the properties of the CfnCluster
accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
// behind the import of the cluster; kubectlRole: the role that kubectl uses
const entry = new eks.AccessEntry(this, 'KubectlAccess', {
  cluster, principal: kubectlRole.roleArn,
  accessPolicies: [eks.AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', {
    accessScopeType: eks.AccessScopeType.CLUSTER,
  })],
});
manifest.node.addDependency(entry);""",
    python="""# in the properties of the CfnCluster
access_config={"authenticationMode": "API_AND_CONFIG_MAP"},
# behind the import of the cluster; kubectl_role: the role that kubectl uses
entry = eks.AccessEntry(
    self, "KubectlAccess", cluster=cluster, principal=kubectl_role.role_arn,
    access_policies=[eks.AccessPolicy.from_access_policy_name(
        "AmazonEKSClusterAdminPolicy", access_scope_type=eks.AccessScopeType.CLUSTER
    )],
)
manifest.node.add_dependency(entry)""",
)


def _admitted(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    """Whether something lets the roles in that kubectl takes; asked of clusters of the app."""
    if cluster.origin is Origin.IMPORTED:
        return ()
    admission = context.once(_Admission, cluster)
    found: dict[str, Observation] = {}
    for consumer, role, told in _users(cluster, admission):
        observation = _about_role(admission, consumer, role, context, told=told)
        found.setdefault(observation.says, observation)
    return tuple(found.values())


def _users(cluster: Cluster, admission: _Admission) -> Iterator[tuple[ResourceId, Value[Target | None], bool]]:
    """What runs kubectl, with its role; of all that take one role that no access entry names, the first is enough."""
    seen: set[tuple[Target, bool]] = set()
    for provider in used_providers(cluster):
        for consumer, role, told in provider.acts_as:
            if not told and needs_role(provider):
                continue  # its handler fails before kubectl runs
            if isinstance(role, Known) and role.value is not None and not admission.entries.of(role.value):
                if (role.value, told) in seen:
                    continue
                seen.add((role.value, told))
            yield consumer, role, told


def _about_role(
    admission: _Admission, consumer: ResourceId, role: Value[Target | None], context: Context, *, told: bool
) -> Observation:
    """Whether a role has access when a resource needs it; that of the handler is not `told`."""
    cluster, name = admission.cluster, _named(role)
    value = _lets_in(admission, role, lambda entry: context.made_beside(consumer, entry), told=told)
    place = cluster.access.mode.place or cluster.place
    if isinstance(value, Unknown):
        says = f"unknown whether {name}, the role that kubectl uses, has access to {cluster.id}: {value.reason}"
    elif not value.value:
        says = (
            f"kubectl uses {name}, which {_lacks(cluster)} and did not create it: the deploy will "
            "fail with “error: You must be logged in to the server (Unauthorized)”"
        )
    elif told and (late := _comes_late(admission, consumer, role, context.estate.resources)):
        entry, surely = late
        says = (
            f"{consumer.logical_id} does not depend on {entry}, the access entry of {name}: if it is applied first, "
            "the deploy will fail with “error: You must be logged in to the server (Unauthorized)”"
        )
        value = Known(value=False, place=place) if surely else Unknown(says, place)
    else:
        says = f"{name}, the role that kubectl uses, has access to {cluster.id}"
    steps = (Step(0, "cluster", f"{cluster.id}: {says}", place), Step(1, "kubectl role", name, role.place))
    return Observation(value, says, place, steps, *(_way_out(cluster) if value == Known(value=False) else (None, None)))


def _way_out(cluster: Cluster) -> tuple[Fix | None, str | None]:
    """The lines and the advice where a cluster reads no access entries; none where it does, as the policy has them."""
    if cluster.access.mode != Known("CONFIG_MAP"):
        return None, None
    return (BY_AWS_AUTH, MAP) if cluster.origin is Origin.CUSTOM_RESOURCE else (BY_ENTRY, ENTRY)


def _lacks(cluster: Cluster) -> str:
    if cluster.access.mode == Known("CONFIG_MAP"):
        return f"is not mapped in aws-auth of {cluster.id}"
    return f"has no access entry on {cluster.id}"


def _named(role: Value[Target | None]) -> str:
    if isinstance(role, Unknown) or role.value is None:
        return "the role of kubectl"
    found = role.value
    return f"the kubectl role {found.resource.logical_id if isinstance(found, Link) else found}"


def _lets_in(
    admission: _Admission, role: Value[Target | None], made: Callable[[ResourceId], Value[bool]], *, told: bool
) -> Value[bool]:
    """Whether a cluster lets a role in; `made` says of an access entry whether it is there."""
    if isinstance(role, Unknown):
        found = flatten(lift(lambda one: _lets_in(admission, Known(one, role.place), made, told=told), role))
        return found if False in known_in(found) else Unknown(role.reason, role.place)
    target, cluster = role.value, admission.cluster
    access = cluster.access
    if isinstance(target, Open) or target is None:
        return Unknown(str(target or "it has no role"), role.place)
    if isinstance(access.creator, Unknown):
        return Unknown(access.creator.reason, access.creator.place)
    if access.creator.value == target:
        return Known(value=True, place=access.creator.place)
    if access.creator.value is None and cluster.origin is Origin.CUSTOM_RESOURCE:  # as CDK v1 did: its handler made it
        return (
            Unknown("the assembly does not say who creates the cluster", access.creator.place)
            if told
            else Known(value=True)
        )
    if isinstance(access.mode, Unknown):
        return Unknown(access.mode.reason, access.mode.place)
    ways = (_by_entries(admission, target, made), _by_aws_auth(admission, target))
    return either(
        [way for way, modes in zip(ways, (BY_ENTRIES, BY_CONFIG_MAP), strict=True) if access.mode.value in modes]
    )


def _by_entries(admission: _Admission, role: str | Link, made: Callable[[ResourceId], Value[bool]]) -> Value[bool]:
    """Whether an access entry names the role."""
    answer = either([made(entry.at.resource) for entry in admission.entries.of(role)])
    if answer != Known(value=False):
        return answer
    doubt = admission.entries.doubt(role)
    if doubt:
        return doubt
    return Known(value=False) if _is_of_app(role) else Unknown("the app does not create the role")


def _by_aws_auth(admission: _Admission, role: str | Link) -> Value[bool]:
    """Whether aws-auth maps the role, in a manifest that comes as another role: this one is let in by it only later.

    A cluster and a role that one app makes have met in no aws-auth before: a deploy from nothing cannot succeed.
    """
    by_others = [found for found in admission.maps if admission.comes_as.get(found.at.resource) != Known(role)]
    answer = either([_maps(found, role) for found in by_others])
    if answer != Known(value=False):
        return answer
    return answer if _is_of_app(role) else Unknown("the app does not create the role")


class _Admission:
    """What of a cluster lets roles in, found once: access entries, and the manifests that write aws-auth or may."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.entries = Entries(cluster)
        self.maps = [found for found in cluster.manifests if _may_map(found)]
        self.comes_as = {consumer: found for provider in cluster.kubectl for consumer, found, _ in provider.acts_as}


def _may_map(manifest: Manifest) -> bool:
    return isinstance(manifest.objects, Unknown) or manifest.mapped_roles != Known(None)


def _maps(manifest: Manifest, role: str | Link) -> Value[bool]:
    if isinstance(manifest.objects, Unknown) or isinstance(manifest.mapped_roles, Unknown):
        return Unknown(f"{manifest.at.id} may map it in aws-auth", manifest.at.place)
    mapped = [one.role for one in manifest.mapped_roles.value or ()]
    if role in mapped:
        return Known(value=True, place=manifest.at.place)
    open_ = next((one for one in mapped if isinstance(one, Open)), None)
    return Unknown(f"{manifest.at.id} may map it in aws-auth: {open_}") if open_ else Known(value=False)


def _is_of_app(role: str | Link) -> bool:
    return isinstance(role, Link) and role.type == ROLE and role.attribute == "Arn"


def _comes_late(
    admission: _Admission, consumer: ResourceId, role: Value[Target | None], resources: Resources
) -> tuple[str, bool] | None:
    """The access entry that a resource does not wait for, and whether that is sure: another stack may be first."""
    if not isinstance(role, Known) or role.value is None or admission.cluster.access.creator == role:
        return None
    entries = [entry.at for entry in admission.entries.of(role.value)]
    order = [(at.id, resources.comes_first(at.resource, consumer)) for at in entries]
    if not entries or any(first for _, first in order):
        return None
    return next(((entry, True) for entry, first in order if first is False), (entries[0].id, False))


FACTS = (
    Fact(
        "kubectl.role_admitted",
        BOOLEAN,
        "Whether a cluster of the app admits the roles that kubectl uses: by an access entry, aws-auth, or as creator.",
        "true",
        _admitted,
        link=Part.HANDLER,
    ),
)
