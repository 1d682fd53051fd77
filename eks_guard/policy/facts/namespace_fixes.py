"""The lines that make a namespace exist before what goes into it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.model.fix import Fix, Language, in_comment
from eks_guard.model.workloads import Chart
from eks_guard.policy.facts.fixes import order_fix
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.model.resource import Site
    from eks_guard.model.workloads import Manifest


def first_fix(later: Manifest | Chart, maker: Manifest | Chart, namespace: str) -> Fix:
    """The lines that make a namespace in time; what waits for a resource cannot come before it, too."""
    ordered = order_fix(later.at, maker.at)
    if later.at.resource not in maker.after:
        return ordered
    if isinstance(maker, Chart):
        return _own_manifest(later.at, maker.at, namespace)
    says = in_comment(f"{maker.at.id} waits for {later.at.id}: remove that dependency, which would make a circle")
    marks = {Language.TYPESCRIPT: "//", Language.PYTHON: "#", Language.CLOUDFORMATION: "#"}
    edits = (replace(edit, lines=f"{marks[edit.language]} {says}\n{edit.lines}") for edit in ordered.edits)
    return replace(ordered, edits=tuple(edits))


def _own_manifest(later: Site, maker: Site, namespace: str) -> Fix:
    """A manifest with the namespace, which leaves the chart that waits nothing to create."""
    name = re.sub(r"[^a-z0-9-]", "?", namespace)  # as a label of DNS is written, so that no text ends the literal
    waits = later.resource.logical_id
    says = in_comment(f"app is {later.id}; {maker.id} waits for it and cannot come first")
    return Fix.of(
        f"Create the namespace {name} in a manifest of its own",
        typescript=(
            "const namespace = cluster.addManifest('Namespace', "
            f"{{ apiVersion: 'v1', kind: 'Namespace', metadata: {{ name: '{name}' }} }});\n"
            f"app.node.addDependency(namespace);  // {says}"
        ),
        python=(
            'namespace = cluster.add_manifest("Namespace", '
            f'{{"apiVersion": "v1", "kind": "Namespace", "metadata": {{"name": "{name}"}}}})\n'
            f"app.node.add_dependency(namespace)  # {says}"
        ),
        cloudformation=f"# a manifest of its own with the namespace {name}, in DependsOn of {waits}",
    )
