"""The things of an estate for `inspect`: their typed properties, whatever kind they are of."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.addons import Addon, Capability
from eks_guard.model.describe import in_some
from eks_guard.model.identity import AccessEntry, OidcProvider, PodIdentityAssociation
from eks_guard.model.network import SecurityGroup, Subnet
from eks_guard.model.nodes import FargateProfile, NodeGroup, SelfManagedGroup
from eks_guard.model.resource import Link, ResourceId, Site, Unowned
from eks_guard.model.value import Known, Place, Unknown, branches_of, describe
from eks_guard.model.version import Version
from eks_guard.model.workloads import Chart, Manifest, ObjectValue, Patch
from eks_guard.records import fields, is_dataclass
from eks_guard.report.json_report import source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate, LeftOut, Thing
    from eks_guard.model.value import Value

    Shown: TypeAlias = Thing | Subnet | SecurityGroup

KINDS: dict[type, str] = {
    NodeGroup: "node_groups",
    SelfManagedGroup: "self_managed_groups",
    FargateProfile: "fargate_profiles",
    Addon: "addons",
    Capability: "capabilities",
    AccessEntry: "access_entries",
    PodIdentityAssociation: "associations",
    OidcProvider: "oidc_providers",
    Manifest: "manifests",
    Chart: "charts",
    Patch: "patches",
    ObjectValue: "object_values",
    Subnet: "subnets",
    SecurityGroup: "security_groups",
}
"""The key of each kind of thing in the report."""
SKIPPED = (
    "text",
    "at",
    "owner",
    "owners",
    "after",
    "body",
    "values",
    "release_pieces",
    "place",
    "configuration",
    "apply",
    "restore",
    "user_data",
)
"""What a reader finds in the template: long texts, and what the grouping shows already."""

UNREAD = frozenset({"handler", "settings", "log_entries", "objects", "values", "configuration", "apply", "restore"})
"""Settings that would say again what others say, or that are long texts."""


def things_of(cluster: Cluster, estate: Estate) -> dict[str, list[Shown]]:
    """All that belongs to a cluster, and the network that it uses, by the key of its kind."""
    owned: tuple[Shown, ...] = (
        *cluster.node_groups,
        *cluster.self_managed_groups,
        *cluster.fargate.profiles,
        *cluster.addons,
        *cluster.capabilities,
        *cluster.access_entries,
        *cluster.identity.associations,
        *cluster.identity.providers,
        *cluster.manifests,
        *cluster.charts,
        *cluster.patches,
        *cluster.object_values,
        *(used for used in estate.attached if cluster.resource in used.owners),
    )
    found: dict[str, list[Shown]] = {key: [] for key in KINDS.values()}
    for thing in owned:
        found[key_of(thing)].append(thing)
    return found


def key_of(thing: Shown) -> str:
    """The key of a thing's kind."""
    return KINDS[type(thing)]


def as_dict(thing: Shown, estate: Estate) -> dict[str, Any]:
    """A thing as JSON: where it is declared, each of its properties, and those that an update can touch."""
    return {**site(thing.at), **dict(properties(thing)), "settings": settings(thing.at, estate)}


def settings(at: Site, estate: Estate) -> dict[str, Any]:
    """The properties that are written and that an update can touch, by what they are."""
    return {
        str(found.property): plain(found.value)
        for found in estate.resources.settings(at.resource)
        if found.property not in UNREAD and found.value != Known(None)
    }


def site(at: Site) -> dict[str, Any]:
    """Where a thing is declared."""
    return {
        "id": at.id,
        "stack": at.resource.stack,
        "logical_id": at.resource.logical_id,
        "template": at.place.template,
        "source": source(at.source),
    }


def properties(thing: Any) -> Iterator[tuple[str, Any]]:
    """The properties of a thing by name, as JSON."""
    for field in fields(thing):
        if field.name not in SKIPPED:
            yield field.name, plain(getattr(thing, field.name))


def plain(value: Any) -> Any:
    """A value of the model as JSON: an unknown one says why, null is known to be absent."""
    match value:
        case Known(inner):
            return plain(inner)
        case Unknown():
            return _open(value)
        case Version() | ResourceId():
            return str(value)
        case Link(resource, _, attribute):
            return {"resource": str(resource), "attribute": attribute}
        case Place() | Site():
            return None
        case tuple() | list():
            return [plain(item) for item in value]
        case dict() | set():
            return _object(value)
    if is_dataclass(value):
        shown = dict(properties(value))
        at = getattr(value, "at", None)
        return {"id": at.id, **shown} if isinstance(at, Site) else shown
    return value if _is_json(value) else _text(value)


def _object(value: dict[Any, Any] | set[Any]) -> dict[Any, Any]:
    """A map as JSON; a set of YAML is one without values, and a key of YAML may be a day or a list."""
    items = value.items() if isinstance(value, dict) else ((key, None) for key in sorted(value, key=str))
    return {key if _is_json(key) else _text(key): plain(item) for key, item in items}


def _text(value: Any) -> str:
    """What YAML has and JSON lacks, such as a day among the values of a chart."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | int) or (isinstance(value, float) and isfinite(value))


def _open(value: Unknown[Any]) -> dict[str, Any]:
    """Why a value is unknown, with all that it can be, or with what it is in each branch, where some are open."""
    found: dict[str, Any] = {"unknown": value.reason}
    for name, branches in (("candidates", value.candidates), ("branches", value.branches)):
        if branches:
            found[name] = [{**_in_branch(one), "when": describe(when)} for when, one in branches_of(value)]
    return found


def _in_branch(value: Value[Any]) -> dict[str, Any]:
    return {"value": plain(value.value)} if isinstance(value, Known) else {"unknown": value.reason}


def unowned(estate: Estate) -> Iterator[tuple[Shown, str]]:
    """What belongs to no cluster that is known here, or to one in some cases only, each with the reason."""
    for thing in estate.unowned:
        if isinstance(thing.owner, Unowned):
            yield thing, thing.owner.reason
    for thing in estate.things:
        only = estate.only_in(thing)
        if only:
            where = in_some(only.cases)
            yield thing, f"it belongs to {thing.owner} only if {where}; else {only.otherwise.reason}"
    for used in estate.attached:
        owner, *_ = used.owners
        if isinstance(owner, Unowned):
            yield used, owner.reason


def unowned_as_dict(thing: Shown, reason: str, estate: Estate) -> dict[str, Any]:
    """A thing of no cluster as JSON. `kind` is what it is; the one of an access entry is its type in `settings`."""
    shown = as_dict(thing, estate) | {"kind": key_of(thing)}
    return {"kind": shown.pop("kind"), "reason": reason, **shown}


def left_out(entry: LeftOut) -> dict[str, Any]:
    """A resource that the model has no place for."""
    return {"type": entry.type, "reason": entry.reason, **site(entry.at)}
