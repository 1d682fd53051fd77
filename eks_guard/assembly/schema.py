"""The shape of the files that CDK writes beside its templates, as far as they are read.

Foreign formats that grow with every release: unknown keys are ignored, known ones must have their type.
https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from eks_guard.errors import TemplateError
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eks_guard.assembly.documents import Document

T = TypeVar("T")
WITHOUT_RESOURCES = (
    "none",
    "cdk:tree",
    "cdk:asset-manifest",
    "cdk:feature-flag-report",
    "cdk:policy-validation-report",
)
"""The artifacts that deploy nothing of themselves:
https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/cloud-assembly/schema.ts"""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One entry of `artifacts`, its `properties` among the rest.

    `template_file` is what a stack says of itself, `directory_name` a stage, `file` an asset manifest. `dependencies`
    are the artifacts of the same manifest that are deployed before.
    """

    type: str
    environment: str | None
    display_name: str | None
    template_file: str | None
    stack_name: str | None
    directory_name: str | None
    file: str | None
    tags: Mapping[str, Any]
    metadata: dict[str, Any]
    additional_metadata_file: str | None
    dependencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`."""

    version: str
    artifacts: Mapping[str, Artifact]
    lookups_missing: bool


def read_manifest(document: Document) -> Manifest:
    """Read `manifest.json`. Raises TemplateError naming every place that is not as expected."""
    return _read(document, _manifest)


def read_asset_paths(document: Document) -> Mapping[str, str]:
    """Where `<Stack>.assets.json` says that assets lie, by their hash. Raises TemplateError as `read_manifest` does."""
    paths = _read(document, lambda found: found.each("files", _asset_path))
    return {name.partition(".")[0]: path for name, path in paths.items() if path}


def _manifest(found: _Found) -> Manifest:
    return Manifest(
        version=found.required("version"),
        artifacts=found.each("artifacts", _artifact),
        lookups_missing=bool(found.get("missing", list)),
    )


def _artifact(found: _Found) -> Artifact:
    properties = found.below("properties")
    return Artifact(
        type=found.required("type"),
        environment=found.get("environment", str),
        display_name=found.get("displayName", str),
        template_file=properties.get("templateFile", str),
        stack_name=properties.get("stackName", str),
        directory_name=properties.get("directoryName", str),
        file=properties.get("file", str),
        tags=properties.get("tags", dict) or {},
        metadata=found.get("metadata", dict) or {},
        additional_metadata_file=found.get("additionalMetadataFile", str),
        dependencies=tuple(name for name in found.get("dependencies", list) or () if isinstance(name, str)),
    )


def _asset_path(found: _Found) -> str | None:
    return found.below("source").get("path", str)


def _read(document: Document, shape: Callable[[_Found], T]) -> T:
    found = _Found((), document.data, [])
    read = shape(found)
    if found.mistakes:
        raise TemplateError("\n".join(f"{document.name}: {mistake}" for mistake in found.mistakes))
    return read


class _Found:
    """An object of the file, at a place; what is not as expected is collected in `mistakes`."""

    def __init__(self, where: tuple[str, ...], data: Any, mistakes: list[str]) -> None:
        self._where = where
        self._data = data if isinstance(data, dict) else {}
        self.mistakes = mistakes
        if not isinstance(data, dict):
            self._wrong((), data, dict)

    def get(self, key: str, kind: type[T]) -> T | None:
        """What stands under a key; None where nothing does."""
        value = self._data.get(key)
        if value is None or isinstance(value, kind):
            return value
        self._wrong((key,), value, kind)
        return None

    def required(self, key: str) -> str:
        """The text under a key that has to be there."""
        if self._data.get(key) is None:
            self._wrong((key,), None, str)
        return self.get(key, str) or ""

    def below(self, key: str) -> _Found:
        """The object under a key; an empty one where there is none."""
        value = self._data.get(key)
        return _Found((*self._where, key), {} if value is None else value, self.mistakes)

    def each(self, key: str, shape: Callable[[_Found], T]) -> dict[str, T]:
        """The objects in an object, by their names."""
        return {
            name: shape(_Found((*self._where, key, name), data, self.mistakes))
            for name, data in (self.get(key, dict) or {}).items()
        }

    def _wrong(self, keys: tuple[str, ...], value: object, kind: type) -> None:
        place = ".".join((*self._where, *keys)) or "the file"
        found = "nothing" if value is None else _excerpt(value)
        self.mistakes.append(f"{place}: found {found}, expected {_KINDS[kind]}")


_KINDS: dict[type, str] = {str: "text", dict: "an object", list: "a list"}


def _excerpt(value: object, limit: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
