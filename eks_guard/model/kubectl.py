"""The chain from a cluster to the kubectl that will talk to it: handlers, layers, and what bears witness to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.network import Passage
    from eks_guard.model.resource import ResourceId, SourcePosition, Target
    from eks_guard.model.value import Place, Value
    from eks_guard.model.version import Version


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a proof: what was read, and where. `depth` nests a hop below the one it follows from."""

    depth: int
    kind: str
    says: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one witness says a layer carries. A binary of None: the witness says that there is none.

    `helm` is None as well where the witness does not speak about Helm.
    """

    source: str
    kubectl: Version | None
    helm: Version | None
    detail: str
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Layer:
    """A Lambda layer of a handler that carries kubectl, or may; `branches` are those that a condition chooses from."""

    id: str
    place: Place = field(compare=False)
    asset_hash: str | None
    kubectl: Value[Version | None]
    helm: Value[Version | None]
    evidence: tuple[Evidence, ...] = ()
    source: SourcePosition | None = field(default=None, compare=False)
    branches: tuple[Layer, ...] = ()

    @property
    def witnesses_agree(self) -> bool:
        """Whether all witnesses name the same minor, those of each branch among themselves."""
        if self.branches:
            return all(branch.witnesses_agree for branch in self.branches)
        return len({witness.kubectl and witness.kubectl.of_minor for witness in self.evidence}) <= 1


@dataclass(frozen=True, slots=True)
class Downloads:
    """What a handler cannot call and would have to, for a chart on the internet, in private ECR, or in S3."""

    internet: Value[tuple[str, ...]]
    registry: Value[tuple[str, ...]]
    bucket: Value[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Handler:
    """The Lambda function that runs kubectl. `runtime` is Lambda's name, such as `python3.13`.

    `memory` is in MiB, `timeout` in seconds. `unreachable` names the AWS services that it, or the function that
    calls it, cannot call. `takes_oci_charts`: whether its code can give an `oci://` chart to Helm 4; `reads_role`:
    whether it needs the `RoleArn` of a custom resource, as that of aws-eks does and that of aws-eks-v2 does not.
    """

    resource: ResourceId
    place: Place = field(compare=False)
    runtime: Value[str]
    in_vpc: Value[bool]
    subnets: Value[tuple[Target, ...]]
    security_groups: Value[tuple[Target, ...]]
    architecture: Value[str]
    memory: Value[int]
    timeout: Value[int]
    aws_cli: Value[bool]
    unreachable: Value[tuple[str, ...]]
    downloads: Downloads
    passage: Passage
    takes_oci_charts: Value[bool]
    reads_role: Value[bool]


@dataclass(frozen=True, slots=True)
class ProviderFunction:
    """A function of CDK's that the custom resources of a cluster run, the handler among them.

    `calls` are the functions that one of the provider framework calls; None for its `role` where none is written.
    """

    resource: ResourceId
    id: str
    place: Place = field(compare=False)
    runtime: Value[str]
    role: Value[Target | None]
    calls: tuple[ResourceId, ...]


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role of the app that a handler is told to use: whether it trusts the handler, and the handler may take it.

    `refusal` is why it does not trust it, as the end of a sentence.
    """

    resource: ResourceId
    name: str
    place: Place = field(compare=False)
    trusts_handler: Value[bool]
    handler_may: Value[bool]
    refusal: str


@dataclass(frozen=True, slots=True)
class KubectlProvider:
    """A handler that runs kubectl against a cluster, with the layers that decide which kubectl.

    `handler` is unknown where the assembly does not hold it: a missing nested template, a provider
    from elsewhere. `consumers` are the custom resources that lead to it, `mute` those whose service token is a handler
    that never answers CloudFormation. `acts_as` has the role that kubectl takes for each, and whether it is told so;
    `region` is where the handler runs, None where that is open.
    """

    id: str
    handler: Value[Handler]
    consumers: tuple[ResourceId, ...]
    layers: tuple[Layer, ...]
    kubectl: Value[Version | None]
    helm: Value[Version | None]
    prunes: Value[bool]
    roles: tuple[AssumedRole, ...]
    mute: tuple[ResourceId, ...]
    acts_as: tuple[tuple[ResourceId, Value[Target | None], bool], ...]
    region: str | None
    trace: tuple[Step, ...] = field(compare=False)

    @property
    def used(self) -> bool:
        """Whether anything in the assembly makes the handler run."""
        return bool(self.consumers)
