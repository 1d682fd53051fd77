"""The packs that come with eks-guard, compiled: a `check` parses no YAML and checks nothing that tests have checked.

`make docs` writes `builtin.json` out of `policies/`; a test keeps the two equal.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from eks_guard.errors import PolicyError
from eks_guard.model.policy import Policy
from eks_guard.policy.build import build_policy
from eks_guard.policy.names import nearest

WITH_STANDARD = frozenset({"cis-eks", "pci-dss", "aws-security-hub", "aws-well-architected-eks"})
"""The packs that stand for a published standard, so that no other audit reads its table; a test keeps the two equal."""
COMPILED = Path(__file__).parent / "builtin.json"


@cache
def _compiled() -> dict[str, list[dict[str, Any]]]:
    packs: dict[str, list[dict[str, Any]]] = json.loads(COMPILED.read_bytes())
    return packs


def builtin_packs() -> tuple[str, ...]:
    """The names of the packs."""
    return tuple(_compiled())


def builtin_ids() -> tuple[str, ...]:
    """The ids of all built-in policies."""
    return tuple(policy["id"] for policies in _compiled().values() for policy in policies)


def builtin_names() -> tuple[tuple[str, str], ...]:
    """Id and pack of every built-in policy."""
    return tuple((policy["id"], pack) for pack, policies in _compiled().items() for policy in policies)


@lru_cache(maxsize=64)
def load_builtin(ids: frozenset[str]) -> tuple[Policy, ...]:
    """The built-in policies with these ids, pack by pack, built once for all apps of a run."""
    return tuple(
        build_policy(policy, pack)
        for pack, policies in _compiled().items()
        for policy in policies
        if policy["id"] in ids
    )


def load_pack(name: str) -> tuple[Policy, ...]:
    """The policies of a pack. Raises PolicyError for a name that is none."""
    if mistakes := wrong_pack(name):
        raise PolicyError(mistakes)
    return tuple(build_policy(data, name) for data in _compiled()[name])


def wrong_pack(name: str, where: str = "--pack") -> list[str]:
    """What is wrong with a name that is no pack; empty for one that is. `where` says who names it."""
    packs = _compiled()
    if name in packs:
        return []
    hint = nearest(name, list(packs))
    return [f"{where}: found {name!r}, which is not a pack; expected one of {', '.join(packs)}{hint}"]
