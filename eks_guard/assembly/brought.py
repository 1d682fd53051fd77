"""Whether what was not audited may bring EKS resources, by the same judgement as what is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.artifacts import every_asset_manifest
from eks_guard.assembly.bare import add_templates
from eks_guard.assembly.cloud_assembly import CloudAssembly
from eks_guard.assembly.documents import FAMILIES
from eks_guard.assembly.embedded import TYPES, add_embedded
from eks_guard.assembly.stack import NESTED_STACK
from eks_guard.assembly.unseen import may_bring, unseen
from eks_guard.errors import TemplateError
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.assembly.documents import Document

_SECTION = regex(rb"(?<!\w)Resources[\"']?\s*:")


def template_brings(assembly: CloudAssembly, document: Document, directory: str, harmless: Collection[str]) -> bool:
    """Whether a file of a folder is a template that may bring EKS resources: itself, or by what it leads to.

    Raises TemplateError for what may be a template, or may have been one before it was cut off, and cannot be read.
    """
    if not document.mentions("Resources"):
        _refuse_cut(document)
        return False
    if document.may_have_type(*FAMILIES):
        return True
    if document.looks_whole and not (may_bring(document) or document.may_have_type(NESTED_STACK, *TYPES)):
        return False
    try:
        items = document.items()
    except TemplateError:
        if _SECTION.search(document.content):
            raise
        return False
    if not any(isinstance(item.data, dict) and isinstance(item.data.get("Resources"), dict) for item in items):
        return False
    alone = CloudAssembly(assembly.path, assembly.root)
    add_templates(alone, document, every_asset_manifest(alone, directory), directory)
    add_embedded(alone)
    return brings(alone, harmless)


def brings(assembly: CloudAssembly, harmless: Collection[str]) -> bool:
    """Whether an assembly may bring EKS resources; whatever of it cannot be read may."""
    if any(True for _ in assembly.of_families(*FAMILIES)):
        return True
    return any(True for _ in unseen(assembly, harmless)) or bool(assembly.not_judged or assembly.problems)


def _refuse_cut(document: Document) -> None:
    """Raise TemplateError for JSON that ends before it has said what it is, and for a template that is empty."""
    content = document.content.strip()
    if not content and ".template" in document.name.lower():
        raise TemplateError(f"{document.name}: the file is empty, as when synthesis was interrupted")
    if content[:1] in (b"{", b"[") and not document.looks_whole and content.count(b"{") > content.count(b"}"):
        _ = document.data  # raises TemplateError with the place where it is cut off
