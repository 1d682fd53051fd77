"""The shape of the files that CDK writes beside its templates, as far as they are read.

Foreign formats that grow with every release: unknown keys are ignored, known ones must have their type.
https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from eks_guard.assembly.files import Document


class _Read(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Properties(_Read):
    """What an artifact says of itself: `templateFile` of a stack, `directoryName` of a stage, `file` of assets."""

    template_file: str | None = Field(default=None, alias="templateFile")
    stack_name: str | None = Field(default=None, alias="stackName")
    directory_name: str | None = Field(default=None, alias="directoryName")
    file: str | None = None


class Artifact(_Read):
    """One entry of `artifacts`."""

    type: str
    environment: str | None = None
    display_name: str | None = Field(default=None, alias="displayName")
    properties: Properties = Field(default_factory=Properties)
    metadata: dict[str, Any] = {}
    additional_metadata_file: str | None = Field(default=None, alias="additionalMetadataFile")


class Manifest(_Read):
    """`manifest.json`."""

    version: str
    artifacts: dict[str, Artifact] = {}
    missing: list[Any] = []


class AssetSource(_Read):
    """Where a file asset lies: `packaging` is `file` for the file itself, `zip` for a folder still to be zipped."""

    path: str | None = None
    packaging: str | None = None


class FileAsset(_Read):
    """One entry of `files`."""

    source: AssetSource = AssetSource()


class AssetManifest(_Read):
    """`<Stack>.assets.json`."""

    files: dict[str, FileAsset] = {}


M = TypeVar("M", bound=_Read)


def validate(model: type[M], document: Document) -> M:
    """Check a document's shape. Raises TemplateError naming every place that is not as expected."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        mistakes = [
            f"{document.name}: {'.'.join(map(str, mistake['loc'])) or 'the file'}: {mistake['msg'].lower()}, "
            f"found {_excerpt(mistake['input'])}"
            for mistake in error.errors(include_url=False)
        ]
        raise TemplateError("\n".join(mistakes)) from None


def _excerpt(value: object, limit: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
