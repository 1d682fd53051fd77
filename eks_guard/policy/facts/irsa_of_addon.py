"""What is observed of the role of an add-on that is to come by web identity tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Observation
from eks_guard.model.fix import Fix
from eks_guard.model.kubectl import Step
from eks_guard.model.resource import Link
from eks_guard.model.value import Known
from eks_guard.policy.facts.irsa import REFUSED
from eks_guard.policy.facts.properties import in_each_branch, why_unknown
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.addons import Addon
    from eks_guard.model.identity import ServiceAccountRole
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Value
    from eks_guard.policy.facts.fact import Context


def of_addon(addon: Addon, role: ServiceAccountRole, context: Context) -> tuple[Observation, ...]:
    """Return what is observed of a role that an add-on names, and that trusts no provider of a cluster."""
    says = f"{addon.at.id} names {role.at.id}, which trusts no web identity: its pods will get {REFUSED}"
    steps = (
        Step(0, "addon", "ServiceAccountRoleArn names the role", addon.role.place or addon.at.place),
        Step(1, "role", f"{role.at.id} trusts no OIDC provider", role.at.place),
    )
    need = context.tables.addon_needs.get(addon.name.value or "") if isinstance(addon.name, Known) else None
    fix = _by_association(need.service_accounts[0]) if need else None
    remedy = "Let the role trust the cluster's OIDC provider, or pass one that trusts EKS Pod Identity."
    other = in_each_branch(addon.role, lambda named: Known(not _is_link_to(named, role)))
    fine: Value[bool] = replace(other, place=role.at.place)
    return (Observation(fine, says, role.at.place, steps, fix=fix, remedy=remedy, if_unknown=why_unknown(fine)),)


def _is_link_to(named: Value[Target | None], role: ServiceAccountRole) -> bool:
    """Whether a property names a role; one that is open is taken to be another one."""
    return isinstance(named, Known) and isinstance(named.value, Link) and named.value.resource == role.at.resource


def _by_association(account: str) -> Fix:
    """The role of an add-on by EKS Pod Identity, which its trust is to name."""
    where = "instead of serviceAccountRoleArn; the role trusts pods.eks.amazonaws.com"
    return Fix.of(
        f"Give {account} the role through EKS Pod Identity",
        typescript=f"podIdentityAssociations: [{{ serviceAccount: '{account}', roleArn: role.roleArn }}],  // {where}",
        python=f"pod_identity_associations=[  # {where}\n"
        f'    eks.CfnAddon.PodIdentityAssociationProperty(service_account="{account}", role_arn=role.role_arn)\n],',
        cloudformation="PodIdentityAssociations:  # instead of ServiceAccountRoleArn; the role trusts "
        f"pods.eks.amazonaws.com\n  - ServiceAccount: {account}\n    RoleArn: !GetAtt Role.Arn",
    )
