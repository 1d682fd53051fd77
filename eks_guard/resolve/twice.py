"""What a cluster takes once and the app declares twice: add-ons, access entries, names of node groups and so on.

EKS refuses the second with ResourceInUseException:
https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html
https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.conditions import cases_of
from eks_guard.assembly.following.existence import made_together, meeting
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.model import asked
from eks_guard.model.addons import POD_IDENTITY_AGENT
from eks_guard.model.cluster import Repeated
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known, Unknown, Value, together
from eks_guard.records import dataclass, replace
from eks_guard.resolve.addons import ADDON, CAPABILITY, association_entries
from eks_guard.resolve.identity.access import ACCESS_ENTRY, POD_IDENTITY
from eks_guard.resolve.nodes.fargate import PROFILE_NAME, PROFILES
from eks_guard.resolve.nodes.managed import NODE_GROUP
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.expressions import Expression
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.model.value import Place, When

ADDONS = "add-on"
MAX_COMPARED = 400
"""More things of one kind than this are compared by equal names alone."""
MAX_TWINS = 20
"""Earlier things of the same name that one is compared with."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource, what EKS takes once of it, what that is called in a sentence, and the branch that has it."""

    resource: Resource
    kind: str
    keys: tuple[Resolution | None, ...]
    expressions: tuple[Expression | None, ...]
    when: When = ()


def repeated(
    assembly: CloudAssembly, owner_of: Callable[[Resource], Owner], namespace_of: Callable[[str], str | None]
) -> dict[ResourceId, tuple[Repeated, ...]]:
    """For each cluster, the pairs of resources that declare the same, or may.

    `namespace_of`: the namespace that EKS installs an add-on into, None where no table has it.
    """
    things = (
        *_addons(assembly),
        *_capabilities(assembly),
        *_entries(assembly),
        *_associations(assembly, namespace_of),
        *_named_things(assembly),
    )
    return _by_owner(things, owner_of)


def repeated_releases(
    charts: Iterable[Resource], owner_of: Callable[[Resource], Owner]
) -> dict[ResourceId, tuple[Repeated, ...]]:
    """For each cluster, the pairs of charts that make the same release in the same namespace, or may."""
    declared = (
        declaration(chart, "release", _or_default(chart.properties, "Namespace"), chart.properties.dig("Release"))
        for chart in charts
    )
    return _by_owner(declared, owner_of)


def _or_default(properties: Node, key: str) -> Resolution:
    """A namespace, `default` where none is written."""
    found = properties.dig(key)
    return Literal(replace(found.node, raw="default")) if isinstance(found, Absent) else found


def _by_owner(
    things: Iterable[Declared], owner_of: Callable[[Resource], Owner]
) -> dict[ResourceId, tuple[Repeated, ...]]:
    by_owner: dict[tuple[ResourceId, str], list[Declared]] = {}
    for found in things:
        owner = owner_of(found.resource)
        if not isinstance(owner, Unowned):
            by_owner.setdefault((owner, found.kind), []).append(found)
    pairs: dict[ResourceId, list[Repeated]] = {}
    for (owner, _), declared in by_owner.items():
        pairs.setdefault(owner, []).extend(pairs_of(declared))
    return {owner: tuple(found) for owner, found in pairs.items()}


def place_of(found: Declared) -> tuple[Place, ResourceId]:
    """By what things are sorted."""
    return found.resource.place, found.resource.id


def declaration(resource: Resource, kind: str, *keys: Resolution | None) -> Declared:
    """A resource that EKS takes once for some keys."""
    return Declared(resource, kind, keys, tuple(None if key is None else expression(key) for key in keys))


def _addons(assembly: CloudAssembly) -> Iterator[Declared]:
    return (declaration(found, ADDONS, found.properties.dig("AddonName")) for found in assembly.resources(ADDON))


def _capabilities(assembly: CloudAssembly) -> Iterator[Declared]:
    return (
        declaration(found, "capability of type", found.properties.dig("Type"))
        for found in assembly.resources(CAPABILITY)
    )


def _entries(assembly: CloudAssembly) -> Iterator[Declared]:
    return (
        declaration(found, "access entry for", found.properties.dig("PrincipalArn"))
        for found in assembly.resources(ACCESS_ENTRY)
    )


def _named_things(assembly: CloudAssembly) -> Iterator[Declared]:
    groups = ((group, "node group", group.properties.dig("NodegroupName")) for group in assembly.resources(NODE_GROUP))
    profiles = (
        (profile, "Fargate profile", profile.properties.dig(*PROFILES[profile.type].keys(PROFILE_NAME)))
        for profile in assembly.resources(*PROFILES)
    )
    return (declaration(*found) for found in (*groups, *profiles) if not isinstance(found[-1], Absent))


