"""The stacks that a manifest lists, with their assets, also those of stages inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.asset_manifests import AssetManifests, Assets
from eks_guard.assembly.cloud_assembly import CloudAssembly
from eks_guard.assembly.metadata import Metadata
from eks_guard.assembly.schema import WITHOUT_RESOURCES, Artifact, Manifest, read_manifest
from eks_guard.assembly.stack import Environment, Stack
from eks_guard.errors import AssemblyError, TemplateError
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "manifest.json"
STAGE = "assembly-"
"""How CDK begins the name of a stage's folder. A project may have a manifest.json of another kind."""

ASSET_MANIFEST = "cdk:asset-manifest"
MAX_STAGES = 32
"""Stages nested deeper than this are refused; real apps have one or two levels."""


def read_listed(assembly: CloudAssembly, directory: str) -> Manifest:
    """The manifest of a folder. Raises TemplateError for one that is not CDK's."""
    document = assembly.root.document(directory, MANIFEST)
    manifest = read_manifest(document)
    if not manifest.version[:1].isdigit():
        raise TemplateError(f"{document.name}: version: found {manifest.version!r}, expected a number like '36.0.0'")
    return manifest


def add_artifacts(assembly: CloudAssembly, manifest: Manifest, directory: str, prefix: str, depth: int) -> None:
    """Add the stacks of one manifest and, below it, of its stages."""
    if depth > MAX_STAGES:
        raise AssemblyError(f"{directory}: stages are nested deeper than {MAX_STAGES}")
    assembly.root.budget.list(len(manifest.artifacts) + 1)
    assembly.lookups_missing |= manifest.lookups_missing
    manifests = _asset_manifests(assembly, manifest, directory)
    for artifact_id, artifact in manifest.artifacts.items():
        try:
            if artifact.type == "aws:cloudformation:stack":
                assembly.stacks.append(
                    _stack(assembly, artifact_id, artifact, directory, prefix, manifest.artifacts, manifests)
                )
            elif artifact.type == "cdk:cloud-assembly":
                inner = artifact.directory_name or artifact_id
                where = assembly.root.document(directory, f"{inner}/{MANIFEST}").name.rpartition("/")[0]
                name = artifact.display_name or artifact_id.removeprefix("assembly-")
                assembly.directories.append(where)
                add_artifacts(assembly, read_listed(assembly, where), where, f"{name}/", depth + 1)
            elif artifact.type not in WITHOUT_RESOURCES:
                why = f"the type {artifact.type!r} is not supported; check for a newer eks-guard"
                assembly.miss(NotJudged(artifact_id, f"{directory}/{MANIFEST}".removeprefix("/"), why))
        except TemplateError as error:
            assembly.add_problem(str(error))


def _stack(  # noqa: PLR0913 (what an artifact says, and where it stands)
    assembly: CloudAssembly,
    artifact_id: str,
    artifact: Artifact,
    directory: str,
    prefix: str,
    artifacts: Mapping[str, Artifact],
    manifests: AssetManifests,
) -> Stack:
    file = artifact.template_file
    if file is None:
        raise TemplateError(
            f"{MANIFEST}: artifacts.{artifact_id}.properties.templateFile: missing, expected a file name"
        )
    document = assembly.existing(directory, file)
    if document is None:
        missing = assembly.root.document(directory, file).name
        raise TemplateError(
            f"{missing}: no such file, although {MANIFEST} names it as the template of {artifact_id}; synthesize again"
        )
    extra = artifact.additional_metadata_file
    metadata = Metadata(
        artifact.metadata,
        assembly.root.document(directory, extra) if extra else None,
        assembly.project,
    )
    construct_path, name = _construct_path(artifact_id, artifact, prefix), artifact.stack_name or artifact_id
    return Stack(
        id=construct_path,
        name=name,
        stage=directory,
        environment=assembly.given.environment(Environment.parse(artifact.environment), construct_path, name),
        document=document,
        assets=Assets(directory, manifests, metadata, _own_manifest(artifact, artifacts)),
        metadata=metadata,
        follower=assembly.follower,
        path=prefix.rstrip("/"),
        tags=artifact.tags,
        dependencies=tuple(
            _construct_path(name, artifacts[name], prefix) for name in artifact.dependencies if name in artifacts
        ),
    )


def _own_manifest(artifact: Artifact, artifacts: Mapping[str, Artifact]) -> str | None:
    """The file of the asset manifest of a stack, on which CDK lets the stack depend."""
    named = (artifacts[name] for name in artifact.dependencies if name in artifacts)
    files = [one.file for one in named if one.type == ASSET_MANIFEST and one.file]
    return files[0] if len(files) == 1 else None


def _construct_path(artifact_id: str, artifact: Artifact, prefix: str) -> str:
    """CDK's display name of a stack is its construct path, with the stack name in brackets where the two differ."""
    if artifact.display_name:
        return artifact.display_name.split(" (", 1)[0]
    return prefix + artifact_id


def _asset_manifests(assembly: CloudAssembly, manifest: Manifest, directory: str) -> AssetManifests:
    """The asset manifests that one assembly names."""
    artifacts = manifest.artifacts.values()
    files = [artifact.file for artifact in artifacts if artifact.type == ASSET_MANIFEST and artifact.file]
    return _named_asset_manifests(assembly, directory, files)


def every_asset_manifest(assembly: CloudAssembly, directory: str = "") -> AssetManifests:
    """The asset manifests of a folder without a manifest: every `*.assets.json` in it."""
    files = [name for name in assembly.root.names(directory) if name.endswith(".assets.json")]
    return _named_asset_manifests(assembly, directory, files)


def _named_asset_manifests(assembly: CloudAssembly, directory: str, files: list[str]) -> AssetManifests:
    documents = {}
    for file in files:
        try:
            documents[file] = assembly.root.document(directory, file)
        except TemplateError as error:
            assembly.notes.append(f"{error}; its assets are treated as missing")
    return AssetManifests(documents, assembly.notes)
