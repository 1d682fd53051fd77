"""What an update does to what is deployed: the vocabulary of change safety."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import Step
    from eks_guard.model.resource import ResourceId, SourcePosition
    from eks_guard.model.value import Place, Value
    from eks_guard.model.version import Version

PREVIOUS = "previous:"
"""Before the name of a template of the previous assembly, so that no place is taken for one of the new."""


class Fate(StrEnum):
    """What becomes of a resource. `left`: it leaves its stack and lives on. `refused`: the update fails at it."""

    KEPT = "kept"
    REPLACED = "replaced"
    DELETED = "deleted"
    LEFT = "left"
    CREATED = "created"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What can be asked of a change; each is a fact for policies."""

    FATE = "change.fate"
    REFUSED = "change.refused_because"
    KINDS = "change.kinds"
    COMBINED = "change.combined"
    IGNORED = "change.ignored"
    IGNORED_TAGS = "change.ignored_tags"
    VERSION_STEP = "change.version_step"
    MODE_STEP = "change.mode_step"
    TOKEN = "change.service_token"  # noqa: S105 (the name of a fact)
    TYPE = "change.type_before"
    NAME = "change.name_held_by"
    LOST_OBJECTS = "change.lost_objects"
    MOVED_RELEASE = "change.moved_release"
    LOST_NAMESPACES = "change.lost_namespaces"
    DROPPED = "change.dropped_objects"
    IMMUTABLE = "change.immutable_fields"
    ADDON = "change.removed_addon"
    ADDON_STEP = "change.addon_version_step"
    NODES = "change.replaced_nodes"
    EXPORT = "change.lost_exports"
    ACCOUNT_ROLE = "change.service_account_role"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that the update does. `remedy` is what to do where the policy's own text is about another case.

    `version` is the one to deploy instead, of a step that EKS refuses; `fix` are the lines where the comparison knows
    them.
    """

    question: Question
    value: Value[Any]
    says: str
    place: Place | None = None
    trace: tuple[Step, ...] = ()
    remedy: str | None = None
    version: Version | None = None
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A resource of one assembly or of both, and what becomes of it.

    `place` lies in the new assembly, of what is gone in the previous one (`is_gone`). `changed` names the properties
    that are changed in place.
    """

    kind: str
    type: str
    id: str
    stack: str
    logical_id: str
    resource: ResourceId
    place: Place
    fate: Fate
    because: str
    effects: tuple[Effect, ...] = ()
    trace: tuple[Step, ...] = ()
    changed: tuple[str, ...] = ()
    is_gone: bool = False
    source: SourcePosition | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The whole update. `previous` is the path that was given for what is deployed."""

    previous: str
    resources: tuple[ResourceChange, ...]
    notes: tuple[str, ...] = ()
    handler: str | None = None

    @property
    def condition(self) -> str:
        """What everything rests on that is said of the update."""
        return f"the update is judged on one condition: that PREVIOUS, {self.previous}, is what is deployed"

    def at(self, place: Place) -> ResourceChange | None:
        """The change of the resource at a place of the new assembly."""
        return next((found for found in self.resources if found.place == place), None)
