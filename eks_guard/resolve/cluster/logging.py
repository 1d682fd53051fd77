"""Which logs of a control plane are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.value import Value, lift
from eks_guard.resolve.read import flag, read, text, texts

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node
    from eks_guard.resolve.spellings import Spelling

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
NONE: tuple[str, ...] = ()


def logging_of(properties: Node, spelling: Spelling) -> Value[tuple[str, ...]]:
    """The control-plane logs that are on, in EKS's order; none by default."""

    def of_resource(node: Node) -> Value[tuple[str, ...]]:
        entries = node.raw if isinstance(node.raw, list) else []
        kinds = [read(node.child(index, entry), "Type", parse=text, absent="") for index, entry in enumerate(entries)]
        return lift(_ordered, *kinds)

    def of_api(node: Node) -> Value[tuple[str, ...]]:
        """EKS's API takes a list of switches, each for some types."""
        entries = node.raw if isinstance(node.raw, list) else []
        on: list[Value[tuple[str, ...]]] = []
        for index, entry in enumerate(entries):
            at = node.child(index, entry)
            enabled = read(at, "enabled", parse=flag, absent=False)
            types = read(at, "types", parse=texts, absent=NONE)
            on.append(lift(lambda is_on, names: names if is_on else (), enabled, types))
        return lift(lambda *lists: _ordered(*(name for names in lists for name in names)), *on)

    inner = ("ClusterLogging", "EnabledTypes") if spelling.capital else ("clusterLogging",)
    parse = of_resource if spelling.capital else of_api
    return read(properties, *spelling.keys("logging"), *inner, parse=parse, absent=())


def _ordered(*kinds: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            {kind for kind in kinds if kind},
            key=lambda kind: (LOG_TYPES.index(kind) if kind in LOG_TYPES else 9, kind),
        )
    )
