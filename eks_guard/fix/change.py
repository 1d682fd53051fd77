"""What a recipe is given, and what it returns: edits, or the reason why there are none."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.data import Tables
    from eks_guard.data.rows import LayerPackage
    from eks_guard.fix.edits import Edit
    from eks_guard.fix.names import Names
    from eks_guard.fix.source import Refusal
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Finding


class Safety(StrEnum):
    """Whether an edit is written by default, or only where its policy is asked for by `--policy`."""

    SAFE = "safe"
    REVIEW = "review"


Announced: TypeAlias = tuple[str, tuple[str, ...]]
"""A type of resource that an edit changes, and which of its properties; where none is named, all of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """The edits of one finding. `place` is where they begin, `sets` names what is set where.

    `package` is the layer package that a source file needs from now on, `file` that file.
    """

    edits: tuple[Edit, ...]
    place: str
    sets: str
    announces: tuple[Announced, ...]
    package: LayerPackage | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A finding to be mended, with the whole project and all clusters of the assembly around it."""

    finding: Finding
    cluster: Cluster | None
    clusters: tuple[Cluster, ...]
    names: Names
    tables: Tables
    failing: frozenset[str] = frozenset()
    """The subjects of all failures of the policy that are to be mended."""
    sharing: frozenset[str] = frozenset()
    """All subjects of the policy that the same line makes."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How findings of some policies are mended. `update` is the kind of update that EKS makes of it, one at a time.

    `deploy` says what the deploy will do, for edits that need a review.
    """

    policies: tuple[str, ...]
    propose: Callable[[Job], Change | Refusal]
    safety: Safety
    update: str | None = None
    deploy: str = ""
