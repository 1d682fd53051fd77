"""The lines that keep deployed settings for one more deploy, whatever the constructs of the app would write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from eks_guard.assembly.following.resolution import Absent, Literal
from eks_guard.change.lines import construct_of, quoted
from eks_guard.model.fix import Fix, in_comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.verdict import Cause

UNSET = object()
"""Stands for what is not written."""
OPEN = object()
"""Stands for what a deployment decides."""


class _Override(NamedTuple):
    """One setting below Properties, and what is to be there; UNSET for nothing."""

    path: tuple[str, ...]
    value: Any


def keep_deployed(new: Resource, causes: Sequence[Cause], why: str) -> Fix | None:
    """Return the overrides that put back what is deployed; None where a deployment decides a part of it.

    `why` ends the comment above them.
    """
    sides = [(cause.keys, _written(cause.old), _written(cause.new)) for cause in causes]
    if not sides or any(OPEN in (old, now) for _, old, now in sides):
        return None
    overrides = [one for keys, old, now in sides for one in _overrides(tuple(keys), old, now)]
    found = construct_of(new)
    comment = in_comment(why)
    template = "\n".join(_in_template({tuple(keys): old for keys, old, _ in sides}))
    title = f"Keep the deployed {', '.join('.'.join(keys) for keys, _, _ in sides)}"
    if found is None:
        return Fix.of(title, cloudformation=f"# {comment}\n{template}")
    typescript = "\n".join(f"({found[0]} as cdk.CfnResource){_typescript(one)};" for one in overrides)
    python = "\n".join(f"{found[1]}{_python(one)}" for one in overrides)
    return Fix.of(
        title,
        typescript=f"// {comment}\n{typescript}",
        python=f"# {comment}\n{python}",
        cloudformation=f"# {comment}\n{template}",
    )


def _written(node: Node) -> Any:
    """Return the JSON of a value; UNSET where nothing is written, OPEN where a deployment decides a part of it."""
    match node.follow():
        case Absent():
            return UNSET
        case Literal(at) if isinstance(at.raw, dict):
            inside = {key: _written(at.child(key, raw)) for key, raw in at.raw.items()}
            known = {key: value for key, value in inside.items() if value is not UNSET}
            return OPEN if any(value is OPEN for value in known.values()) else known
        case Literal(at) if isinstance(at.raw, list):
            items = [_written(at.child(index, raw)) for index, raw in enumerate(at.raw)]
            return OPEN if any(item is OPEN or item is UNSET for item in items) else items
        case Literal(at):
            return at.raw
    return OPEN


def _overrides(path: tuple[str, ...], old: Any, now: Any) -> Iterator[_Override]:
    """Yield what differs. An override merges objects, and replaces all else."""
    if isinstance(old, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*old, *now]):
            if old.get(key, UNSET) != now.get(key, UNSET):
                yield from _overrides((*path, key), old.get(key, UNSET), now.get(key, UNSET))
    else:
        yield _Override(path, old)


def _dotted(path: Iterable[str]) -> str:
    """A path as `addPropertyOverride` reads it."""
    return ".".join(key.replace(".", "\\.") for key in path)


def _typescript(one: _Override) -> str:
    path = quoted(_dotted(one.path))
    if one.value is UNSET:
        return f".addPropertyDeletionOverride({path})"
    value = quoted(one.value) if isinstance(one.value, str) else json.dumps(one.value)
    return f".addPropertyOverride({path}, {value})"


def _python(one: _Override) -> str:
    path = json.dumps(_dotted(one.path))
    if one.value is UNSET:
        return f".add_property_deletion_override({path})"
    return f".add_property_override({path}, {_in_python(one.value)})"


def _in_python(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {_in_python(inner)}" for key, inner in value.items()) + "}"
        case list():
            return f"[{', '.join(map(_in_python, value))}]"
        case str():
            return json.dumps(value)
    return repr(value)


def _in_template(settings: dict[tuple[str, ...], Any], indent: str = "") -> Iterator[str]:
    """Yield settings as YAML, those below one key together."""
    for first in dict.fromkeys(keys[0] for keys in settings):
        below = {keys[1:]: value for keys, value in settings.items() if keys[0] == first}
        value = below.get(())
        if () not in below:
            yield f"{indent}{first}:"
            yield from _in_template(below, f"{indent}  ")
        else:
            yield f"{indent}# without {first}" if value is UNSET else f"{indent}{first}: {json.dumps(value)}"
