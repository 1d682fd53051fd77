"""Where the assets of an assembly lie: `<Stack>.assets.json`, or CDK v1's metadata, read when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.metadata import ASSET, Metadata
from eks_guard.assembly.schema import read_asset_paths
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.assembly.documents import Document


MANY = 2_000
"""How often manifests are searched for assets before all are parsed instead."""


class AssetManifests:
    """The asset manifests of one folder, each parsed at most once, and first those that mention what is asked for."""

    def __init__(self, documents: Mapping[str, Document], notes: list[str]) -> None:
        self._documents = documents
        self._notes = notes
        self._paths: dict[Document, Mapping[str, str]] = {}
        self._found: dict[str, str | None] = {}
        self._all: dict[str, str] | None = None

    def path(self, digest: str, own: str | None = None) -> str | None:
        """The path of an asset: as the manifest of a stack's `own` gives it, else as another does; the last counts."""
        told = self._read(self._documents[own]).get(digest) if own and own in self._documents else None
        if told is None and digest not in self._found:
            many = self._all is not None or len(self._found) * len(self._documents) > MANY
            self._found[digest] = self._of_all.get(digest) if many else self._of_likely(digest)
        return told or self._found[digest]

    def _of_likely(self, digest: str) -> str | None:
        """The path by the manifests that mention an asset, which are searched for it; the others stay unparsed."""
        likely = [document for document in self._documents.values() if _mentions(document, digest)]
        asked = likely or self._documents.values()
        found = [paths[digest] for document in asked if digest in (paths := self._read(document))]
        return found[-1] if found else None

    @property
    def _of_all(self) -> dict[str, str]:
        """All paths: many assets are found faster in what is parsed once."""
        if self._all is None:
            documents = self._documents.values()
            self._all = {digest: path for document in documents for digest, path in self._read(document).items()}
        return self._all

    def _read(self, document: Document) -> Mapping[str, str]:
        if document not in self._paths:
            try:
                self._paths[document] = read_asset_paths(document)
            except TemplateError as error:
                self._paths[document] = {}
                self._notes.append(f"{error}; its assets are treated as missing")
        return self._paths[document]


class Assets:
    """Where the assets of one stack lie, by their hash. `directory` is the assembly's, relative to the root.

    `own` is the file of the asset manifest of this stack alone, where the assembly names one.
    """

    def __init__(self, directory: str, manifests: AssetManifests, metadata: Metadata, own: str | None = None) -> None:
        self.directory = directory
        self._manifests = manifests
        self._metadata = metadata
        self._own = own

    def path(self, digest: str) -> str | None:
        """The path of an asset, relative to `directory`; None where the assembly does not tell."""
        return self._manifests.path(digest, self._own) or self._legacy_path(digest)

    def _legacy_path(self, digest: str) -> str | None:
        """CDK v1 wrote no asset manifest: its assets stand in the stack's metadata."""
        for _, data in self._metadata.of_type(ASSET):
            if isinstance(data, dict) and digest in (data.get("sourceHash"), data.get("id")):
                path = data.get("path")
                return path if isinstance(path, str) else None
        return None


def _mentions(document: Document, digest: str) -> bool:
    try:
        return document.contains(digest)
    except TemplateError:
        return True
