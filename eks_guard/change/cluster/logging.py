"""`logging` of a cluster as CDK's handler sees it: the old value as the template has it, the new one normalised."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.change.sameness import OTHER, SAME, Sameness, differs, is_same
from eks_guard.model.properties import Property
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.stack import Node
    from eks_guard.change.cluster.config import Config
    from eks_guard.change.rules import Behaviour

Entry: TypeAlias = tuple[tuple[str, ...], bool]
"""Log types, and whether they are switched on."""
Entries: TypeAlias = tuple[Entry, ...]


@dataclass(frozen=True)
class Logging:
    """The entries of `clusterLogging` before and after; None where they are not decided, none where it is not set."""

    config: Config
    old: Entries | None
    new: Entries | None

    @property
    def was_empty(self) -> bool:
        """Whether PREVIOUS has `clusterLogging: []`, which is sent as an empty update for ever (aws-cdk#33063)."""
        return any(on and not types for types, on in self.old or ())

    @property
    def on_before(self) -> tuple[str, ...]:
        """The types that are on in PREVIOUS."""
        return _on(self.old or ())

    @property
    def on_after(self) -> tuple[str, ...]:
        """The types that the new assembly asks for."""
        return _on(self.new or ())

    def sent(self, behaviour: Behaviour) -> Entries:
        """What the handler asks EKS for."""
        old, new = self.old or (), self.new or ()
        return _normalised(old, new) if behaviour.has("logging-normalised") else new

    def changes_nothing(self, behaviour: Behaviour) -> bool:
        """Whether a request asks for what is on already."""
        wanted = {name: on for types, on in self.sent(behaviour) for name in types}
        return bool(wanted) and all((name in self.on_before) is on for name, on in wanted.items())

    def is_phantom(self, behaviour: Behaviour) -> bool:
        """Whether the handler sees a change at every update although the template's text stays."""
        return (
            self.old is not None
            and self.old == self.new
            and behaviour.has("logging-normalised")
            and bool(self.old)
            and _normalised(self.old, self.old) != self.old
        )

    def same(self, behaviour: Behaviour) -> Sameness:
        """Whether the handler sees no change of logging."""
        if self.is_phantom(behaviour):  # only if CloudFormation calls the handler at all
            unchanged = self.config.unchanged
            return OTHER if differs(unchanged) else SAME if is_same(unchanged) else unchanged
        if self.old is None or self.new is None or not behaviour.has("logging-normalised"):
            return self.config.same(Property.LOGGING)
        if not self.old and not self.new:
            return SAME
        sent = self.sent(behaviour)
        return SAME if sent and sent == self.old else OTHER


def logging_of(config: Config) -> Logging:
    """The log types of a cluster in both assemblies."""
    return Logging(config, _entries(config.before), _entries(config.after))


def _normalised(old: Entries, new: Entries) -> Entries:
    """The types of the first entry, which are on, and those that are gone, which are off; nothing is sent as `{}`."""
    wanted = new[0][0] if new else ()
    gone = tuple(name for name in (old[0][0] if old else ()) if name not in wanted)
    return tuple(entry for entry in ((wanted, True), (gone, False)) if entry[0])


def _on(entries: Entries) -> tuple[str, ...]:
    return tuple(name for types, on in entries if on for name in types)


def _entries(side: Callable[[Property], Node]) -> Entries | None:
    whole, entries = side(Property.LOGGING).follow(), side(Property.LOG_ENTRIES).follow()
    if isinstance(whole, Absent):
        return ()
    if not isinstance(whole, Literal) or not isinstance(whole.node.raw, dict):
        return None
    if isinstance(entries, Absent):
        return ()
    if not isinstance(entries, Literal) or not isinstance(entries.node.raw, list):
        return None
    return tuple(
        (tuple(map(str, entry.get("types") or ())), str(entry.get("enabled", True)).lower() != "false")
        for entry in entries.node.raw
        if isinstance(entry, dict)
    )
