"""The lines that let an add-on call AWS: a role, or a policy for the one that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.fix import Fix

if TYPE_CHECKING:
    from eks_guard.data.rows import AddonNeed


def with_policy(need: AddonNeed) -> Fix:
    """The policy that AWS recommends, for the role that the add-on has."""
    policy = need.policy
    return Fix.of(
        f"Attach {policy.rpartition('/')[2]} to the role",
        module="iam",
        typescript=f"role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('{policy}'));",
        python=f'role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name("{policy}"))',
        cloudformation=f"""# of the role
ManagedPolicyArns:
  - !Sub arn:${{AWS::Partition}}:iam::aws:policy/{policy}
""",
    )


def with_role(need: AddonNeed) -> Fix:
    """A role of its own through an association."""
    account = need.service_accounts[0]
    return Fix.of(
        f"Give {account} a role with {need.policy.rpartition('/')[2]}",
        module="iam",
        typescript=f"""const role = new iam.Role(this, 'AddonRole', {{
  assumedBy: new iam.SessionTagsPrincipal(new iam.ServicePrincipal('pods.eks.amazonaws.com')),
  managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('{need.policy}')],
}});
// the properties of the CfnAddon; of an eks.Addon: (addon.node.defaultChild as eks.CfnAddon)
podIdentityAssociations: [{{ serviceAccount: '{account}', roleArn: role.roleArn }}],
// and the agent, once for a cluster without Auto Mode:
new eks.CfnAddon(this, 'PodIdentityAgent', {{ clusterName: cluster.clusterName, addonName: 'eks-pod-identity-agent' }});
""",
        python=f"""role = iam.Role(
    self,
    "AddonRole",
    assumed_by=iam.SessionTagsPrincipal(iam.ServicePrincipal("pods.eks.amazonaws.com")),
    managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("{need.policy}")],
)
# in the properties of the CfnAddon; for an eks.Addon: addon.node.default_child
pod_identity_associations=[
    eks.CfnAddon.PodIdentityAssociationProperty(service_account="{account}", role_arn=role.role_arn)
],
# and the agent, once per cluster without Auto Mode:
eks.CfnAddon(self, "PodIdentityAgent", cluster_name=cluster.cluster_name, addon_name="eks-pod-identity-agent")
""",
        cloudformation=f"""# AddonRole: a role with {need.policy.rpartition("/")[2]} that trusts pods.eks.amazonaws.com
# (sts:AssumeRole and sts:TagSession); the cluster also needs the add-on eks-pod-identity-agent
PodIdentityAssociations:
  - ServiceAccount: {account}
    RoleArn: !GetAtt AddonRole.Arn
""",
    )
