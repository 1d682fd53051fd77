"""The nodes and links of a picture, as lists within lists: the style draws them, and they read well without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import count
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Unknown, branches_of, describe
from eks_guard.report.page.chain import deciding_layer, witnesses_agree
from eks_guard.report.page.entries import State, gravest
from eks_guard.report.page.markup import Markup, icon, name, prose, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import Evidence, KubectlProvider, Layer
    from eks_guard.model.resource import SourcePosition
    from eks_guard.model.value import Place, Value
    from eks_guard.report.page.entries import Entry

    Faults = Mapping[Link, Sequence[Entry]]

SIGNS = {State.FAILED: "broken", State.UNKNOWN: "unknown", State.WAIVED: "waived"}
"""The word on a link that does not hold."""


def tree(cluster: Cluster, chains: Sequence[tuple[KubectlProvider, Faults]]) -> Markup:
    """A cluster, its handlers, their layers, and the witnesses of each."""
    return tag("div", _control_plane(cluster), _handlers(chains), class_="tree")


def _control_plane(cluster: Cluster) -> Markup:
    version = _version("Kubernetes", cluster.version)
    return _node("cluster", "Cluster", version, _reason(cluster.version), _endpoint(cluster))


def _endpoint(cluster: Cluster) -> Markup | None:
    """Which doors the handler finds; nothing where one of them is not known."""
    doors = cluster.endpoint.doors
    return None if doors is None else tag("p", f"{' and '.join(doors) or 'no'} endpoint", class_="detail")


def _handlers(chains: Sequence[tuple[KubectlProvider, Faults]]) -> Markup:
    if not chains:
        nobody = _ghost("Handler", "No handler in the app runs kubectl against this cluster.")
        return tag("ul", tag("li", _link(State.HOLDS, "absent"), nobody), class_="branch")
    return tag("ul", *(_handler(provider, faults) for provider, faults in chains), class_="branch")


def _handler(provider: KubectlProvider, faults: Faults) -> Markup:
    used = f"runs kubectl for {count(len(provider.consumers), 'resource')}" if provider.used else "not used by the app"
    details = [tag("p", name(provider.id), class_="name"), tag("p", used, class_="detail")]
    if isinstance(provider.handler, Unknown):
        details.append(tag("p", *prose(f"unknown: {provider.handler.reason}"), class_="detail"))
    elif isinstance(provider.handler.value.runtime, Known) and provider.handler.value.runtime.value:
        details.append(tag("p", tag("code", provider.handler.value.runtime.value), class_="detail"))
    state = gravest(faults.get(Link.HANDLER, ()))
    return tag(
        "li",
        _link(state, "" if provider.used else "unused"),
        _node("handler", "Handler", None, *details, ghost=isinstance(provider.handler, Unknown)),
        _layers(provider, faults),
    )


def _layers(provider: KubectlProvider, faults: Faults) -> Markup:
    state = gravest(faults.get(Link.LAYER, ()))
    if not provider.layers:
        known = isinstance(provider.kubectl, Known)
        words = "No layer carries kubectl." if known else f"Unknown: {_words(provider.kubectl)}"
        return tag("ul", tag("li", _link(state, "absent"), _ghost("Layer", words)), class_="branch")
    deciding = deciding_layer(provider)
    items = (_layer(layer, state if layer is deciding else State.HOLDS, faults) for layer in provider.layers)
    return tag("ul", *items, class_="branch")


def _layer(layer: Layer, state: State, faults: Faults) -> Markup:
    helm = layer.helm.value if isinstance(layer.helm, Known) else None
    agreed = State.HOLDS if witnesses_agree(layer) else gravest(faults.get(Link.WITNESSES, ()))
    return tag(
        "li",
        _link(state),
        _node(
            "layer",
            "Layer",
            _version("kubectl", layer.kubectl),
            tag("p", name(layer.id), class_="name"),
            tag("p", f"helm {helm}", class_="detail") if helm else None,
            tag("p", where(layer), class_="detail"),
            _reason(layer.kubectl),
            ghost=isinstance(layer.kubectl, Unknown),
        ),
        tag("ul", *_witnesses(layer, agreed), class_="branch"),
    )


def _witnesses(layer: Layer, state: State) -> Iterator[Markup]:
    for witness in layer.evidence:
        yield tag("li", _link(state), _witness(witness))
    if not layer.evidence:
        yield tag("li", _link(state, "absent"), _ghost("Witness", "Nothing in the assembly says what is inside."))


def _witness(witness: Evidence) -> Markup:
    says = f"kubectl {witness.kubectl}" if witness.kubectl else "no kubectl"
    fact, detail = tag("p", says, class_="fact"), tag("p", witness.detail, class_="detail")
    return _node("witness", f"Witness: {witness.source}", fact, detail)


def _version(program: str, value: Value[Any]) -> Markup:
    if isinstance(value, Unknown):
        return tag("p", f"{program} unknown", class_="fact")
    return tag("p", f"{program} {value.value}" if value.value is not None else f"no {program}", class_="fact")


def _reason(value: Value[Any]) -> Markup | None:
    return tag("p", *prose(_words(value)), class_="detail") if isinstance(value, Unknown) else None


def _words(value: Value[Any]) -> str:
    """Why a value is unknown, and what it may turn out to be."""
    if isinstance(value, Known):
        return str(value.value)
    each = ((one.value if isinstance(one, Known) else "open", when) for when, one in branches_of(value))
    maybe = ", ".join(f"{shown} if {describe(when)}" for shown, when in each)
    return f"{value.reason}: {maybe}" if maybe else value.reason


def _node(kind: str, label: str, fact: Markup | None, *details: Markup | None, ghost: bool = False) -> Markup:
    classes = f"node node-{kind}" + (" ghost" if ghost else "")
    return tag("div", tag("p", icon(kind), label, class_="kind"), fact, *details, class_=classes)


def _ghost(label: str, words: str) -> Markup:
    return tag(
        "div",
        tag("p", icon(label.lower()), label, class_="kind"),
        tag("p", *prose(words)),
        class_=f"node ghost ghost-{label.lower()}",
    )


def _link(state: State, kind: str = "") -> Markup:
    """The line to a node: whole where it holds, else interrupted by a sign and a word."""
    if state is State.HOLDS:
        return tag("div", class_=f"link {kind}".strip())
    return tag("div", tag("span", icon(state), SIGNS[state], class_="sign"), class_=f"link link-{state}")


def where(node: Cluster | Layer) -> Markup:
    """The line of the user's code that made it, where that is known, else its place in the template."""
    return _position(node.source) if node.source else _place(node.place)


def _position(source: SourcePosition) -> Markup:
    return name(str(source), "code")


def _place(place: Place) -> Markup:
    return name(f"{place.template} {place.logical_id or ''}".strip(), "code")
