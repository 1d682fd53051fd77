"""Facts about roles of the app: whether the service that takes one is trusted, and whether its policies exist.

https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html,
https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.addons import Capability
from eks_guard.model.cluster import Cluster
from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix, snake_case
from eks_guard.model.kubectl import Step
from eks_guard.model.nodes import FargateProfile, NodeGroup
from eks_guard.model.resource import Link
from eks_guard.model.value import Known, Unknown, Value, known_in
from eks_guard.policy.facts.fact import Context, Fact, later
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.model.identity import Role
    from eks_guard.model.resource import DeployedStack, Target

Holder: TypeAlias = Cluster | NodeGroup | FargateProfile | Capability

CHINA, ISOLATED = "cn-", "-iso"
"""What begins the names of regions in China, and stands in those of partitions whose principals are not public."""
ISOLATED_SUFFIXES = ("c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov")
"""End the names of services in partitions that are cut off, which templates for all partitions list in a mapping:
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.region_info.RegionInfo.html (2.276.0)"""


@dataclass(frozen=True, slots=True)
class Taker:
    """A service that takes a role: its principal, and in China, what follows without it, and CDK's option and policies.

    No policy is the same for all capabilities: what each needs depends on what it is to do.
    """

    principal: str
    in_china: str
    refusal: str
    option: str
    policies: tuple[str, ...] = ()


OF_CLUSTERS = Taker(
    "eks.amazonaws.com",
    "eks.amazonaws.com",
    'EKS will refuse with "could not be assumed because it does not exist or the trusted entity is not correct"',
    "role",
    ("AmazonEKSClusterPolicy",),
)
OF_NODES = Taker(
    "ec2.amazonaws.com",
    "ec2.amazonaws.com.cn",
    'EKS will refuse with "Following required service principals [{}] were not found in the trust relationships of '
    'nodeRole"',
    "nodeRole",
    ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"),
)
"""The name in China is no other one of the same service to EKS: https://github.com/awslabs/cdk-eks-blueprints/issues/558"""
OF_PODS = Taker(
    "eks-fargate-pods.amazonaws.com",
    "eks-fargate-pods.amazonaws.com",
    'EKS will refuse with "Misconfigured PodExecutionRole Trust Policy; Please add the {} Service Principal"',
    "podExecutionRole",
    ("AmazonEKSFargatePodExecutionRolePolicy",),
)
OF_CAPABILITIES = Taker(
    "capabilities.eks.amazonaws.com",
    "capabilities.eks.amazonaws.com",
    "EKS cannot take the role, and creates no capability without one",
    "roleArn",
)


def _trusts_service(holder: Holder, context: Context) -> tuple[Observation, ...]:
    """One observation where the role is one of the app; regions that are cut off from the others are not judged."""
    taker, role = _taking(holder)
    principals = _principals(taker, context.estate.stack(holder.at.stack))
    links = [one for one in known_in(role) if isinstance(one, Link)]
    if not links or not principals:
        return ()
    trusts = in_each_branch(role, lambda found: _trusts(found, principals, holder, context))
    refused = (one for one in links if _trusts(Known(one), principals, holder, context) == Known(value=False))
    name = next(refused, links[0]).resource.logical_id
    says = f"the trust policy of {name} does not name {principals[0]}: {taker.refusal.format(principals[0])}"
    steps = (Step(0, "role", name, trusts.place),)
    fix = CAPABILITY_ROLE if taker is OF_CAPABILITIES else _role(taker, principals[0])
    return (Observation(trusts, says, role.place or holder.at.place, steps, fix, if_unknown=why_unknown(trusts)),)


def _taking(holder: Holder) -> tuple[Taker, Value[Target | None]]:
    """What takes a role of a thing, and the role."""
    if isinstance(holder, Cluster):
        return OF_CLUSTERS, holder.access.role
    if isinstance(holder, Capability):
        return OF_CAPABILITIES, holder.role
    return OF_NODES if isinstance(holder, NodeGroup) else OF_PODS, holder.role


def _principals(taker: Taker, stack: DeployedStack | None) -> tuple[str, ...]:
    """The names of the service in the region of a stack; all of them where that is open."""
    region = stack.region.value if stack and isinstance(stack.region, Known) else None
    if region is None:
        service = taker.principal.partition(".")[0]
        isolated = (f"{service}.{suffix}" for suffix in ISOLATED_SUFFIXES)
        return tuple(dict.fromkeys((taker.principal, taker.in_china, *isolated)))
    if ISOLATED in region:
        return ()
    return (taker.in_china if region.startswith(CHINA) else taker.principal,)


