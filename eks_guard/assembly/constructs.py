"""Which construct made a resource, and which line of the user's code made the construct."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from eks_guard.model.resource import SourcePosition

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource, Stack

MAX_PATH = 2048
"""Characters of a construct path whose line of code is looked up; CDK's own have a few hundred."""
GENERATED = ("Resource", "Default")
"""Names of child constructs that CDK makes inside a construct of the user's."""


def resource_path(resource: Resource) -> str | None:
    """The construct path of a resource as CDK notes it (`Stack/Cluster/Resource`), or None where it is not told."""
    noted = resource.metadata.get("aws:cdk:path")
    if isinstance(noted, str) and noted:
        return noted
    paths = resource.stack.root.metadata.paths.get(resource.logical_id, [])
    if resource.stack.parent:
        above = _nested_stack_path(resource.stack)
        paths = [path for path in paths if above and path.startswith(f"{above}/")]
    elif len(paths) > 1:
        paths = [
            path for path in paths if ".NestedStack" not in path and path.count("/") == min(p.count("/") for p in paths)
        ]
    return paths[0] if len(paths) == 1 else None


def construct_path(resource: Resource) -> str | None:
    """The path of the construct that the user wrote: without the children that CDK makes inside it."""
    path = resource_path(resource)
    if path is None:
        return None
    parts = path.split("/")
    while len(parts) > 1 and parts[-1] in GENERATED:
        parts.pop()
    return "/".join(parts)


def _nested_stack_path(stack: Stack) -> str | None:
    """`Stack/Inner` for a nested stack whose resource stands at `Stack/Inner.NestedStack/Inner.NestedStackResource`."""
    assert stack.parent, "a nested stack has a parent"
    path = resource_path(stack.parent)
    if path is None or ".NestedStack/" not in path:
        return None
    return path.rsplit(".NestedStack/", 1)[0]


def source_position(resource: Resource) -> SourcePosition | None:
    """The line of the user's code that created the construct, or None where the assembly does not tell.

    CDK 2.27x writes `aws:cdk:creationStack`; older releases, run with stack traces on, a trace beside the logical id.
    """
    metadata = resource.stack.root.metadata
    path = resource_path(resource) or ""
    if len(path) > MAX_PATH:
        return None
    while "/" in path:
        frames = metadata.user_frames.get(f"/{path}")
        if frames:
            file, line, column = frames[0].group("file", "line", "column")
            return SourcePosition(_relative(file, metadata.source_root), int(line), int(column or 1))
        path = path.rpartition("/")[0]
    return None


def _relative(file: str, root: str) -> str:
    """The file as seen from the root."""
    file = file.removeprefix("file://")
    return posixpath.normpath(file[len(root) :].lstrip("/")) if root and file.startswith(f"{root}/") else file
