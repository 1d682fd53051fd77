"""The packs that come with eks-guard, compiled: a `check` parses no YAML and checks nothing that tests have checked.

`make docs` writes `builtin.json` out of `policies/`; a test keeps the two equal.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from eks_guard.errors import PolicyError
from eks_guard.model.policy import Policy
from eks_guard.policy.build import build_policy
from eks_guard.policy.names import nearest

COMPILED = Path(__file__).parent / "builtin.json"


@cache
def _compiled() -> dict[str, list[dict[str, Any]]]:
    packs: dict[str, list[dict[str, Any]]] = json.loads(COMPILED.read_text(encoding="utf-8"))
    return packs


def builtin_packs() -> tuple[str, ...]:
    """The names of the packs."""
    return tuple(_compiled())


def builtin_ids() -> tuple[str, ...]:
    """The ids of all built-in policies."""
    return tuple(policy["id"] for policies in _compiled().values() for policy in policies)


def load_pack(name: str) -> tuple[Policy, ...]:
    """The policies of a pack. Raises PolicyError for a name that is none."""
    packs = _compiled()
    if name not in packs:
        hint = nearest(name, list(packs))
        raise PolicyError([f"pack {name!r}: found no such pack, expected one of {', '.join(packs)}{hint}"])
    return tuple(build_policy(data, name) for data in packs[name])
