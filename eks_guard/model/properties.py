"""The properties that an update of a stack can touch, in the words of the field."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.value import Value


class Property(StrEnum):
    """What a property is, whatever a type calls it.

    `SETTINGS` is the object that holds all that CDK's cluster handler compares, `LOG_ENTRIES` the list inside
    `LOGGING`; `HANDLER` is the function that answers for a custom resource.
    """

    CLUSTER = "cluster"
    HANDLER = "handler"
    CREATOR = "creator"
    SETTINGS = "settings"
    NAME = "name"
    VERSION = "version"
    ROLE = "role"
    SUBNETS = "subnets"
    SECURITY_GROUPS = "security_groups"
    PRIVATE_ENDPOINT = "private_endpoint"
    PUBLIC_ENDPOINT = "public_endpoint"
    PUBLIC_CIDRS = "public_cidrs"
    LOGGING = "logging"
    AUTHENTICATION_MODE = "authentication_mode"
    CREATOR_IS_ADMIN = "creator_is_admin"
    DEFAULT_ADDONS = "default_addons"
    ENCRYPTION = "encryption"
    IP_FAMILY = "ip_family"
    SERVICE_CIDR = "service_cidr"
    LOAD_BALANCING = "load_balancing"
    COMPUTE = "compute"
    STORAGE = "storage"
    ZONAL_SHIFT = "zonal_shift"
    REMOTE_NETWORKS = "remote_networks"
    OUTPOST = "outpost"
    SUPPORT_TYPE = "support_type"
    DELETION_PROTECTION = "deletion_protection"
    SCALING_TIER = "scaling_tier"
    TAGS = "tags"
    LOG_ENTRIES = "log_entries"
    RELEASE_VERSION = "release_version"
    AMI_TYPE = "ami_type"
    INSTANCE_TYPES = "instance_types"
    DISK_SIZE = "disk_size"
    CAPACITY_TYPE = "capacity_type"
    REMOTE_ACCESS = "remote_access"
    LAUNCH_TEMPLATE = "launch_template"
    LAUNCH_TEMPLATE_ID = "launch_template_id"
    LAUNCH_TEMPLATE_NAME = "launch_template_name"
    LAUNCH_TEMPLATE_VERSION = "launch_template_version"
    LABELS = "labels"
    TAINTS = "taints"
    SCALING = "scaling"
    DESIRED_SIZE = "desired_size"
    UPDATE_SETTINGS = "update_settings"
    NODE_REPAIR = "node_repair"
    SELECTORS = "selectors"
    NAMESPACE = "namespace"
    CONFIGURATION = "configuration"
    ENDPOINT_PREFIX = "endpoint_prefix"
    IDENTITY_CENTER = "identity_center"
    CONFLICTS = "conflicts"
    PRESERVE_ON_DELETE = "preserve_on_delete"
    ASSOCIATIONS = "associations"
    PRINCIPAL = "principal"
    TYPE = "type"
    USERNAME = "username"
    GROUPS = "groups"
    POLICIES = "policies"
    SERVICE_ACCOUNT = "service_account"
    TARGET_ROLE = "target_role"
    URL = "url"
    AUDIENCES = "audiences"
    THUMBPRINTS = "thumbprints"
    OBJECTS = "objects"
    PRUNE_LABEL = "prune_label"
    OVERWRITE = "overwrite"
    RELEASE = "release"
    CHART = "chart"
    REPOSITORY = "repository"
    VALUES = "values"
    OBJECT = "object"
    APPLY = "apply"
    RESTORE = "restore"
    OBJECT_KIND = "object_kind"
    JSON_PATH = "json_path"
    PATH = "path"
    VPC = "vpc"
    ZONE = "zone"
    ZONE_ID = "zone_id"
    CIDR = "cidr"
    DESCRIPTION = "description"
    DATA = "data"
    CODE = "code"
    VARIABLES = "variables"


@dataclass(frozen=True, slots=True)
class Setting:
    """A property of one resource: what it is, the path that it is written at, and what it says.

    The value is None where nothing is written, so that what an update sets differs from what it keeps.
    """

    property: Property
    path: str
    value: Value[Any]
