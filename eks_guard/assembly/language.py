"""The language of an app: of its source lines, of its cdk.json, or CloudFormation where CDK wrote no template."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from eks_guard.assembly.project import app_language, loads_by_require
from eks_guard.errors import TemplateError
from eks_guard.model.fix import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.stack import Stack
    from eks_guard.model.resource import SourcePosition

_SUFFIXES = {".py": Language.PYTHON, ".java": Language.JAVA, ".cs": Language.CSHARP, ".go": Language.GO}
_PATH = "aws:cdk:path"
_CDK_TYPES = ("AWS::CDK::", "Custom::AWSCDK", "Custom::CDK")


def language_of(assembly: CloudAssembly, sources: Iterable[SourcePosition | None]) -> Language | None:
    """The language to write fixes in; None where nothing names one. `sources` are lines of the app's code."""
    source = next((source for source in sources if source), None)
    if source:
        if loads_by_require(assembly.root.project, source.file):
            return Language.JAVASCRIPT
        return _SUFFIXES.get(PurePath(source.file).suffix, Language.TYPESCRIPT)
    if assembly.version is None and not any(_is_from_cdk(stack) for stack in assembly.stacks):
        return Language.CLOUDFORMATION
    return app_language(assembly.root.project)


def _is_from_cdk(stack: Stack) -> bool:
    """Whether CDK synthesized the template: it names constructs, or its bootstrap."""
    try:
        resources = stack.resources.values()
    except TemplateError:
        return False
    if {"BootstrapVersion", "CheckBootstrapVersion"} & {*stack.section("Parameters"), *stack.section("Rules")}:
        return True
    return any(_PATH in resource.metadata or resource.type.startswith(_CDK_TYPES) for resource in resources)
