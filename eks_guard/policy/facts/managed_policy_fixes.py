"""What to write instead of a policy that a role cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.fix import Fix, in_comment
from eks_guard.model.identity import OPEN
from eks_guard.model.nodes import OPEN_PIECE

if TYPE_CHECKING:
    from eks_guard.model.identity import NamedPolicy

_NAME = regex(r"[\w+=,.@/-]+")


def fix_of(policy: NamedPolicy, right: str | None) -> Fix:
    """The policy of AWS that is right, else one of the account by its ARN, else what to do without one."""
    wrong = (policy.name if policy.partition and not policy.is_elsewhere else policy.arn).replace(OPEN, OPEN_PIECE)
    if right and (policy.is_of_aws or policy.partition is None):
        typescript = f"iam.ManagedPolicy.fromAwsManagedPolicyName('{right}'),"
        python = f'iam.ManagedPolicy.from_aws_managed_policy_name("{right}"),'
        return _naming(policy, right, f"arn:${{AWS::Partition}}:iam::aws:policy/{right}", (typescript, python), wrong)
    if _NAME.fullmatch(policy.name) and not policy.is_of_aws:
        arn = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{policy.name}"
        typescript = f"iam.ManagedPolicy.fromManagedPolicyName(this, 'Named', '{policy.name}'),"
        python = f'iam.ManagedPolicy.from_managed_policy_name(self, "Named", "{policy.name}"),'
        return _naming(policy, policy.name, arn, (typescript, python), wrong)
    return _leave_out(policy, wrong) if policy.partition else _spell_out(wrong)


def _naming(policy: NamedPolicy, name: str, arn: str, lines: tuple[str, str], wrong: str) -> Fix:
    instead = f"instead of {in_comment(wrong)}"
    typescript, python = lines
    listed = f"ManagedPolicyArns:  # {instead}\n  - !Sub {arn}"
    return Fix.of(
        f"Name the {'boundary' if policy.bounds else 'policy'} {name}",
        module="iam",
        typescript=f"{'permissionsBoundary: ' if policy.bounds else ''}{typescript}  // {instead}",
        python=f"{'permissions_boundary=' if policy.bounds else ''}{python}  # {instead}",
        cloudformation=f"PermissionsBoundary: !Sub {arn}  # {instead}" if policy.bounds else listed,
    )


def _leave_out(policy: NamedPolicy, wrong: str) -> Fix:
    what = "to bound the role with" if policy.bounds else "for what the role needs"
    says = f"without {in_comment(wrong)}: write a policy of your own {what}"
    needs = "to bound it with" if policy.bounds else "for what it needs"
    return Fix.of(
        f"Take {wrong} out of the role, and write a policy of your own {needs}",
        typescript=f"// {says}",
        python=f"# {says}",
        cloudformation=f"# {says}",
    )


def _spell_out(wrong: str) -> Fix:
    says = f"instead of {in_comment(wrong)}: arn:aws:iam::aws:policy/… of AWS, or arn:aws:iam::111122223333:policy/…"
    return Fix.of(
        "Write the whole ARN of the policy",
        typescript=f"// {says}",
        python=f"# {says}",
        cloudformation=f"# {says}",
    )
