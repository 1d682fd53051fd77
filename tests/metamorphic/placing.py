"""Stacks, stages and files of an assembly, and what CDK writes beside its templates."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moving import as_stacks
from specimens import ALONE, Specimen

if TYPE_CHECKING:
    from transformation import Change


def with_another_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    if not specimen.is_assembly:
        return None
    manifest = specimen.files["manifest.json"]
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "Tried.template.json"},
    }
    artifacts = {"Tried": stack, **manifest.get("artifacts", {})}
    return specimen.with_files(
        **{
            "manifest.json": {**manifest, "artifacts": artifacts},
            "Tried.template.json": {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}},
        }
    )


def without_assets(specimen: Specimen, _: random.Random) -> Specimen | None:
    kept = {n: c for n, c in specimen.files.items() if not n.startswith("asset.") and not n.endswith(".assets.json")}
    return replace(specimen, files=kept) if kept != specimen.files else None


def without_analytics(template: dict[str, Any]) -> dict[str, Any]:
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if not (isinstance(resource, dict) and resource.get("Type") == "AWS::CDK::Metadata")
    }
    return {**template, "Resources": resources}


def with_metadata_in_a_file(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Move the metadata of each stack to the file in which newer releases keep it."""
    if not specimen.is_assembly:
        return None
    manifest = specimen.files["manifest.json"]
    artifacts, files = {}, {}
    for name, artifact in manifest.get("artifacts", {}).items():
        if isinstance(artifact, dict) and isinstance(artifact.get("metadata"), dict):
            file = f"{name}.metadata.json"
            files[file] = artifact["metadata"]
            kept = {key: value for key, value in artifact.items() if key != "metadata"}
            artifacts[name] = {**kept, "additionalMetadataFile": file}
        else:
            artifacts[name] = artifact
    return specimen.with_files(**files, **{"manifest.json": {**manifest, "artifacts": artifacts}}) if files else None


def inside_a_stage(*names: str) -> Change:
    """Put the assembly into stages of a larger one."""

    def staged(specimen: Specimen, _: random.Random) -> Specimen | None:
        if not specimen.is_assembly or "tree.json" in specimen.files:  # a stage has no tree of its own
            return None
        if "cdk:cloud-assembly" in json.dumps(specimen.files["manifest.json"]):
            return None
        files = {f"assembly-{n}/{file}": content for n in names for file, content in specimen.files.items()}
        manifests = {f"assembly-{n}/manifest.json": _shown_in(n, specimen.files["manifest.json"]) for n in names}
        artifacts = {
            f"assembly-{n}": {"type": "cdk:cloud-assembly", "properties": {"directoryName": f"assembly-{n}"}}
            for n in names
        }
        version = specimen.files["manifest.json"].get("version", "36.0.0")
        manifest = {"version": version, "artifacts": artifacts}
        return replace(specimen, files={**files, **manifests, "manifest.json": manifest})

    return staged


def _shown_in(stage: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Show stacks with the name of their stage, as CDK does."""
    artifacts = {
        name: {**one, "displayName": f"{stage}/{one['displayName']}"} if "displayName" in one else one
        for name, one in manifest.get("artifacts", {}).items()
    }
    return {**manifest, "artifacts": artifacts}


def as_a_stack_of_an_assembly(specimen: Specimen, _: random.Random) -> Specimen | None:
    if ALONE not in specimen.files:
        return None
    return replace(specimen, files=as_stacks(template=specimen.files[ALONE]))


def as_a_nested_stack(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Make the template one that a parent deploys, without parameters."""
    template = specimen.files.get(ALONE)
    if template is None or "Parameters" in template or "Rules" in template:
        return None
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "nested.json"},
    }
    files = as_stacks(Above={"Resources": {"Inner": nested}})
    return replace(specimen, files={**files, "nested.json": template})


def alone(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Leave a single template of an assembly, without its manifest."""
    if not specimen.is_assembly or len(specimen.templates) != 1:
        return None
    return replace(specimen, files=specimen.templates)
