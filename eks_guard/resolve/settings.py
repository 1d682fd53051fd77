"""The settings of a cluster that the app makes: what EKS will do, with its defaults filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.metadata import construct_path, source_position
from eks_guard.assembly.texts import as_text
from eks_guard.model.cluster import AutoMode, Cluster, Endpoint
from eks_guard.model.value import Known, Place, Unknown, Value, lift
from eks_guard.model.version import Version
from eks_guard.resolve.spellings import BY_TYPE
from eks_guard.resolve.values import flag, read, text, texts

if TYPE_CHECKING:
    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Node, Resource

ANYWHERE: tuple[str, ...] = ("0.0.0.0/0",)
"""EKS opens a public endpoint to everybody unless told otherwise:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"""
NONE: tuple[str, ...] = ()
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def own_cluster(references: References, resource: Resource, shared: dict[str, Any]) -> Cluster:
    """The cluster of a resource; `shared` is what every cluster has, whoever makes it."""
    spelling = BY_TYPE[resource.type]
    properties = resource.properties
    vpc = "resourcesVpcConfig"
    public = read(references, properties, *spelling.keys(vpc, "endpointPublicAccess"), parse=flag, absent=True)
    cidrs = read(
        references,
        properties,
        *spelling.keys(vpc, "publicAccessCidrs"),
        parse=texts(references),
        absent=ANYWHERE,
    )
    version_keys = spelling.keys("version")
    version, malformed = _version(references, properties, version_keys)
    return Cluster(
        id=construct_path(resource) or f"{resource.stack.id}/{resource.logical_id}",
        origin=spelling.origin,
        stack=resource.stack.root.id,
        place=resource.place,
        version_place=_place_below(resource, "Properties", *version_keys),
        version=version,
        malformed_version=malformed,
        endpoint=Endpoint(
            public,
            read(references, properties, *spelling.keys(vpc, "endpointPrivateAccess"), parse=flag, absent=False),
            lift(lambda open_, listed: (listed or ANYWHERE) if open_ else (), public, cidrs),
        ),
        logging=_logging(references, properties, spelling.keys("logging"), capital=spelling.capital),
        secrets_key=read(
            references,
            properties,
            *spelling.keys("encryptionConfig"),
            parse=lambda node: Known(bool(node.raw), node.place),
            absent=False,
        ),
        authentication_mode=read(
            references,
            properties,
            *spelling.keys("accessConfig", "authenticationMode"),
            parse=text,
            absent="CONFIG_MAP",
        ),
        deletion_protection=read(
            references, properties, *spelling.keys("deletionProtection"), parse=flag, absent=False
        ),
        support_type=read(
            references, properties, *spelling.keys("upgradePolicy", "supportType"), parse=text, absent="EXTENDED"
        ),
        auto_mode=AutoMode(
            _switch(references, properties, spelling.keys("computeConfig", "enabled")),
            _switch(references, properties, spelling.keys("storageConfig", "blockStorage", "enabled")),
            _switch(
                references, properties, spelling.keys("kubernetesNetworkConfig", "elasticLoadBalancing", "enabled")
            ),
        ),
        source=source_position(resource),
        **shared,
    )


FIRST_MINOR = 10
"""No Kubernetes 1 with a smaller minor ran on EKS: a number below 1.10 is one that lost its zero, such as 1.30."""


def _switch(references: References, properties: Node, keys: tuple[str, ...]) -> Value[bool | None]:
    """A switch that may not be written at all."""
    return read(references, properties, *keys, parse=flag, absent=None)


def _version(references: References, properties: Node, keys: tuple[str, ...]) -> tuple[Value[Version], str | None]:
    """The version, and what is wrong with the way it is written."""
    malformed: list[str] = []

    def parse(node: Node) -> Value[Version]:
        raw = node.raw
        number = isinstance(raw, int | float) and not isinstance(raw, bool)
        try:
            version = Version.parse(as_text(raw)) if number or isinstance(raw, str) else None
        except ValueError as error:
            version = None
            if not number:
                return Unknown(str(error), node.place)
        if number and (version is None or version.minor < FIRST_MINOR):
            says = f'found the number {raw!r}, expected text such as "1.30": JSON and YAML read 1.30 as 1.3'
            malformed.append(says)
            return Unknown(says, node.place)
        return _not_a_version(node) if version is None else Known(version, node.place)

    missing = "no version is given, so EKS takes the one that is its default on the day of the deploy"
    unset = Version(0, 0)
    found = read(references, properties, *keys, parse=parse, absent=unset)
    if isinstance(found, Known) and found.value == unset:
        found = Unknown(missing, found.place)
    return found, malformed[0] if malformed else None


def _not_a_version(node: Node) -> Unknown[Version]:
    return Unknown(f"found {node.raw!r}, expected a version", node.place)


def _logging(
    references: References, properties: Node, keys: tuple[str, ...], *, capital: bool
) -> Value[tuple[str, ...]]:
    """The control-plane logs that are on, in EKS's order; none by default."""

    def of_resource(node: Node) -> Value[tuple[str, ...]]:
        entries = node.raw if isinstance(node.raw, list) else []
        kinds = [
            read(references, node.child(index, entry), "Type", parse=text, absent="")
            for index, entry in enumerate(entries)
        ]
        return lift(_ordered, *kinds)

    def of_api(node: Node) -> Value[tuple[str, ...]]:
        """EKS's API takes a list of switches, each for some types."""
        entries = node.raw if isinstance(node.raw, list) else []
        on: list[Value[tuple[str, ...]]] = []
        for index, entry in enumerate(entries):
            at = node.child(index, entry)
            enabled = read(references, at, "enabled", parse=flag, absent=False)
            types = read(references, at, "types", parse=texts(references), absent=NONE)
            on.append(lift(lambda is_on, names: names if is_on else (), enabled, types))
        return lift(lambda *lists: _ordered(*(name for names in lists for name in names)), *on)

    inner = ("ClusterLogging", "EnabledTypes") if capital else ("clusterLogging",)
    return read(references, properties, *keys, *inner, parse=of_resource if capital else of_api, absent=())


def _ordered(*kinds: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            {kind for kind in kinds if kind},
            key=lambda kind: (LOG_TYPES.index(kind) if kind in LOG_TYPES else 9, kind),
        )
    )


def _place_below(resource: Resource, *keys: str) -> Place:
    """The place of a property, or of the nearest one above it that stands in the template."""
    raw: Any = resource.body
    pointer = resource.place.pointer
    for key in keys:
        if not (isinstance(raw, dict) and key in raw):
            break
        raw, pointer = raw[key], f"{pointer}/{key}"
    return Place(resource.place.template, pointer)
