"""The definitions of Kubernetes' objects, by minor, out of the compact table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.fields import read_fields
from eks_guard.records import cached_property, dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.data import Tables
    from eks_guard.kubernetes.fields import Fields

NO_OBJECTS = frozenset({"List", "Status"})
"""What is read like an object, and is none."""
OWN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""The groups of Kubernetes itself that do not end in `.k8s.io`."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The properties of one kind of JSON object with their types, and those that OpenAPI calls required.

    `has_spec`: whether one of them is a spec that is an object.
    """

    properties: Mapping[str, Any]
    required: tuple[str, ...]
    has_spec: bool


class Schemas:
    """The definitions of all minors, each looked up when first needed."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: dict[tuple[str, int], Definition] = {}
        self._fields: dict[str, Fields | None] = {}
        self._everywhere: dict[tuple[str, str], bool] = {}

    @cached_property
    def minors(self) -> range:
        """The minors that the table holds, such as 25 to 37."""
        first, last = self._tables.kubernetes_schema["minors"]
        return range(first, last + 1)

    def definition_of(self, api_version: str, kind: str, minor: int) -> str | None:
        """The name of the definition of a kind at a minor, if it is there."""
        row = self._tables.kubernetes_schema["kinds"].get(f"{api_version}/{kind}")
        return row[0] if row and row[1] <= self.nearest(minor) <= row[2] else None

    def definition(self, name: str, minor: int) -> Definition:
        """A definition at a minor; one that is not there is open to everything."""
        known = self._known.get((name, minor))
        if known is None:
            known = self._known[name, minor] = self._read(name, self.nearest(minor))
        return known

    def is_alike(self, name: str, one: int, other: int) -> bool:
        """Whether a definition is the same at two minors."""
        return self.definition(name, one) == self.definition(name, other)

    def is_everywhere(self, api_version: str, kind: str) -> bool:
        """Whether every minor of the table has a stable API version of a kind."""
        found = self._everywhere.get((api_version, kind))
        if found is None:
            found = self._everywhere[api_version, kind] = self._is_everywhere(api_version, kind)
        return found

    def _is_everywhere(self, api_version: str, kind: str) -> bool:
        row = self._tables.kubernetes_schema["kinds"].get(f"{api_version}/{kind}")
        is_stable = "alpha" not in api_version and "beta" not in api_version
        return row is not None and is_stable and row[1] <= self.minors[0] and row[2] >= self.minors[-1]

    def first_minor(self, api_version: str, kind: str) -> int | None:
        """The minor in which an API version of a kind comes; None where that is before the table, or not in it."""
        row = self._tables.kubernetes_schema["kinds"].get(f"{api_version}/{kind}")
        return row[1] if row and row[1] > self.minors[0] else None

    def is_new_beta(self, api_version: str, kind: str) -> bool:
        """Whether a kind of Kubernetes' own has no beta API from before 1.24, since when new ones are off."""
        group, _, version = api_version.rpartition("/")
        if "beta" not in version or not is_own_group(api_version):
            return False
        rows = self._tables.kubernetes_schema["kinds"]
        begins = [
            row[1]
            for key, row in rows.items()
            if key.startswith(f"{group}/v") and key.endswith(f"/{kind}") and "beta" in key
        ]
        return bool(begins) and min(begins) > self.minors[0]

    def may_be_served(self, api_version: str, kind: str) -> bool:
        """Whether any minor of the table has a kind; those of groups that are not Kubernetes' own may be anywhere."""
        if not api_version or not kind or "$" in f"{api_version}{kind}" or not is_own_group(api_version):
            return True
        return f"{api_version}/{kind}" in self._tables.kubernetes_schema["kinds"] or kind in NO_OBJECTS

    def like(self, api_version: str, kind: str) -> str | None:
        """The kind of Kubernetes' own that is meant by a misspelt one, such as `apps/v1 Deployment`."""
        found = [key.rpartition("/") for key in self._tables.kubernetes_schema["kinds"]]
        wanted = kind.lower().rstrip("s")
        same = [(version, name) for version, _, name in found if name.lower().rstrip("s") == wanted]
        best = sorted(same, key=lambda pair: (pair[0] != api_version, "alpha" in pair[0] or "beta" in pair[0], pair[0]))
        return " ".join(best[0]) if best else None

    def nearest(self, minor: int) -> int:
        """A minor of the table: the newest for one that is newer."""
        return min(max(minor, self.minors[0]), self.minors[-1])

    def _read(self, name: str, minor: int) -> Definition:
        for first, last, body in self._tables.kubernetes_schema["definitions"].get(name, ()):
            if first <= minor <= last:
                return Definition(body["p"], tuple(body.get("r", ())), str(body["p"].get("spec")).startswith("#"))
        return Definition({}, (), has_spec=False)

    def fields(self, name: str) -> Fields | None:
        """What the server asks of the fields of a definition beyond their types; None where that is nothing."""
        if name not in self._fields:
            row = self._tables.kubernetes_fields["definitions"].get(name)
            self._fields[name] = read_fields(row) if row else None
        return self._fields[name]


def is_own_group(api_version: str) -> bool:
    """Whether a group is one of Kubernetes itself, so that its kinds come with a server."""
    group = api_version.rpartition("/")[0]
    return group in OWN_GROUPS or (group.endswith(".k8s.io") and group in K8S_IO_GROUPS)


K8S_IO_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        *("admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization"),
        *("certificates", "coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver"),
        *("networking", "node", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration"),
    )
)
"""The groups that a server brings; `gateway.networking.k8s.io` or `snapshot.storage.k8s.io` are custom resources."""
