"""The lines that close the public endpoint where CDK refuses the usual ones: in subnets that all are public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.fix import Fix
from eks_guard.model.resource import Link
from eks_guard.model.value import Known
from eks_guard.policy.facts.fixes import is_import_of_v1
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Observation
    from eks_guard.model.resource import ResourceId
    from eks_guard.policy.facts.fact import Context

REMEDY = (
    "Give the VPC private subnets with a route out, and the cluster, and deploy; then make the endpoint private in a "
    "deploy of its own. All subnets of the cluster are public, and CDK refuses a private or limited endpoint there: "
    '"Vpc must contain private subnets when public endpoint access is disabled".'
)
FIX = Fix.of(
    "Give the cluster private subnets, then a private endpoint",
    typescript="""\
// in subnetConfiguration of the VPC: { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }
vpcSubnets: [{ subnetType: ec2.SubnetType.PUBLIC }, { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
endpointAccess: eks.EndpointAccess.PRIVATE,  // in the next deploy""",
    python="""\
# in subnet_configuration of the VPC:
# ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
vpc_subnets=[
    ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
],
endpoint_access=eks.EndpointAccess.PRIVATE,  # in the next deploy""",
    module="ec2",
)


def with_private_subnets(
    cluster: Cluster, context: Context, observed: tuple[Observation, ...]
) -> tuple[Observation, ...]:
    """The observations of an endpoint, with what comes first where CDK made the cluster in public subnets alone."""
    if not _is_made_by_cdk(cluster) or not _is_in_public_subnets(cluster, context):
        return observed
    return tuple(replace(observation, fix=FIX, remedy=REMEDY) for observation in observed)


def _is_made_by_cdk(cluster: Cluster) -> bool:
    """Whether a `Cluster` of aws-eks or aws-eks-v2 made it, which look at the subnets."""
    is_v2 = cluster.origin is Origin.CLOUDFORMATION and bool(cluster.kubectl) and not is_import_of_v1(cluster)
    return is_v2 or cluster.origin is Origin.CUSTOM_RESOURCE


def _is_in_public_subnets(cluster: Cluster, context: Context) -> bool:
    """Whether all subnets of the control plane are in the app, and their instances get public addresses."""
    subnets = cluster.network.subnets
    named = subnets.value if isinstance(subnets, Known) else ()
    public = context.once_for_all(_public_subnets)
    return bool(named) and all(isinstance(one, Link) and one.resource in public for one in named)


def _public_subnets(estate: Estate) -> frozenset[ResourceId]:
    return frozenset(one.at.resource for one in estate.subnets if one.has_public_addresses == Known(value=True))
