"""Templates with EKS resources that lie in the folder, and that neither a manifest nor a template leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.documents import FAMILIES
from eks_guard.assembly.template_files import may_be_template
from eks_guard.errors import TemplateError
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly

MAX_TEMPLATE_BYTES = 1024 * 1024
"""CloudFormation takes no larger template, so a larger file that nothing leads to is none:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
MAX_ENTRIES = 20_000
"""Names of files and folders that are looked at; a cdk.out of a thousand stacks has some thousands."""
MAX_DEPTH = 4
_ASSET = "asset."
_FOREIGN = ("node_modules", "cdk.out")
"""Folders of other tools and apps: what is in them is deployed by somebody else, if at all."""


def unlisted(assembly: CloudAssembly) -> Iterator[NotJudged]:
    """What lies in the folders of the assembly and was not read, although it is a template of EKS resources."""
    used, left = assembly.used_documents(), MAX_ENTRIES
    used |= {problem.partition(":")[0] for problem in assembly.problems}  # of those, all is said
    pending = [(directory, 0) for directory in assembly.directories]
    while pending:
        directory, depth = pending.pop(0)
        for name in assembly.root.names(directory):
            left -= 1
            if left < 0:
                yield NotJudged(directory or ".", directory, f"more than {MAX_ENTRIES} files; the rest were not read")
                return
            path = f"{directory}/{name}" if directory else name
            if may_be_template(name):
                if path not in used and _holds_eks(assembly, directory, name) and path not in assembly.never_deployed:
                    yield NotJudged(path, path, _reason(assembly, path))
            elif depth < MAX_DEPTH and path not in assembly.directories and _is_folder(assembly, directory, name):
                pending.append((path, depth + 1))


def _holds_eks(assembly: CloudAssembly, directory: str, name: str) -> bool:
    if name.startswith(_ASSET):  # an asset that no template leads to
        return False
    try:
        document = assembly.root.document(directory, name, MAX_TEMPLATE_BYTES)
        return document.mentions("Resources") and document.may_have_type(*FAMILIES)
    except TemplateError:
        return False


def _is_folder(assembly: CloudAssembly, directory: str, name: str) -> bool:
    if name.startswith((".", _ASSET)) or (name in _FOREIGN and assembly.version is not None) or name == _FOREIGN[0]:
        return False
    try:
        path = assembly.root.locate(directory, name)
        return path is not None and path.is_dir()
    except OSError:
        return False


def _reason(assembly: CloudAssembly, path: str) -> str:
    if assembly.version is not None:
        return "no manifest lists this template; synthesize into an empty folder, or delete it"
    if "/" in path:
        return "templates in subfolders are not read; check that folder separately"
    return "the template of a nested stack whose parent is missing; check the parent, or this file on its own"
