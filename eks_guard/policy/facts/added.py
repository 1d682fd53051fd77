"""Facts of installed packages, loaded when a configuration names their entry point, and from nowhere else.

A repository may name a package; it cannot bring one: only what is installed beside the running Python is looked at, and
nothing in the working folder is imported in its place.
"""

from __future__ import annotations

import sys
import sysconfig
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.policy.facts.fact import Fact
from eks_guard.policy.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from importlib.metadata import EntryPoint

GROUP = "eks_guard.facts"


def add_facts(name: str, facts: MutableMapping[str, Fact[Any]], folders: tuple[str, ...] | None = None) -> None:
    """Add the facts of an entry point to those that are known. Raises ValueError saying what is wrong with it.

    `folders` are where packages are installed, by default those of the running Python.
    """
    found = dict(_entry_points(folders or site_folders()))
    if name not in found:
        hint = nearest(name, sorted(found)) or f"; installed are {', '.join(sorted(found)) or 'none'}"
        raise ValueError(f"found {name!r}, which is not an entry point of {GROUP} in an installed package{hint}")
    with _without_working_folder():
        added = found[name].load()
    if not isinstance(added, tuple | list) or not all(isinstance(fact, Fact) for fact in added):
        raise ValueError(f"{found[name].value}: found {type(added).__name__}, expected a tuple of eks_guard.facts.Fact")
    for fact in added:
        if facts.setdefault(fact.name, fact) is not fact:
            says = f"{fact.name} is the name of another fact; start the name with your own prefix"
            raise ValueError(f"{found[name].value}: {says}")


def site_folders() -> tuple[str, ...]:
    """Where the packages of the running Python are installed."""
    return tuple(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))


def _entry_points(folders: tuple[str, ...]) -> Iterator[tuple[str, EntryPoint]]:
    for distribution in distributions(path=list(folders)):
        yield from ((entry.name, entry) for entry in distribution.entry_points if entry.group == GROUP)


@contextmanager
def _without_working_folder() -> Iterator[None]:
    """Import as if Python had been started elsewhere: `python -m` puts the working folder first."""
    before, here = list(sys.path), str(Path.cwd())
    sys.path[:] = [entry for entry in before if entry not in ("", ".", here)]
    try:
        yield
    finally:
        sys.path[:] = before
