"""Refresh the types and properties by which policies are checked where cfn-lint is not installed.

python tools/refresh_properties.py, with the cfn-lint of the dev extra: its schemas, reduced to what is asked of them.
"""

from __future__ import annotations

import datetime
from importlib.metadata import version
from typing import Any

from table import DATA, save

from eks_guard.policy.cloudformation import known_regions, known_types, published
from eks_guard.policy.kinds import KINDS

FOLDER = DATA / "cloudformation"
DEEPEST = 8
"""Schemas nest themselves; no property of these types is deeper."""


def main() -> None:
    """Write the table."""
    of_eks = {name for name in known_types() if name.startswith("AWS::EKS::")}
    kinds = {name for kind in KINDS.values() for name in kind.types if name.startswith("AWS::")}
    types = {name: reduced(schema, schema) for name in sorted(of_eks | kinds) if (schema := published(name))}
    save("properties", dated(types, datetime.datetime.now(tz=datetime.UTC).date()), FOLDER)
    print(f"properties.json: {len(known_types())} types, {len(types)} with properties")


def reduced(node: Any, schema: Any, depth: int = 0) -> dict[str, Any]:
    """What a policy can be checked by: types, words and names of properties, with what definitions say in place."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = schema.get("definitions", {}).get(node["$ref"].rpartition("/")[2])
    if not isinstance(node, dict) or depth > DEEPEST:
        return {}
    kept: dict[str, Any] = {key: node[key] for key in ("type", "enum") if key in node and depth}
    if node.get("patternProperties"):
        kept["patternProperties"] = {"": {}}
    if isinstance(node.get("items"), dict):
        kept["items"] = reduced(node["items"], schema, depth + 1)
    properties = node.get("properties")
    if isinstance(properties, dict):
        kept["properties"] = {name: reduced(below, schema, depth + 1) for name, below in sorted(properties.items())}
    return kept


def dated(types: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """The table, as of a day."""
    return {
        "about": "The resource types of CloudFormation, and the properties of those that policies have kinds for.",
        "as_of": today.isoformat(),
        "source": f"https://pypi.org/project/cfn-lint/{version('cfn-lint')}/",
        "regions": " ".join(sorted(known_regions())),
        "names": " ".join(sorted(known_types())),
        "types": types,
    }


if __name__ == "__main__":
    main()
