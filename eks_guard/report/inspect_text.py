"""`inspect` for a person: each cluster with its settings, and the chain down to the witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.cluster import Origin
from eks_guard.model.describe import count
from eks_guard.model.value import Known, Unknown, branches_of, describe, lift
from eks_guard.report.change import COLOURS, in_order, reasons, word
from eks_guard.report.inspect_things import key_of, properties, things_of, unowned
from eks_guard.report.style import Style, defused, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eks_guard.model.change import Change
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.estate import Estate
    from eks_guard.model.identity import TrustStatement
    from eks_guard.model.kubectl import KubectlProvider, Layer
    from eks_guard.model.report import Assembly
    from eks_guard.model.value import Place, Value
    from eks_guard.report.inspect_things import Shown

EMPTY: tuple[Any, ...] = (None, False, [], {}, "")
LABELS = {
    "node_groups": "node group",
    "self_managed_groups": "instances",
    "fargate_profiles": "Fargate profile",
    "addons": "add-on",
    "capabilities": "capability",
    "access_entries": "access entry",
    "associations": "pod identity",
    "oidc_providers": "OIDC provider",
    "manifests": "manifest",
    "charts": "chart",
    "patches": "patch",
    "object_values": "object value",
    "subnets": "subnet",
    "security_groups": "security group",
}
"""What each kind of thing is called."""


def render(assembly: Assembly, estate: Estate, style: Style, change: Change | None = None) -> str:
    """The estate as a tree; what is unknown stands out with its reason."""
    version = f" · manifest {safe(assembly.version)}" if assembly.version else ""
    counts = f"stacks: {assembly.stacks} · clusters: {len(estate.clusters)}"
    lines = [f"{style.paint(safe(assembly.path), 'bold')} · {counts}{version}"]
    lines += [
        style.paint(f"not audited: {safe(name)}, which the manifest does not list", "yellow")
        for name in assembly.stale_templates
    ]
    lines += _update(change, style) if change else []
    for cluster in estate.clusters:
        lines += ["", *_cluster(cluster, estate, style)]
    lines += _left_over(estate, style)
    return defused("\n".join(lines) + "\n")


def _update(change: Change, style: Style) -> Iterator[str]:
    """Each EKS resource and what becomes of it; what stays as it is, is counted."""
    yield ""
    yield style.paint(f"update from {safe(change.previous)}", "bold")
    yield from style.wrap(safe(change.condition), "  ")
    rows = in_order(change)
    kept = [row for row in rows if word(row) == "kept"]
    for row in rows:
        if row in kept:
            continue
        yield f"  {style.paint(word(row).ljust(9), COLOURS[row.fate])} {row.kind}  {safe(row.id)}"
        for reason in reasons(row):
            yield from style.wrap(safe(reason), "            ")
    if kept:
        yield f"  {style.paint('kept'.ljust(9), 'green')} {len(kept)} stay as they are"


def _cluster(cluster: Cluster, estate: Estate, style: Style) -> Iterator[str]:
    yield f"{style.paint(safe(cluster.id), 'bold')}  {cluster.origin}  {style.paint(_place(cluster.place), 'dim')}"
    if cluster.source:
        yield f"  {style.paint(safe(str(cluster.source)), 'cyan')}"
    for label, value in _settings(cluster):
        yield from style.wrap(f"{label:<18}{_shown(value, style)}", "  ")
    for account in cluster.identity.accounts:
        name = safe(f"{account.namespace}/{account.name}")
        perhaps = ", where a condition holds" if account.perhaps else ""
        yield f"  {'service account':<18}{name}  {account.identity or 'no identity'}{perhaps}"
    for role in cluster.identity.roles:
        for statement in role.statements:
            yield from style.wrap(f"{'trust':<18}{safe(role.at.id)}  {_conditions(statement, style)}", "  ")
    if not cluster.kubectl:
        yield f"  {'kubectl':<18}no handler in the app runs kubectl against this cluster"
    for provider in cluster.kubectl:
        yield from _provider(provider, style)
    for key, things in things_of(cluster, estate).items():
        for thing in things:
            yield from _thing(LABELS[key], thing, style)


def _thing(label: str, thing: Shown, style: Style) -> Iterator[str]:
    """One thing in a line: what it is, where it is declared, and the properties that are written."""
    written = (
        f"{name.replace('_', ' ')} {_in_a_row(value)}" for name, value in properties(thing) if value not in EMPTY
    )
    yield from style.wrap(f"{label:<18}{safe(thing.at.id)}  {safe('; '.join(written))}".rstrip(), "  ")


def _in_a_row(value: Any) -> str:
    """A property as JSON in the fewest words."""
    match value:
        case {"unknown": reason}:
            return f"unknown ({reason}{_in_each(value.get('branches', ()))})"
        case {"resource": resource, "attribute": attribute}:
            return f"{attribute} of {resource}"
        case {"id": str(name)}:
            return name
        case {"role": {"resource": _} as role, "arn": str()}:  # an entry of aws-auth, whose ARN spells the same role
            return _in_a_row(role)
        case {"role": {"reason": _}, "arn": str(arn)}:
            return arn
        case {"role": str(role), "arn": str(arn)} if role == arn:
            return arn
        case dict():
            return " ".join(_in_a_row(inner) for inner in value.values() if inner not in EMPTY)
        case list():
            return ", ".join(map(_in_a_row, value))
        case bool():
            return "on" if value else "off"
    return str(value)


def _in_each(branches: Sequence[Mapping[str, Any]]) -> str:
    each = (f"{_in_a_row(one['value']) if 'value' in one else 'open'} if {one['when']}" for one in branches)
    return f": {', '.join(each)}" if branches else ""


def _left_over(estate: Estate, style: Style) -> Iterator[str]:
    """What belongs to no cluster, and what the model has no place for."""
    of_none = list(unowned(estate))
    if of_none or estate.left_out:
        yield ""
        yield style.paint("belongs to no cluster of this app", "bold")
    for thing, reason in of_none:
        yield from _thing(LABELS[key_of(thing)], thing, style)
        yield from style.wrap(style.paint(safe(reason), "yellow"), "      ")
    for entry in estate.left_out:
        yield from style.wrap(f"{'not judged':<18}{safe(entry.at.id)}  {safe(entry.reason)}", "  ")


def _conditions(statement: TrustStatement, style: Style) -> str:
    if isinstance(statement.conditions, Unknown):
        return _shown(statement.conditions, style)
    words = [
        f"{condition.claim} {condition.operator} {', '.join(condition.values)}"
        for condition in statement.conditions.value
    ]
    return safe("; ".join(words)) or "every service account of the cluster"


def _settings(cluster: Cluster) -> Iterator[tuple[str, Value[Any]]]:
    yield "version", cluster.version
    if cluster.origin is not Origin.IMPORTED:
        yield "public endpoint", cluster.endpoint.public
        yield "open to", cluster.endpoint.public_cidrs
        yield "private endpoint", cluster.endpoint.private
        yield "logging", cluster.logging
        yield "secrets key", cluster.secrets_key
        yield "authentication", cluster.access.mode
        yield "deletion locked", cluster.protection.enabled
        yield from _where_written(cluster)
    yield "OIDC provider", cluster.identity.has_oidc_provider
    yield "pod identity", cluster.identity.uses_pod_identity


def _where_written(cluster: Cluster) -> Iterator[tuple[str, Value[Any]]]:
    """Settings that most clusters leave to EKS."""
    tags = lift(lambda pairs: tuple(f"{key}={value}" for key, value in pairs), cluster.tags)
    settings: tuple[tuple[str, Value[Any], Any], ...] = (
        ("support", cluster.support_type, "EXTENDED"),
        ("Auto Mode", cluster.auto_mode.compute, False),
        ("default add-ons", cluster.self_managed_addons, None),
        ("IP family", cluster.network.ip_family, "ipv4"),
        ("service CIDR", cluster.network.service_cidr, None),
        ("tags", tags, ()),
    )
    return ((label, value) for label, value, usual in settings if value not in (Known(usual), Known(None)))


def _provider(provider: KubectlProvider, style: Style) -> Iterator[str]:
    used = f"used by {count(len(provider.consumers), 'resource')}"
    yield f"  └ handler  {safe(provider.id)}  {used}"
    if isinstance(provider.handler, Unknown):
        yield from style.wrap(_shown(provider.handler, style), "      ")
    else:
        yield f"      {style.paint(_place(provider.handler.value.place), 'dim')}"
    for layer in provider.layers:
        yield from _layer(layer, style)
    yield from style.wrap(
        f"└ kubectl  {_shown(provider.kubectl, style)}   helm  {_shown(provider.helm, style)}", "      "
    )


def _layer(layer: Layer, style: Style) -> Iterator[str]:
    yield f"      └ layer  {safe(layer.id)}  {style.paint(_place(layer.place), 'dim')}"
    if layer.source:
        yield f"          {style.paint(safe(str(layer.source)), 'cyan')}"
    for witness in layer.evidence:
        says = str(witness.kubectl) if witness.kubectl else "none"
        yield from style.wrap(f"{witness.source:<12}{says:<9}{safe(witness.detail)}", "          ")
    if isinstance(layer.kubectl, Unknown):
        yield from style.wrap(_shown(layer.kubectl, style), "          ")


def _shown(value: Value[Any], style: Style) -> str:
    if isinstance(value, Unknown):
        each = ((_plain(one.value) if isinstance(one, Known) else "open", when) for when, one in branches_of(value))
        maybe = ", ".join(f"{shown} if {describe(when)}" for shown, when in each)
        return f"{style.paint('unknown', 'magenta', 'bold')} {safe(value.reason)}{safe(f': {maybe}') if maybe else ''}"
    return safe(_plain(value.value))


def _plain(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "on" if value else "off"
        case tuple():
            return ", ".join(map(str, value)) or "none"
    return str(value)


def _place(place: Place) -> str:
    return safe(f"{place.template} {place.logical_id or ''}".strip())
