"""Which policies an audit asks: those of the packs, those of the project, less what the configuration disables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eks_guard.errors import PolicyError
from eks_guard.policy.names import nearest
from eks_guard.policy.packs import builtin_ids, load_pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eks_guard.model.policy import Policy
    from eks_guard.policy.config import Config

DEFAULT_PACKS = ("deploy-safety", "baseline")


def select_policies(
    config: Config, packs: Sequence[str] = (), more: Sequence[Path] = ()
) -> tuple[tuple[str, ...], tuple[Policy, ...]]:
    """The packs that apply and all policies; what the command line names comes before or beside the configuration's.

    Raises PolicyError for a name that is none.
    """
    packs = packs or (DEFAULT_PACKS if config.packs is None else config.packs)
    policies = [policy for pack in packs for policy in load_pack(pack)]
    policies += own_policies(config, more)
    _check_names(policies, config)
    seen = {policy.id: policy for policy in policies if policy.id not in config.disable}
    if len({policy.id for policy in policies}) != len(policies):
        twice = sorted({p.id for p in policies if sum(q.id == p.id for q in policies) > 1})
        raise PolicyError([f"policy {name!r}: found twice, expected an id of its own" for name in twice])
    return tuple(packs), tuple(
        replace(policy, severity=config.severity.get(policy.id, policy.severity)) for policy in seen.values()
    )


def own_policies(config: Config, more: Sequence[Path] = ()) -> tuple[Policy, ...]:
    """The policies that the configuration and the command line name. Raises PolicyError if one is wrong."""
    paths = [*(config.folder / path for path in config.policies), *more]
    if not paths:
        return ()
    from eks_guard.policy.compile import load_policies  # noqa: PLC0415 (YAML and its checks, for own policies only)

    return load_policies(paths)


def _check_names(policies: Sequence[Policy], config: Config) -> None:
    """A name in the configuration that matches no policy is a mistake, never silence."""
    known = sorted({policy.id for policy in policies})
    every = sorted({*known, *builtin_ids()})
    named = [("disable", name) for name in config.disable] + [("severity", name) for name in config.severity]
    named += [("waivers", waiver.policy) for waiver in config.waivers]
    mistakes = [
        f"{config.folder / 'eks-guard.yaml'}: {where}: found {name!r}, which is no policy{nearest(name, every)}"
        for where, name in named
        if name not in every
    ]
    if mistakes:
        raise PolicyError(mistakes)
