"""The settings of a cluster that the app makes: what EKS will do, with its defaults filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Access, AutoMode, ClusterNetwork, Endpoint, Protection
from eks_guard.model.value import Known, Place, Unknown, Value, either, lift
from eks_guard.records import dataclass
from eks_guard.resolve.cluster.logging import logging_of
from eks_guard.resolve.cluster.networks import read_networks
from eks_guard.resolve.cluster.version import written_version
from eks_guard.resolve.read import flag, is_filled, is_given, read, read_targets, read_text, text, texts
from eks_guard.resolve.spellings import BY_TYPE
from eks_guard.resolve.tags import tags

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.version import Version
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.spellings import Spelling

ANYWHERE: tuple[str, ...] = ("0.0.0.0/0",)
"""EKS opens a public endpoint to everybody unless told otherwise:
https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"""
VPC = "resourcesVpcConfig"
REMOTE = ("remoteNodeNetworks", "remotePodNetworks")
RETAINED = ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the properties of a cluster say, or, for an imported one, that they are not known."""

    version: Value[Version]
    version_place: Place
    has_default_version: bool
    malformed_version: str | None
    endpoint: Endpoint
    logging: Value[tuple[str, ...]]
    secrets_key: Value[bool]
    access: Access
    network: ClusterNetwork
    protection: Protection
    support_type: Value[str]
    auto_mode: AutoMode
    self_managed_addons: Value[bool | None]
    tags: Value[tuple[tuple[str, str], ...]]


def settings_of(resource: Resource, roles: Roles) -> Settings:
    """The settings of a cluster of the app."""
    reader = _Reader(resource, BY_TYPE[resource.type], roles)
    version = written_version(resource.properties, *reader.spelling.keys("version"))
    return Settings(
        version=version.value,
        version_place=_place_below(resource, "Properties", *reader.spelling.keys("version")),
        has_default_version=version.is_default,
        malformed_version=version.malformed,
        endpoint=_endpoint(reader),
        logging=logging_of(resource.properties, reader.spelling),
        secrets_key=reader.read("encryptionConfig", parse=_is_written, absent=False),
        access=Access(
            mode=reader.read("accessConfig", "authenticationMode", parse=text, absent="CONFIG_MAP"),
            creator_is_admin=reader.switch("accessConfig", "bootstrapClusterCreatorAdminPermissions"),
            creator=roles.read(resource.properties, "AssumeRoleArn"),
            role=reader.role("roleArn"),
        ),
        network=_network(reader),
        protection=_protection(reader),
        support_type=reader.read("upgradePolicy", "supportType", parse=text, absent="EXTENDED"),
        auto_mode=AutoMode(
            compute=reader.switch("computeConfig", "enabled"),
            storage=reader.switch("storageConfig", "blockStorage", "enabled"),
            load_balancing=reader.switch("kubernetesNetworkConfig", "elasticLoadBalancing", "enabled"),
            pools=reader.texts("computeConfig", "nodePools"),
            node_role=reader.role("computeConfig", "nodeRoleArn"),
        ),
        self_managed_addons=reader.switch("bootstrapSelfManagedAddons"),
        tags=reader.read("tags", parse=tags, absent=()),
    )


def settings_of_another_app(version: Value[Version], place: Place, nowhere: Unknown[Any]) -> Settings:
    """What is known of a cluster that the app only talks to: at most its version."""
    return Settings(
        version=version,
        version_place=place,
        has_default_version=False,
        malformed_version=None,
        endpoint=Endpoint(nowhere, nowhere, nowhere, nowhere),
        logging=nowhere,
        secrets_key=nowhere,
        access=Access(nowhere, nowhere, nowhere, nowhere),
        network=ClusterNetwork(nowhere, nowhere, nowhere, nowhere, nowhere, nowhere),
        protection=Protection(nowhere, nowhere, nowhere),
        support_type=nowhere,
        auto_mode=AutoMode(nowhere, nowhere, nowhere, nowhere, nowhere),
        self_managed_addons=nowhere,
        tags=nowhere,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the properties of one cluster by their names in the EKS API."""

    resource: Resource
    spelling: Spelling
    roles: Roles

    def read(self, *names: str, parse: Any, absent: Any) -> Value[Any]:
        return read(self.resource.properties, *self.spelling.keys(*names), parse=parse, absent=absent)

    def switch(self, *names: str) -> Value[bool | None]:
        """A switch that may not be written at all."""
        return self.read(*names, parse=flag, absent=None)

    def texts(self, *names: str) -> Value[tuple[str, ...]]:
        return self.read(*names, parse=texts, absent=())

    def text(self, *names: str) -> Value[str | None]:
        return read_text(self.resource.properties, *self.spelling.keys(*names))

    def role(self, *names: str) -> Value[Any]:
        return self.roles.read(self.resource.properties, *self.spelling.keys(*names))

    def targets(self, *names: str) -> Value[Any]:
        return read_targets(self.resource.properties, *self.spelling.keys(*names))


def _endpoint(reader: _Reader) -> Endpoint:
    public = reader.read(VPC, "endpointPublicAccess", parse=flag, absent=True)
    cidrs = reader.read(VPC, "publicAccessCidrs", parse=texts, absent=ANYWHERE)
    private = reader.read(VPC, "endpointPrivateAccess", parse=flag, absent=False)
    open_to = lift(lambda open_, listed: (listed or ANYWHERE) if open_ else (), public, cidrs)
    networks = read_networks(reader.resource.properties, *reader.spelling.keys(VPC, "publicAccessCidrs"))
    return Endpoint(public, private, open_to, networks)


def _network(reader: _Reader) -> ClusterNetwork:
    return ClusterNetwork(
        subnets=reader.targets(VPC, "subnetIds"),
        security_groups=reader.targets(VPC, "securityGroupIds"),
        ip_family=reader.text("kubernetesNetworkConfig", "ipFamily"),
        service_cidr=reader.text("kubernetesNetworkConfig", "serviceIpv4Cidr"),
        has_remote_networks=either(
            [reader.read("remoteNetworkConfig", of, parse=_is_written, absent=False) for of in REMOTE]
        ),
        on_outpost=reader.read("outpostConfig", parse=_is_written, absent=False),
    )


def _protection(reader: _Reader) -> Protection:
    """Both policies of CloudFormation stand beside the properties, and take no intrinsic."""
    resource = reader.resource
    on_delete, on_replace = (
        Known(resource.body.get(policy) in RETAINED, _place_below(resource, policy))
        for policy in ("DeletionPolicy", "UpdateReplacePolicy")
    )
    return Protection(reader.read("deletionProtection", parse=flag, absent=False), on_delete, on_replace)


def _is_written(node: Node) -> Value[bool]:
    """Whether something stands there; a list may lose its entries to conditions."""
    if not isinstance(node.raw, list):
        return is_filled(node)
    return either([is_given(node.child(index, item)) for index, item in enumerate(node.raw)])


def _place_below(resource: Resource, *keys: str) -> Place:
    """The place of a property, or of the nearest one above it that stands in the template."""
    raw: Any = resource.body
    pointer = resource.place.pointer
    for key in keys:
        if not (isinstance(raw, dict) and key in raw):
            break
        raw, pointer = raw[key], f"{pointer}/{key}"
    return Place(resource.place.template, pointer)
