"""Which names EKS refuses, and what it answers.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html,
https://docs.aws.amazon.com/eks/latest/userguide/create-managed-node-group.html,
https://github.com/aws/aws-cdk/issues/8706, https://github.com/pulumi/pulumi-eks/issues/426
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.cluster import Cluster
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix, snake_case
from eks_guard.model.nodes import NodeGroup
from eks_guard.model.value import Known, Value, known_in, lift
from eks_guard.policy.facts.properties import of_property
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import FargateProfile
    from eks_guard.policy.facts.fact import Context

ALPHABET = regex(r"[0-9A-Za-z][0-9A-Za-z_-]*")
RESERVED = "eks-"
"""Begins the names of Fargate profiles that EKS keeps for itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a thing is called, which option names it, how long that may be, what follows if longer, and what else."""

    what: str
    option: str
    in_template: str
    longest: int
    too_long: str
    else_refused: Callable[[str], str | None]


def _of_alphabet(name: str) -> str | None:
    if ALPHABET.fullmatch(name):
        return None
    foreign = [letter for letter in dict.fromkeys(name) if letter not in "-_" and not ALPHABET.fullmatch(letter)]
    holds = f"holds {', '.join(map(repr, foreign))}" if foreign else f"begins with {name[0]!r}" if name else "is empty"
    return f"{holds}: EKS takes letters, digits, hyphens and underscores, with a letter or digit first"


def _unreserved(name: str) -> str | None:
    answer = f"The fargate profile name starts with the reserved prefix: '{RESERVED}'."
    return f'begins with {RESERVED}: the deploy will fail with "{answer}"' if name.startswith(RESERVED) else None


OF_CLUSTERS = Rule("cluster", "clusterName", "Name: new-cluster", 100, "EKS takes at most 100", _of_alphabet)
OF_NODE_GROUPS = Rule(
    "node group",
    "nodegroupName",
    "NodegroupName: new-group",
    63,
    'the deploy will fail with "nodeGroupName can\'t be longer than 63 characters"',
    _of_alphabet,
)
OF_PROFILES = Rule(
    "Fargate profile",
    "fargateProfileName",
    "FargateProfileName: new-profile",
    100,
    'the deploy will fail with "The Fargate profile name parameter should not be greater than 100 characters."',
    _unreserved,
)


def refused(thing: Cluster | NodeGroup | FargateProfile, _: Context) -> tuple[Observation, ...]:
    """Whether EKS takes a name, for one that is not plainly good.

    Nothing is said of what is open altogether, and of other characters in a profile's name: no source has their rule.
    """
    name = thing.name
    if not known_in(name):
        return ()
    rule = (
        OF_CLUSTERS if isinstance(thing, Cluster) else OF_NODE_GROUPS if isinstance(thing, NodeGroup) else OF_PROFILES
    )
    if rule is OF_PROFILES and not any(ALPHABET.fullmatch(found) for found in known_in(name) if found):
        return ()
    why = lift(lambda found: None if found is None else _why(rule, found), name)
    accepted: Value[bool] = lift(lambda found: found is None, why)
    if all(known_in(accepted)) and not (isinstance(accepted, Known) or accepted.candidates):
        return ()
    shown = f"name {in_branches(name)}"
    says = f"the name of the {rule.what} {in_branches(lift(lambda found: found or 'is one that EKS takes', why))}"
    return (replace(of_property(rule.what, thing.at, shown, accepted, says, name.place), fix=_fix(rule)),)


def _fix(rule: Rule) -> Fix:
    new = f"new-{rule.what.split()[-1]}"
    limits = f"at most {rule.longest} letters, digits and hyphens, or no name at all"
    return Fix.of(
        f"Give the {rule.what} a name that EKS takes, or none",
        typescript=f"{rule.option}: '{new}',  // {limits}",
        python=f'{snake_case(rule.option)}="{new}",  # {limits}',
        cloudformation=f"{rule.in_template}  # {limits}",
    )


def _why(rule: Rule, name: str) -> str | None:
    if len(name) > rule.longest:
        return f"has {len(name)} characters: {rule.too_long}"
    return rule.else_refused(name)
