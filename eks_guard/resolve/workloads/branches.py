"""What a manifest holds in each branch of a deployment, where parameters or conditions choose parts of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.composed import combinations
from eks_guard.assembly.following.resolution import Choice
from eks_guard.model.value import Candidate, T, Unknown
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.stack import Resource

MAX_BRANCHES = 16
"""A manifest with more branches than this is judged without the parts that differ."""


def branches_of(manifest: Resource, content_of: Callable[[Resource], T]) -> Unknown[T] | None:
    """Return what a manifest may hold; None where nothing chooses between a few texts of it."""
    raw = manifest.properties.raw
    pieces = list(manifest.properties.child("Manifest", raw["Manifest"]).parts())
    chosen = next((piece for piece in pieces if isinstance(piece, Choice)), None)
    cases = combinations(pieces) if chosen else None
    if chosen is None or cases is None or not 1 < len(cases) <= MAX_BRANCHES:
        return None
    candidates = []
    for when, case in cases:
        properties = {**raw, "Manifest": {"Fn::Join": ["", case]}}
        one = replace(manifest, body={**manifest.body, "Properties": properties})
        candidates.append(Candidate(content_of(one), when))
    return Unknown(chosen.reason, manifest.place, tuple(candidates))