def _associations(assembly: CloudAssembly, namespace_of: Callable[[str], str | None]) -> Iterator[Declared]:
    kind = "Pod Identity association of"
    for found in assembly.resources(POD_IDENTITY):
        yield declaration(found, kind, found.properties.dig("Namespace"), found.properties.dig("ServiceAccount"))
    for addon in assembly.resources(ADDON):
        for when, entry in association_entries(addon.properties):
            inside = declaration(addon, kind, _namespace(addon, namespace_of), entry.dig("ServiceAccount"))
            yield replace(inside, when=when)


def _namespace(addon: Resource, namespace_of: Callable[[str], str | None]) -> Resolution | None:
    """The namespace of the pods of an add-on: one that it is given, else that of the add-on; None where it is open."""
    given = addon.properties.dig("NamespaceConfig", "Namespace")
    if not isinstance(given, Absent):
        return given
    name = addon.properties.dig("AddonName")
    namespace = namespace_of(str(name.node.raw)) if isinstance(name, Literal) else None
    return Literal(replace(name.node, raw=namespace)) if isinstance(name, Literal) and namespace else None


def pairs_of(declared: Iterable[Declared]) -> Iterator[Repeated]:
    """The pairs that are the same, or may be, sorted as manifests are: the order in a template means nothing."""
    for one, other in _candidates(sorted(declared, key=place_of)):
        found = _compared(one, other)
        if found is not None:
            yield pair_of(one, other, found)


def pair_of(one: Declared, other: Declared, found: Value[bool]) -> Repeated:
    """Two that are the same where `found` holds."""
    return Repeated(site_of(one.resource), site_of(other.resource), f"{one.kind} {_name_of(one)}", found)


def _candidates(declared: list[Declared]) -> Iterator[tuple[Declared, Declared]]:
    """The pairs that may be the same, in the order of their places: of two known names only equal ones are."""
    by_name: dict[tuple[object, ...], list[int]] = {}
    pairs: set[tuple[int, int]] = set()
    for index, found in enumerate(declared):
        texts = tuple(made and made.text for made in found.expressions)
        if None in texts and len(declared) <= MAX_COMPARED:
            pairs.update((min(index, other), max(index, other)) for other in range(len(declared)) if other != index)
            continue
        same_name = by_name.setdefault(found.expressions if None in texts else texts, [])
        pairs.update((earlier, index) for earlier in same_name[-MAX_TWINS:])
        same_name.append(index)
    return ((declared[one], declared[other]) for one, other in sorted(pairs))


def _compared(one: Declared, other: Declared) -> Value[bool] | None:
    """Whether two are the same in one deployment; None where they are not."""
    from eks_guard.resolve.alike import same_text  # noqa: PLC0415 (few apps have two of one name)

    answers = [
        same_text(a, b, lambda when: _is_possible(one, other, when))
        for a, b in zip(one.expressions, other.expressions, strict=True)
    ]
    if False in answers or any(key is None or isinstance(key, Absent) for key in (one.keys[-1], other.keys[-1])):
        return None
    if one.kind == ADDONS and one.expressions[0] is not None and one.expressions[0].text == POD_IDENTITY_AGENT:
        return None  # identity-provider-single counts the agents
    made = True if one.resource is other.resource else made_together(one.resource, other.resource)
    when = together(one.when, other.when)
    if made is False or when is None or (when and not _is_possible(one, other, when)):
        return None
    place = other.resource.place
    if None in answers:
        return Unknown(_open_reason(one, other), place)
    if made is None or when:
        return Unknown("conditions decide whether both are deployed", place)
    return Known(value=True, place=place)


def _open_reason(one: Declared, other: Declared) -> str:
    from eks_guard.resolve.alike import parameters_of  # noqa: PLC0415 (as above)

    reason = f"whether {_name_of(one)} and {_name_of(other)} are the same is decided at deploy time"
    names = parameters_of(made for found in (one, other) for made in found.expressions if made)
    return f"{reason}: {', and '.join(map(asked.PARAMETER, names))}" if names else reason


def _is_possible(one: Declared, other: Declared, when: When) -> bool:
    """Whether a deployment that makes both may give some answers."""
    follow = one.resource.stack.follower
    met = (
        both
        for case in meeting(follow, when, cases_of(one.resource))
        for both in meeting(follow, case, cases_of(other.resource))
    )
    return any(True for _ in met)


def _name_of(found: Declared) -> str:
    from eks_guard.resolve.alike import in_words  # noqa: PLC0415 (as above)

    return "/".join(in_words(key, made) for key, made in zip(found.keys, found.expressions, strict=True) if key)
