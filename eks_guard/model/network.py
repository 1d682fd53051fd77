"""What security groups let a function of the app do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_guard.model.value import Value


@dataclass(frozen=True, slots=True)
class Passage:
    """Whether a function gets out to AWS by its groups, and into the cluster by those of the cluster, on TCP 443.

    A function whose groups are outside of the app is taken to get through: nothing says otherwise.
    """

    out: Value[bool]
    into_cluster: Value[bool]
