"""The kinds of resolutions, under the name by which the resolver knows them."""

from eks_guard.assembly.following.resolution import (
    MAX_HOPS,
    Absent,
    Attribute,
    Choice,
    Literal,
    Resolution,
    Unresolved,
    endless,
    reason_of,
)

__all__ = ["MAX_HOPS", "Absent", "Attribute", "Choice", "Literal", "Resolution", "Unresolved", "endless", "reason_of"]
