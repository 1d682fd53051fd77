"""From a path to a cloud assembly: what a `cdk synth` wrote, a folder of templates, or one template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.artifacts import (
    MANIFEST,
    STAGE,
    add_artifacts,
    every_asset_manifest,
    read_listed,
)
from eks_guard.assembly.cloud_assembly import CloudAssembly
from eks_guard.assembly.documents import Document
from eks_guard.assembly.embedded import add_embedded
from eks_guard.assembly.files import Root
from eks_guard.assembly.template_files import is_nested_template, may_be_template
from eks_guard.errors import AssemblyError, NoAssemblyError, TemplateError
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.asset_manifests import AssetManifests
    from eks_guard.model.given import GivenValue

INSIDE = "!"
"""Between an archive and a folder in it."""
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How zips and compressed files begin."""


def load(
    path: str, stdin: bytes | None = None, root: Root | None = None, values: Sequence[GivenValue] = ()
) -> CloudAssembly:
    """Read an assembly from a path, or one template from `stdin`, with the templates that its templates hand on.

    `root` is the folder where it was opened already; `path` is then its name. `values` are those of parameters, which
    decide what is deployed. Raises AssemblyError if there is neither a cloud assembly, nor a template, nor a folder of
    templates.
    """
    assembly = _load_folder(path, root, values) if root else _load(path, stdin, values)
    add_embedded(assembly)
    return assembly


def _load(path: str, stdin: bytes | None, values: Sequence[GivenValue]) -> CloudAssembly:
    if stdin is not None:
        assembly = CloudAssembly(path, Root(Path()), values)
        _add_templates(assembly, Document("stdin", content=stdin))
        return assembly
    where = Path(path)
    try:
        if where.is_dir():
            return _load_folder(path, Root(where), values)
        archive = _archive(where)
        if archive:
            return _load_folder(path, archive, values)
        if where.is_file():
            assembly = CloudAssembly(path, Root(where.parent), values)
            _add_templates(assembly, assembly.root.document("", where.name), every_asset_manifest(assembly))
            return assembly
        exists = where.exists()
    except OSError as error:
        raise AssemblyError(f"{path}: cannot be read: {error.strerror}") from None
    if exists:
        raise AssemblyError(f"{path}: found neither a file nor a folder, expected a cdk.out or a template")
    raise AssemblyError(f"{path}: no such file or folder; run `cdk synth` first, or pass the path of its output")


def outermost_assembly(folder: Path) -> Path | None:
    """The folder of the app around a template's: stages lie inside of the app's cdk.out. None if it is no assembly."""
    if not (folder / MANIFEST).is_file():
        return None
    while folder.name.startswith(STAGE) and (folder.parent / MANIFEST).is_file():
        folder = folder.parent
    return folder


def _archive(where: Path) -> Root | None:
    """The assembly in an archive; `app.zip!folder` names one of several. None for what is no archive."""
    file, separator, folder = str(where).partition(INSIDE)
    if not where.is_file() and not (separator and Path(file).is_file()):
        return None
    whole = where.is_file()
    path = where if whole else Path(file)
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head.startswith(ARCHIVES) and b"\0" not in head:  # a tar's first block holds zeros, JSON and YAML none
        return None
    from eks_guard.assembly.archive_root import open_archive  # noqa: PLC0415 (most inputs are folders)

    return open_archive(path, None if whole else folder)


def _load_folder(path: str, root: Root, values: Sequence[GivenValue]) -> CloudAssembly:
    assembly = CloudAssembly(path, root, values)
    names = assembly.root.names("")
    assembly.directories.append("")
    if MANIFEST in names:
        manifest = read_listed(assembly, "")
        assembly.version = manifest.version
        add_artifacts(assembly, manifest, "", "", 0)
        assembly.unlisted_templates = tuple(_unlisted(assembly, names))
        return assembly
    manifests = every_asset_manifest(assembly)
    for name in names:
        if may_be_template(name) and not is_nested_template(name):
            _add_from_folder(assembly, name, manifests)
    from eks_guard.assembly.deployed_alone import deployed_alone  # noqa: PLC0415 (an app has a manifest)

    assembly.stacks = deployed_alone(assembly)
    if not assembly.stacks and not assembly.problems:
        raise NoAssemblyError(
            f"{path}: found neither {MANIFEST} nor a CloudFormation template; "
            "run `cdk synth`, or pass the path of its output"
        )
    return assembly


def _add_from_folder(assembly: CloudAssembly, name: str, manifests: AssetManifests) -> None:
    """Add a file of a folder of templates, if it is one; what may have been one before it was cut off is told."""
    try:
        document = assembly.root.document("", name)
        if document.mentions("Resources"):
            _add_templates(assembly, document, manifests)
        elif not document.content.strip():
            assembly.miss(NotJudged(name, name, "the file is empty, as when synthesis was interrupted"))
        elif not document.looks_whole:
            _ = document.data  # raises TemplateError with the place where it is cut off
    except TemplateError as error:
        assembly.add_problem(str(error))


def _add_templates(assembly: CloudAssembly, document: Document, manifests: AssetManifests | None = None) -> None:
    """Add the templates of a file without a manifest."""
    from eks_guard.assembly.bare import add_templates  # noqa: PLC0415 (an app has a manifest)

    add_templates(assembly, document, manifests)


def _unlisted(assembly: CloudAssembly, names: list[str]) -> list[str]:
    """The templates in the folder that the manifest does not name; nested ones are named by their parents."""
    listed = {stack.document.name for stack in assembly.stacks}
    return [
        name
        for name in names
        if ".template." in name and may_be_template(name) and not is_nested_template(name) and name not in listed
    ]
