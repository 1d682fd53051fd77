"""The follower under the name by which the resolver knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.follower import Follower

if TYPE_CHECKING:
    from eks_guard.assembly.cloud_assembly import CloudAssembly


class References(Follower):
    """The follower of an assembly, with what that has found already."""

    def __init__(self, assembly: CloudAssembly) -> None:
        super().__init__(assembly)
        self.memory = assembly.follower.memory
