"""What a shell offers behind the options; typer asks one of these for each. A mistake in a file offers nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.cli.arguments import read_config
from eks_guard.cli.options import DEFAULT_PATH
from eks_guard.errors import EksGuardError
from eks_guard.model.outcome import Severity
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.policy.selection import own_policies
from eks_guard.report import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLE = "_EKS_GUARD_COMPLETE"
"""Set by a shell that asks what may follow; the scripts are typer's."""
ENDINGS = {Format.JSON: "json", Format.SARIF: "sarif", Format.JUNIT: "xml", Format.MARKDOWN: "md", Format.HTML: "html"}
"""The formats that are usually written to a file, with its ending."""


def packs(incomplete: str) -> list[str]:
    """The names of the packs."""
    return _that_begin(incomplete, builtin_packs())


def policies(incomplete: str) -> list[tuple[str, str]]:
    """The ids of all policies with their titles, those of the project included."""
    built_in = [policy for pack in builtin_packs() for policy in load_pack(pack)]
    try:
        found = [*built_in, *own_policies(read_config(None))]
    except EksGuardError:
        found = built_in
    return [(policy.id, policy.title) for policy in found if policy.id.startswith(incomplete)]


def names(incomplete: str) -> list[tuple[str, str]]:
    """Packs and policies, as `--select` and `--ignore` take them."""
    return [(pack, "all policies of this pack") for pack in packs(incomplete)] + policies(incomplete)


def formats(incomplete: str) -> list[str]:
    """The formats of `check`."""
    return _that_begin(incomplete, Format)


def outputs(incomplete: str) -> list[str]:
    """Format and a file of it."""
    return _that_begin(incomplete, (f"{name}=eks-guard.{ending}" for name, ending in ENDINGS.items()))


def severities(incomplete: str) -> list[str]:
    """The severities, the lowest first."""
    return _that_begin(incomplete, map(str, sorted(Severity)))


def schemas(incomplete: str) -> list[str]:
    """What has a JSON Schema."""
    from eks_guard.policy.catalogue import READ, WRITTEN  # noqa: PLC0415 (it brings pydantic, which only this needs)

    return _that_begin(incomplete, (*WRITTEN, *READ))


def stacks(incomplete: str) -> list[str]:
    """The stacks of the assembly that the command line names so far."""
    from eks_guard.assembly.load import load  # noqa: PLC0415 (only this one reads an assembly)

    named = (word for word in words_so_far(os.environ)[2:] if not word.startswith("-") and Path(word).exists())
    try:
        found = {stack.id for stack in load(next(named, DEFAULT_PATH)).stacks}
    except EksGuardError:
        return []
    return _that_begin(incomplete, sorted(found))


def words_so_far(environment: Mapping[str, str]) -> list[str]:
    """Return the command line that a shell asks about; empty where none asks."""
    line = environment.get("COMP_WORDS") or environment.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split() if VARIABLE in environment else []


def _that_begin(incomplete: str, words: Iterable[str]) -> list[str]:
    return [str(word) for word in words if word.startswith(incomplete)]
