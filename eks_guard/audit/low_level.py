"""Fixes for clusters that no `Cluster` of CDK's makes: plain resources (`CfnCluster`), and imports."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from eks_guard.matching import regex
from eks_guard.model.cluster import Origin
from eks_guard.model.fix import Fix, Language, camel_case, snake_case
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.fix import Edit

_COMMENT = regex(r"\s# (.*)$", re.MULTILINE)
_NEW_KEY = {
    Language.TYPESCRIPT: "new kms.Key(this, 'Secrets', { enableKeyRotation: true }).keyArn",
    Language.PYTHON: 'kms.Key(self, "Secrets", enable_key_rotation=True).key_arn',
}
"""What an app writes where a template refers to its key by `!GetAtt Key.Arn`."""
_LAYER = regex(r"kubectl(Layer|ProviderOptions|_layer|_provider_options)\b")
_ON_IMPORT = {
    Language.TYPESCRIPT: "// in Cluster.fromClusterAttributes:",
    Language.PYTHON: "# in Cluster.from_cluster_attributes:",
}


def is_low_level(assembly: CloudAssembly, cluster: Cluster) -> bool:
    """Whether a cluster is a plain resource of CloudFormation, not one of CDK's `Cluster`."""
    fqn = str(assembly.construct_info(cluster.id).get("fqn", ""))
    from_cdk = cluster.id != f"{cluster.resource.stack}/{cluster.resource.logical_id}"
    return cluster.origin is Origin.CLOUDFORMATION and (fqn.endswith(".CfnCluster") or not from_cdk)


def for_import(fix: Fix) -> Fix:
    """The fix which says that a layer goes to the import of the cluster, whose line no assembly knows."""
    return replace(fix, edits=tuple(_rewritten(edit, None, []) for edit in fix.edits))


def for_low_level(fix: Fix) -> Fix:
    """The fix with the properties of `CfnCluster` in camel case; a layer goes to the import, which runs kubectl."""
    template = fix.edit(Language.CLOUDFORMATION)
    written = _read(template.lines) if template else None
    notes = _COMMENT.findall(template.lines) if template else []
    return replace(fix, edits=tuple(_rewritten(edit, written, notes) for edit in fix.edits))


@lru_cache(maxsize=256)
def _read(lines: str) -> Mapping[str, Any] | None:
    """The properties that a template is told to write; None for a sentence, and for other functions than `!GetAtt`."""
    try:
        found = yaml.load(lines, Loader=_Loader)  # noqa: S506 (a safe loader that knows one function more)
    except yaml.YAMLError:
        return None
    return found if isinstance(found, dict) else None


class _Reference(str):
    """The attribute of another resource."""

    __slots__ = ()


class _Loader(yaml.SafeLoader):
    """YAML in which `!GetAtt` is kept apart from texts."""


_Loader.add_constructor("!GetAtt", lambda _, node: _Reference(node.value))


def _rewritten(edit: Edit, written: Mapping[str, Any] | None, notes: list[str]) -> Edit:
    if edit.language not in _NEW_KEY:
        return edit
    lines = edit.lines.splitlines()
    layer = [line for line in lines if _LAYER.match(line)]
    if written is None:
        return replace(edit, lines="\n".join([_ON_IMPORT[edit.language], *lines])) if layer else edit
    is_python = edit.language is Language.PYTHON
    said = [f"{'#' if is_python else '//'} {note}" for note in notes if not note.startswith("Key is")]
    own = [
        f"{snake_case(key)}={_python(value)}" if is_python else f"{camel_case(key)}: {_typescript(value)}"
        for key, value in written.items()
    ]
    after = [_ON_IMPORT[edit.language], *layer] if layer else []
    return replace(edit, lines="\n".join([*said, ",\n".join(own), *after]))


def _typescript(value: Any) -> str:
    if isinstance(value, _Reference):
        return _NEW_KEY[Language.TYPESCRIPT]
    if isinstance(value, dict):
        pairs = (f"{camel_case(key)}: {_typescript(one)}" for key, one in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_typescript, value))}]"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


def _python(value: Any) -> str:
    """A value, in which jsii takes the keys of nested structures as JavaScript spells them."""
    if isinstance(value, _Reference):
        return _NEW_KEY[Language.PYTHON]
    if isinstance(value, dict):
        pairs = (f'"{camel_case(key)}": {_python(one)}' for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    return str(value) if isinstance(value, bool) else f'"{value}"'
