"""Whether EKS has an add-on of the name that is written.

The table lists those of AWS; one of the marketplace has the vendor in front of an underscore and is not judged. A name
that lacks its prefix, or spells one of the list in another way, is that of no add-on to come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix, in_comment
from eks_guard.model.value import known_in, lift
from eks_guard.policy.facts.properties import of_property, settled
from eks_guard.records import replace
from eks_guard.spelling import slip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.addons import Addon
    from eks_guard.model.finding import Observation
    from eks_guard.policy.facts.fact import Context

MARKETPLACE = "_"
"""Stands behind the vendor: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-vendors.html"""
OWN = ("aws-", "amazon-", "eks-")
"""Begin the names of some add-ons of AWS, which people leave out, or write where there is none."""
DRIVER = "-driver"
CORE = ("vpc-cni", "coredns", "kube-proxy")
"""What each cluster has, and AWS under these names alone."""


def exists(addon: Addon, context: Context) -> tuple[Observation, ...]:
    """One observation where no add-on of AWS has the name, or may have."""
    names = context.tables.addon_names
    doubtful = [name for name in known_in(addon.name) if name and _is_there(name, names) is not True]
    if not doubtful:
        return ()
    wrong = next((name for name in doubtful if _is_there(name, names) is False), doubtful[0])
    meant = _meant(wrong, names) or slip(wrong, names)
    but = f", but {meant}" if meant else ""
    why = f"AWS had no add-on {wrong} on {context.tables.used['addon_names']}{but}; it may be new"
    there = settled(lift(lambda name: _is_there(name, names) if name else True, addon.name), why)
    says = (
        f"{addon.at.id} names the add-on {wrong}, which EKS has as {meant}: "
        'the deploy will fail with "Addon specified is not supported"'
    )
    shown = f"AddonName {in_branches(addon.name)}"
    observed = of_property("addon", addon.at, shown, there, says, addon.name.place)
    if meant is None or _is_there(wrong, names) is None:
        return (
            replace(
                observed, settled_by=f"Ask EKS: `aws eks describe-addon-versions --addon-name {in_comment(wrong)}`."
            ),
        )
    return (replace(observed, fix=_fix(meant), remedy=f"Name the add-on {meant}."),)


def _is_there(name: str, names: Sequence[str]) -> bool | None:
    if name in names or MARKETPLACE in name:
        return True
    return False if _meant(name, names) else None


def _meant(name: str, names: Sequence[str]) -> str | None:
    """The add-on that a name is surely meant for; EKS may take one in other letters."""
    if name.lower() in names:
        return None
    bare = _bare(name)
    of_core = next((one for one in CORE if name in (f"{own}{one}" for own in OWN)), None)
    shorter = (one for one in names if len(one) > len(name) and _bare(one) == bare)
    joined = (one for one in names if one.replace("-", "") == name.replace("-", "").lower())
    found = of_core or next(shorter, None) or next(joined, None)
    return found or (None if any(map(str.isdigit, name)) else slip(name, names, changed=False))


def _bare(name: str) -> str:
    start = next((own for own in OWN if name.startswith(own)), "")
    return name.removeprefix(start).removesuffix(DRIVER)


def _fix(name: str) -> Fix:
    return Fix.of(
        f"Name the add-on {name}",
        typescript=f"addonName: '{name}',",
        python=f'addon_name="{name}",',
        cloudformation=f"AddonName: {name}",
    )
