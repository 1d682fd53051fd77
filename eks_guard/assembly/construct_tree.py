"""The constructs of an app as `tree.json` lists them, read when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.errors import TemplateError
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from eks_guard.assembly.files import Root

MAX_TREE_BYTES = 256 * 1024 * 1024
"""A larger `tree.json` is not read; older releases wrote 57 MB for 200 stacks."""


class ConstructTree:
    """The tree of one app, all its stages included. What cannot be read becomes one of the `notes`."""

    def __init__(self, root: Root, notes: list[str]) -> None:
        self._root = root
        self._notes = notes

    def info(self, path: str) -> dict[str, Any]:
        """`constructInfo` of a construct: its class as `fqn` and the `version` of its package; empty if not told."""
        node = self._top
        for name in path.split("/"):
            children = node.get("children") if node else None
            node = self._grown(children.get(name)) if isinstance(children, dict) else None
        info = node.get("constructInfo") if node else None
        return info if isinstance(info, dict) else {}

    @cached_property
    def _top(self) -> dict[str, Any] | None:
        """The root of the tree; None where there is none to be read."""
        return self._read("tree.json", None)

    def _grown(self, node: Any) -> dict[str, Any] | None:
        """A node of the tree, out of its own file where CDK split a large tree."""
        if not isinstance(node, dict):
            return None
        if isinstance(node.get("fileName"), str):
            return self._read(node["fileName"], node.get("treeId"))
        return node

    def _read(self, name: str, tree_id: Any) -> dict[str, Any] | None:
        try:
            document = self._root.document("", name, MAX_TREE_BYTES)
            data = document.data if document.exists else None
        except TemplateError as error:
            self._notes.append(f"{error}; layers are identified without it")
            return None
        if not isinstance(data, dict):
            return None
        forest = data.get("forest")
        found = (
            forest.get(tree_id if isinstance(tree_id, str) else "") if isinstance(forest, dict) else data.get("tree")
        )
        return found if isinstance(found, dict) else None
