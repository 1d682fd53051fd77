"""What to call a cluster that has no resource in the app: CDK writes its construct into no template."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from eks_guard.assembly.constructs import construct_path, resource_path
from eks_guard.assembly.stack import NESTED_STACK
from eks_guard.matching import regex
from eks_guard.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.model.value import Value

_PROVIDER = "-KubectlProvider"
_UNSAFE = regex(r"[^A-Za-z0-9]")


def imported_id(first: Resource, name: Value[str | None], known: dict[Stack, frozenset[str]]) -> str:
    """The construct path of the imported cluster where the assembly tells it, else its stack and name.

    `first` is the first resource that talks to it; `known` keeps the names that were found in a stack.
    """
    if first.stack not in known:
        known[first.stack] = frozenset(_provider_ids(first.stack))
    providers = known[first.stack]
    for path in _ancestors(construct_path(first)):
        if unique_id(path) in providers:
            return path
    stack = first.stack.root.id
    return f"{stack}/{name.value}" if isinstance(name, Known) and name.value else f"{stack}/{first.logical_id}"


def unique_id(path: str) -> str:
    """The unique id that CDK derives from a construct path: its letters and digits, and eight of a hash."""
    parts = path.split("/")
    digest = hashlib.md5(path.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()[:8].upper()
    return "".join(_UNSAFE.sub("", part) for part in parts) + digest


def _provider_ids(stack: Stack) -> Iterator[str]:
    """CDK names the provider of an imported cluster after the cluster's unique id."""
    for resource in stack.of_type(NESTED_STACK):
        path = resource_path(resource) or ""
        for part in path.split("/"):
            if part.endswith(f"{_PROVIDER}.NestedStack"):
                yield part.removesuffix(f"{_PROVIDER}.NestedStack")


def _ancestors(path: str | None) -> Iterator[str]:
    while path and "/" in path:
        path = path.rpartition("/")[0]
        yield path
