"""What the code of a kubectl handler does, by its published hash, else by its source in the assembly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.assembly.assets import AssetLimitError, UnreadableAssetError, find_asset
from eks_guard.assembly.code import asset_hash
from eks_guard.matching import regex
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource
    from eks_guard.data import Tables
    from eks_guard.data.rows import HandlerCode

MAX_CODE = 1 << 20
"""Bytes of a handler's source that are read; CDK's has some thousands."""
_FORGETS_REPOSITORY = regex(r"^\s+repository = None$", re.MULTILINE)
_ASKS_FOR_ROLE = regex(r"props\[['\"]RoleArn['\"]\]")


def takes_oci_charts(tables: Tables, function: Resource) -> Value[bool]:
    """Return whether the code pulls an `oci://` chart and then forgets the repository, as Helm 4 wants it."""
    published = _published(tables, function)
    if published:
        return Known(published.takes_oci_charts, function.place)
    source = _source(function, "helm/__init__.py")
    if isinstance(source, Unknown):
        return Unknown(source.reason, source.place)
    return Known(_FORGETS_REPOSITORY.search(source.value) is not None, function.place)


def reads_role(tables: Tables, function: Resource) -> Value[bool]:
    """Return whether the code raises KeyError for a custom resource without `RoleArn`."""
    published = _published(tables, function)
    if published and published.reads_role is not None:
        return Known(published.reads_role, function.place)
    source = _source(function, "apply/__init__.py")
    if isinstance(source, Unknown):
        return Unknown(source.reason, source.place)
    return Known(_ASKS_FOR_ROLE.search(source.value) is not None, function.place)


def _published(tables: Tables, function: Resource) -> HandlerCode | None:
    return tables.kubectl_handlers.get(asset_hash(function, "Code") or "")


def _source(function: Resource, name: str) -> Value[str]:
    """A file of the handler's code."""
    digest = asset_hash(function, "Code")
    asset = find_asset(function.stack.assembly.root, function, digest) if digest else None
    try:
        member = asset.member(name) if asset else None
        if member is None:
            return Unknown("the code of the handler is not in the assembly", function.place)
        with member.open() as stream:
            code = stream.read(MAX_CODE + 1)
    except AssetLimitError as error:
        function.stack.assembly.add_problem(str(error))
        return Unknown(str(error), function.place)
    except UnreadableAssetError:
        return Unknown("the code of the handler cannot be read", function.place)
    if len(code) > MAX_CODE:
        return Unknown(f"the code of the handler is larger than {MAX_CODE} bytes, the limit for it", function.place)
    return Known(code.decode("utf-8", "replace"), function.place)
