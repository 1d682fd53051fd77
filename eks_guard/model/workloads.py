"""What an app puts on a cluster with kubectl and Helm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from eks_guard.model.resource import Owner, ResourceId, Site, Target
    from eks_guard.model.value import Place, Value


NODE_CLASS_KINDS = ("EC2NodeClass", "AWSNodeTemplate")
"""The kinds with which Karpenter gives nodes a role and an image: https://karpenter.sh/docs/concepts/nodeclasses/"""


@dataclass(frozen=True, slots=True)
class ManifestObject:
    """A Kubernetes object in a manifest.

    `body` is the object as JSON; a part that only the deployment knows is a placeholder `${…}` inside a text.
    `open` if the deployment decides its name or namespace; `namespace` is None where none is given, or none applies.
    `why_open` says why the deployment decides its API version or kind; None where the manifest does.
    """

    api_version: str
    kind: str
    namespace: str | None
    name: str
    open: bool
    why_open: str | None
    body: dict[str, Any] = field(compare=False)


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


class Before(Protocol):
    """The resources of its stack that are deployed before something."""

    def __contains__(self, asked: object) -> bool:
        """Whether a resource is."""

    def isdisjoint(self, asked: frozenset[ResourceId]) -> bool:
        """Whether none of some resources is."""


@dataclass(frozen=True, slots=True)
class ManifestContent:
    """What the text of a manifest holds."""

    objects: Value[tuple[ManifestObject, ...]]
    text: Value[ManifestText]


@dataclass(frozen=True, slots=True)
class MappedRole:
    """An entry of `mapRoles` in aws-auth. `arn` is how the app spells it; `has_path` whether that has a path."""

    role: Target
    arn: str
    has_path: Value[bool]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The objects that one custom resource applies to a cluster. `after` are the resources deployed before it.

    `mapped_roles` are those that the aws-auth ConfigMap in it admits, None without such a ConfigMap. `branches` are
    the contents that it may have where parameters or conditions choose between a few; None where they do not.
    """

    at: Site
    owner: Owner
    objects: Value[tuple[ManifestObject, ...]]
    text: Value[ManifestText]
    skips_validation: Value[bool]
    overwrites: Value[bool]
    prunes: Value[bool]
    mapped_roles: Value[tuple[MappedRole, ...] | None]
    branches: Value[ManifestContent] | None
    after: Before = field(compare=False)


@dataclass(frozen=True, slots=True)
class AppliedObject:
    """One Kubernetes object of a manifest, as JSON with its open parts, and where the text of the manifest is."""

    manifest: Manifest
    place: Place | None
    body: dict[Any, Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class ChartValues:
    """What a chart in an asset says of its values: their defaults, and the schema that they have to fit (JSON).

    `key` is where in the values of the whole release they are: empty for the chart itself, the name of a subchart.
    `condition` is the path in the values that turns a subchart on or off.
    """

    key: str
    defaults: dict[str, Any] = field(compare=False)
    schema: Any = field(compare=False)
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class LocalChart:
    """A chart in an asset of the app: the `kubeVersion` of its Chart.yaml, and what is wrong with its files.

    `defaults` are its values.yaml; `values` are the charts in it that have a schema for theirs; `definitions` are the
    CustomResourceDefinitions of crds/; `unread` are files that would say more and are too long, or no YAML.
    """

    kube_version: str | None = None
    mistakes: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict, compare=False)
    values: tuple[ChartValues, ...] = ()
    definitions: tuple[Any, ...] = field(default=(), compare=False)
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A Helm chart. `timeout` is as written (`600s`), None where Helm's own five minutes apply.

    `release_pieces` is the name of the release with `${…}` for what is open.
    `creates_namespace`: whether Helm makes the namespace, which is `default` where none is given (None);
    `skips_definitions`: whether it leaves out what is in crds/.
    """

    at: Site
    owner: Owner
    release: Value[str | None]
    release_pieces: Value[str | None]
    chart: Value[str | None]
    repository: Value[str | None]
    version: Value[str | None]
    namespace: Value[str | None]
    creates_namespace: Value[bool]
    skips_definitions: Value[bool]
    local: LocalChart | None
    values: Value[ManifestText | None]
    waits: Value[bool]
    timeout: Value[str | None]
    atomic: Value[bool]
    after: Before = field(compare=False)


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch of an object that exists already, and the one that restores it; `kind` is CDK's `PatchType`.

    `apply` is the text, with `${…}` for what is open; `applies` and `restores` are the JSON of both directions.
    """

    at: Site
    owner: Owner
    kind: Value[str]
    target: Value[str | None]
    namespace: Value[str | None]
    apply: Value[str | None]
    applies: Value[ManifestText | None]
    restores: Value[ManifestText | None]


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """A value that the app reads from an object of the cluster, such as the address of a Service."""

    at: Site
    owner: Owner
    target: Value[str | None]
    namespace: Value[str | None]
    json_path: Value[str | None]
