"""What lies beside a cdk.out: the project's `cdk.json` and code, and what its look-ups found, in `cdk.context.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.fix import Language
from eks_guard.reading import read_file_of, read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is not the project's; a context with a hundred VPCs has some hundred KB."""
VPC = "vpc-provider:"
"""How the keys of what `Vpc.fromLookup` found begin."""
_COMMANDS = (
    (regex(r"\.py\b|python"), Language.PYTHON),
    (regex(r"\b(?:mvnw?|gradlew?|java)\b|\.jar\b"), Language.JAVA),
    (regex(r"\bdotnet\b"), Language.CSHARP),
    (regex(r"\bgo (?:run|mod|build)\b"), Language.GO),
    (regex(r"\b(?:npx|node|tsx|ts-node|bun|deno)\b"), Language.TYPESCRIPT),
)
"""What `cdk init` writes for each language, https://github.com/aws/aws-cdk-cli/tree/main/packages/aws-cdk/lib/init-templates"""

_NODE = regex(r"\b(?:node|tsx|bun)\b.*?([\w./\\@-]+\.c?js)\b")
_MODULE = regex(r"(?m)^\s*(?:import\b[^(\n]*['\"{*]|export\s)")
"""What only a module has, at the beginning of a line."""


def app_language(project: Path | None) -> Language | None:
    """The language that the `app` of cdk.json names; None where it names none."""
    command = _read(project, "cdk.json").get("app")
    if not isinstance(command, str):
        return None
    language = next((language for pattern, language in _COMMANDS if pattern.search(command)), None)
    script = _NODE.search(command) if language is Language.TYPESCRIPT else None
    return Language.JAVASCRIPT if script and loads_by_require(project, script[1]) else language


def loads_by_require(project: Path | None, file: str) -> bool:
    """Whether a file of the project is JavaScript that loads packages by `require`.

    TypeScript compiles to such files, too, and is what people edit then. Where the code itself is not at hand, Node
    takes the word of package.json: https://nodejs.org/api/packages.html#determining-module-system
    """
    if not file.endswith((".js", ".cjs")) or (project is not None and (project / "tsconfig.json").is_file()):
        return False
    if file.endswith(".cjs"):
        return True
    code = _text(project, file)
    if code is None:
        return _read(project, "package.json").get("type") != "module"
    return not _MODULE.search(code)


def _text(project: Path | None, name: str) -> str | None:
    """A file in or below the project's folder; None where there is none."""
    try:
        if project is None or not (project / name).resolve().is_relative_to(project.resolve()):
            return None
        return read_regular_file(project / name, MAX_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def subnet_types(project: Path | None) -> dict[str, str]:
    """`Public`, `Private` or `Isolated` by the id of a looked-up subnet.

    CDK calls a subnet private whose route table leads to a NAT or transit gateway:
    https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/toolkit-lib/lib/context-providers/vpcs.ts
    """
    return {subnet["subnetId"]: str(group.get("type")) for group, subnet in _looked_up_subnets(project)}


def subnet_zones(project: Path | None) -> dict[str, str]:
    """The availability zone by the id of a looked-up subnet."""
    found = ((subnet["subnetId"], subnet.get("availabilityZone")) for _, subnet in _looked_up_subnets(project))
    return {subnet: zone for subnet, zone in found if isinstance(zone, str)}


def _looked_up_subnets(project: Path | None) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each subnet with an id, and the group that it is in."""
    for key, vpc in _read(project, "cdk.context.json").items():
        groups = vpc.get("subnetGroups") if key.startswith(VPC) and isinstance(vpc, dict) else None
        for group in groups if isinstance(groups, list) else ():
            subnets = group.get("subnets") if isinstance(group, dict) else None
            for subnet in subnets if isinstance(subnets, list) else ():
                if isinstance(subnet, dict) and isinstance(subnet.get("subnetId"), str):
                    yield group, subnet


def _read(project: Path | None, name: str) -> dict[str, Any]:
    """A file of the project's folder, in which a cdk.out lies; empty if it is not there or not what CDK writes."""
    try:
        if project is None or not (project / name).is_file():
            return {}
        data = json.loads(read_file_of(project, name, MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
