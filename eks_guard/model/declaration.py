"""What a project says about what its assembly cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.given import GivenValue
    from eks_guard.model.version import Version


@dataclass(frozen=True, slots=True)
class DeclaredLayer:
    """What is in the layers whose ARN matches a glob."""

    arn: str
    kubectl: Version
    helm: Version | None


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that is declared.

    `clusters` are globs on the names of imported clusters, with their version; `subnets` globs on the ids of subnets
    of other apps, with whether they have a way out of their VPC; `parameters` what a deployment is given.
    """

    layers: tuple[DeclaredLayer, ...] = ()
    clusters: tuple[tuple[str, Version], ...] = ()
    subnets: tuple[tuple[str, bool], ...] = ()
    parameters: tuple[GivenValue, ...] = ()


NOTHING_DECLARED = Declarations()