def _trusts(role: Value[Target | None], principals: tuple[str, ...], holder: Holder, context: Context) -> Value[bool]:
    """Whether a role trusts the service; one of another app, and one that is open, is taken to."""
    target = role.value if isinstance(role, Known) else None
    if not isinstance(target, Link):
        return Known(value=True)
    found = context.estate.resources.trusts(target, principals, holder.at.resource)
    return found or Unknown("the role is not one of this app")


def _policies_exist(role: Role, context: Context) -> tuple[Observation, ...]:
    """One observation for each policy that is in doubt, else one for all."""
    if role.policies == ():
        return ()
    if in_doubt(role, context.tables.managed_policies) or is_cut_off(role.at.stack, context):
        return _each_exists(role, context)
    says = f"AWS has the policies that {role.at.id} names"
    return (Observation(Known(value=True), says, role.at.place),)


def is_cut_off(stack: str, context: Context) -> bool:
    """Whether a stack goes to a region that is cut off from the others."""
    found = context.estate.stack(stack)
    return bool(found and isinstance(found.region, Known) and ISOLATED in found.region.value)


def in_doubt(role: Role, known: Collection[str]) -> bool:
    """Whether a role names other policies of AWS than those that are known, or may."""
    return role.policies is None or any(policy not in known for policy in role.policies)


_each_exists = later("eks_guard.policy.facts.managed_policy", "policies_exist")


@cache
def _role(taker: Taker, principal: str) -> Fix:
    """A role that the service may take, with the policies that it needs: the same for each that lacks one."""
    option, name = taker.option, taker.option[0].upper() + taker.option[1:]
    in_typescript = f"new iam.ServicePrincipal('{principal}')"
    in_python = f'iam.ServicePrincipal("{principal}")'
    if principal != taker.principal:  # CDK would turn it into the other one
        in_typescript = f"iam.ServicePrincipal.fromStaticServicePrincipleName('{principal}')"
        in_python = f'iam.ServicePrincipal.from_static_service_principle_name("{principal}")'
    return Fix.of(
        f"Let {principal} take the role",
        module="iam",
        typescript=f"{option}: new iam.Role(this, '{name}', {{\n  assumedBy: {in_typescript},\n  managedPolicies: ["
        + "".join(f"\n    iam.ManagedPolicy.fromAwsManagedPolicyName('{policy}')," for policy in taker.policies)
        + "\n  ],\n}),",
        python=f'{snake_case(option)}=iam.Role(\n    self,\n    "{name}",\n    assumed_by={in_python},\n'
        "    managed_policies=["
        + "".join(f'\n        iam.ManagedPolicy.from_aws_managed_policy_name("{one}"),' for one in taker.policies)
        + "\n    ],\n),",
        cloudformation='AssumeRolePolicyDocument:  # of the role\n  Version: "2012-10-17"\n  Statement:\n'
        f"    - {{Effect: Allow, Principal: {{Service: {principal}}}, Action: sts:AssumeRole}}",
    )


CAPABILITY_ROLE = Fix.of(
    f"Let {OF_CAPABILITIES.principal} take the role and tag its sessions",
    module="iam",
    typescript=f"""roleArn: new iam.Role(this, 'CapabilityRole', {{
  assumedBy: new iam.SessionTagsPrincipal(new iam.ServicePrincipal('{OF_CAPABILITIES.principal}')),
}}).roleArn,""",
    python=f"""role_arn=iam.Role(
    self,
    "CapabilityRole",
    assumed_by=iam.SessionTagsPrincipal(iam.ServicePrincipal("{OF_CAPABILITIES.principal}")),
).role_arn,""",
    cloudformation=f"""AssumeRolePolicyDocument:  # of the role
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: {{Service: {OF_CAPABILITIES.principal}}}
      Action: [sts:AssumeRole, sts:TagSession]""",
)
FACTS = (
    Fact(
        "role.trusts_service",
        BOOLEAN,
        (
            "Whether the role of a cluster, a managed node group, a Fargate profile or a capability trusts the service "
            "that takes it; for nodes in China, ec2.amazonaws.com.cn."
        ),
        "true",
        _trusts_service,
        match=("cluster", "nodegroup", "fargate-profile", "capability"),
    ),
    Fact(
        "role.policies_exist",
        BOOLEAN,
        (
            "Whether AWS has each policy of its own that a role names, as its boundary, too, and lets it have it, and "
            "whether all have ARNs of the role's partition; one observation for each policy that is in doubt."
        ),
        "true",
        _policies_exist,
        match=("role",),
    ),
)
