"""What minors change besides API versions: rows of a table, looked for where an app shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.nodes import SelfManagedGroup
from eks_guard.model.upgrade import Phase, Remedy, Weight
from eks_guard.model.value import Known, Unknown
from eks_guard.policy.facts.launches import kind_of, known_templates
from eks_guard.records import replace
from eks_guard.upgrade.journey import item
from eks_guard.upgrade.objects import find_in_object
from eks_guard.upgrade.rules.nodes import groups, known_kubelets
from eks_guard.upgrade.rules.objects import name_of
from eks_guard.upgrade.user_data import has_flag, is_open, plain_text, without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.data.upgrades import Change
    from eks_guard.model.resource import Site
    from eks_guard.model.upgrade import Item
    from eks_guard.upgrade.journey import Journey
    from eks_guard.upgrade.rules.nodes import Nodes


def items(journey: Journey) -> Iterator[Item]:
    """The rows that concern something of the cluster on the way."""
    for change in journey.facts.changes:
        if journey.is_ahead(change.minor):
            yield from _of_objects(journey, change)
            yield from _of_addons(journey, change)
            yield from _of_groups(journey, change)
    for nodes in groups(journey):
        yield from _of_user_data(journey, nodes)


def weight_of(change: Change) -> Weight:
    """How much a row weighs: what was read before the release never blocks."""
    return Weight.NOTE if change.pre_release else Weight(change.weight)


def _item(change: Change, kind: str, site: Site, says: str) -> Item:
    """What a row says of a thing."""
    weight, phase, do = weight_of(change), Phase(change.phase), Remedy(text=change.do)
    return item(change.id, change.minor, weight, phase, kind, site, says, do, source=change.source)


def _of_objects(journey: Journey, change: Change) -> Iterator[Item]:
    places = change.find.get("objects", ())
    if not places or _has_installed(journey, change.find.get("unless_installed")):
        return
    seen = set()
    for manifest in journey.cluster.manifests:
        for found in manifest.objects.value if isinstance(manifest.objects, Known) else ():
            texts = [text for place in places for text in find_in_object(found, place)]
            name = name_of(found)
            if not texts or name in seen:
                continue
            seen.add(name)
            says = f"{name}: {'; '.join(dict.fromkeys(texts))}: {change.says}"
            yield replace(_item(change, "manifest", manifest.at, says), object=name)


def _has_installed(journey: Journey, name: str | None) -> bool:
    """Whether the app installs an add-on or a chart of a name, or may."""
    return name is not None and any(
        isinstance(value, Unknown) or str(value.value or "").rpartition("/")[2] == name
        for value in (
            *(addon.name for addon in journey.cluster.addons),
            *(chart.chart for chart in journey.cluster.charts),
        )
    )


def _of_addons(journey: Journey, change: Change) -> Iterator[Item]:
    wanted = change.find.get("configuration")
    for addon in journey.cluster.addons if wanted else ():
        if addon.name != Known(change.find.get("addon")) or not isinstance(addon.configuration, Known):
            continue
        if any(text in (addon.configuration.value or "") for text in wanted or ()):
            yield _item(change, "addon", addon.at, f"add-on {change.find['addon']}: {change.says}")


def _of_groups(journey: Journey, change: Change) -> Iterator[Item]:
    starts = tuple(change.find.get("instance_types", ()))
    for group in journey.cluster.node_groups:
        types = group.instance_types
        named = [name for name in types.value if name.startswith(starts)] if isinstance(types, Known) and starts else []
        unnamed = change.find.get("ami_type") == "absent" and group.ami_type == Known(None)
        if named or unnamed:
            shown = f"{', '.join(named)}: " if named else ""
            yield _item(change, "nodegroup", group.at, f"{shown}{change.says}")


def _of_user_data(journey: Journey, nodes: Nodes) -> Iterator[Item]:
    """What user data says that a kubelet on the way refuses; nodes that are behind meet it when they follow."""
    start = min((journey.start, *known_kubelets(journey, nodes)))
    rows = [
        change
        for change in journey.facts.changes
        if start < change.minor <= journey.target and {"user_data", "kubelet_flags"} & set(change.find)
    ]
    blocking = [change for change in rows if weight_of(change) is Weight.BLOCKS]
    unread = _unread(nodes)
    if unread and blocking:
        says = f"the user data of the nodes is unknown ({unread}), and kubelet drops flags on the way"
        flags = sorted({flag for change in blocking for flag in change.find.get("kubelet_flags", ())})
        yield item(
            "kubelet-flag",
            journey.first,
            Weight.UNKNOWN,
            Phase.BEFORE,
            kind_of(nodes),
            nodes.at,
            says,
            Remedy(text=f"look for {', '.join(flags)}") if flags else Remedy(),
        )
    for change in rows:
        found = _in_user_data(nodes, change)
        if found:
            says = f"{', '.join(found)} in the user data: {change.says}"
            yield replace(_item(change, kind_of(nodes), nodes.at, says), at=max(change.minor, journey.first))


def _unread(nodes: Nodes) -> str | None:
    source: Any = nodes.launches if isinstance(nodes, SelfManagedGroup) else nodes.launch_template
    if isinstance(source, Unknown):
        return source.reason
    for launch in known_templates(nodes):
        data = launch.user_data
        if isinstance(data, Unknown):
            return data.reason
        if data.value and is_open(data.value):
            return f"the deployment decides it: {data.value}"
    return None


def _in_user_data(nodes: Nodes, change: Change) -> list[str]:
    texts = [
        plain_text(launch.user_data.value)
        for launch in known_templates(nodes)
        if isinstance(launch.user_data, Known) and launch.user_data.value
    ]
    flags = [flag for flag in change.find.get("kubelet_flags", ()) if any(has_flag(text, flag) for text in texts)]
    plain = [part for part in change.find.get("user_data", ()) if any(part in without_comments(text) for text in texts)]
    return list(dict.fromkeys((*flags, *plain)))
