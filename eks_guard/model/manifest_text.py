"""The text of a manifest, parsed."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from eks_guard.records import dataclass


@dataclass(frozen=True, slots=True)
class ManifestText:
    """What the text of a manifest holds: JSON, in which unknown parts stand for what only a deployment knows.

    `size` is the length of the text; `mistake` says why it is no JSON, whatever the deployment adds; `repeated` are
    the keys that an object has twice.
    """

    json: Any = field(compare=False)
    size: int
    mistake: str | None = None
    repeated: tuple[str, ...] = ()
