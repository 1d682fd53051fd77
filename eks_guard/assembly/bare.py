"""Templates without a manifest: each is a stack of which nobody tells where it is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.asset_manifests import AssetManifests, Assets
from eks_guard.assembly.metadata import Metadata
from eks_guard.assembly.stack import Environment, Stack
from eks_guard.assembly.template_files import stem
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.documents import Document


def add_templates(
    assembly: CloudAssembly, document: Document, manifests: AssetManifests | None = None, directory: str = ""
) -> None:
    """Add a file without a manifest: one template, or a list of them. Its assets lie in `directory`."""
    try:
        items = document.items()
    except TemplateError as error:
        assembly.add_problem(str(error))
        return
    manifests = manifests or AssetManifests({}, assembly.notes)
    for item in items:
        if isinstance(item.data, dict) and isinstance(item.data.get("Resources"), dict):
            assembly.stacks.append(_stack(assembly, item, manifests, directory))
        else:
            assembly.add_problem(f"{item.name}: not a CloudFormation template: it has no Resources")


def _stack(assembly: CloudAssembly, document: Document, manifests: AssetManifests, directory: str) -> Stack:
    name, metadata = stem(stem(document.name)), Metadata()
    return Stack(
        id=name,
        name=name,
        stage="",
        environment=assembly.given.environment(Environment(), name),
        document=document,
        assets=Assets(directory, manifests, metadata),
        metadata=metadata,
        follower=assembly.follower,
    )
