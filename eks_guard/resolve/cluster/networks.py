"""The networks that may reach a public endpoint, in each branch of a deployment that writes others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Choice, Literal, alternatives, reason_of
from eks_guard.model.describe import as_written
from eks_guard.model.value import MAX_CANDIDATES, Known, Unknown, Value, choose, together
from eks_guard.resolve.read import read, text, written_at

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node
    from eks_guard.model.value import Place, When

    Networks = tuple[Value[str], ...]
    Branch = tuple[When, Networks]

NOTHING = Known("")


def read_networks(node: Node, *keys: str) -> Value[Networks]:
    """The entries of a list, of which one may be open without the others; none where nothing is written."""
    found, place = node.dig(*keys), written_at(node, keys)
    if not isinstance(found, Choice):
        return _listed(found, place)
    branches = [(when, _beside_others(_listed(branch, place))) for when, branch in alternatives(found)]
    return choose(branches, found.reason, place)


def _beside_others(networks: Value[Networks]) -> Value[Networks]:
    """A list that is open in one branch only, as one entry that is: what stands in the others is known."""
    if isinstance(networks, Known) or networks.candidates:
        return networks
    return Known((Unknown(networks.reason, networks.place),), networks.place)


def _listed(found: Resolution, place: Place) -> Value[Networks]:
    match found:
        case Absent():
            return Known((), place)
        case Literal(node) if isinstance(node.raw, list):
            return _entries([node.child(index, item) for index, item in enumerate(node.raw)], found)
        case Literal(node):
            return Unknown(f"found {as_written(node.raw)}, expected a list of networks", node.place)
    return Unknown(reason_of(found), place)


def _entries(nodes: list[Node], found: Literal) -> Value[Networks]:
    """What a list holds in each branch in which an entry of it is absent, or open in some branches only."""
    branches: list[Branch] = [((), ())]
    for node in nodes:
        options = _options(node)
        extended = (
            (together(when, holds), networks if entry == NOTHING else (*networks, entry))
            for when, networks in branches
            for holds, entry in options
        )
        branches = [(when, networks) for when, networks in extended if when is not None]
        if len(branches) > MAX_CANDIDATES:
            return Unknown("conditions decide in too many ways which networks it holds", found.node.place)
    made: list[tuple[When, Value[Networks]]] = [(when, Known(listed, found.node.place)) for when, listed in branches]
    return choose(made, "conditions decide which networks it holds", found.node.place)


def _options(node: Node) -> list[tuple[When, Value[str]]]:
    """The one value of an entry, or what it is in each branch where these are no two texts."""
    found = node.follow()
    branches = list(alternatives(found))
    if all(isinstance(branch, Literal) for _, branch in branches) or len(branches) == 1:
        return [((), read(node, parse=text, absent=""))]
    return [(when, _entry(branch, node)) for when, branch in branches]


def _entry(found: Resolution, node: Node) -> Value[str]:
    match found:
        case Absent():
            return NOTHING
        case Literal(at):
            return text(at)
    return Unknown(reason_of(found), node.place)
