"""The lines that let the role of nodes into a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.cluster import Origin
from eks_guard.model.fix import Fix

if TYPE_CHECKING:
    from eks_guard.model.cluster import Cluster

BY_MAPPING = Fix.of(
    "Map the role of the nodes in aws-auth",
    typescript="""cluster.awsAuth.addRoleMapping(nodeRole, {  // nodeRole: the role of the nodes
  username: 'system:node:{{EC2PrivateDNSName}}',
  groups: ['system:bootstrappers', 'system:nodes'],
});""",
    python="""cluster.aws_auth.add_role_mapping(  # node_role: the role of the nodes
    node_role,
    username="system:node:{{EC2PrivateDNSName}}",
    groups=["system:bootstrappers", "system:nodes"],
)""",
)
IN_MANIFEST = Fix.of(
    "Map the role of the nodes in the manifest of aws-auth",
    typescript="""// in the list that is mapRoles of the aws-auth manifest; nodeRole: the role of the nodes
{
  rolearn: nodeRole.roleArn,
  username: 'system:node:{{EC2PrivateDNSName}}',
  groups: ['system:bootstrappers', 'system:nodes'],
},""",
    python="""# in the list that is mapRoles of the aws-auth manifest; node_role: the role of the nodes
{
    "rolearn": node_role.role_arn,
    "username": "system:node:{{EC2PrivateDNSName}}",
    "groups": ["system:bootstrappers", "system:nodes"],
},""",
)
BY_ENTRY = Fix.of(
    "Give the role of the nodes an access entry",
    typescript="""new eks.CfnAccessEntry(this, 'NodesEntry', {  // nodeRole: the role of the nodes
  clusterName: cluster.clusterName,
  principalArn: nodeRole.roleArn,
  type: 'EC2_LINUX',
});""",
    python="""eks.CfnAccessEntry(  # node_role: the role of the nodes
    self, "NodesEntry", cluster_name=cluster.cluster_name, principal_arn=node_role.role_arn, type="EC2_LINUX"
)""",
    cloudformation="""# a resource of its own: AWS::EKS::AccessEntry
ClusterName: !Ref Cluster
PrincipalArn: !GetAtt NodeRole.Arn
Type: EC2_LINUX""",
)


def admitting(cluster: Cluster, *, by_entry: bool) -> Fix:
    """An access entry; else a mapping by the construct of aws-eks, which alone keeps an aws-auth, or in a manifest."""
    if by_entry:
        return BY_ENTRY
    return BY_MAPPING if cluster.origin is Origin.CUSTOM_RESOURCE else IN_MANIFEST
