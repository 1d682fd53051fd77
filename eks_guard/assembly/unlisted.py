"""What lies in the folder or archive, may bring EKS resources, and neither a manifest nor a template leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.documents import is_unicode
from eks_guard.assembly.load import INSIDE, load
from eks_guard.assembly.template_files import may_be_template
from eks_guard.errors import AssemblyError, OversizeError, TemplateError
from eks_guard.model.not_judged import NotJudged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.files import Root

MAX_TEMPLATE_BYTES = 1024 * 1024
"""CloudFormation takes no larger template, so a larger file that nothing leads to is none:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
MAX_ENTRIES = 20_000
"""Names of files and folders that are looked at; a cdk.out of a thousand stacks has some thousands."""
MAX_DEPTH = 4
_ASSET = "asset."
_FOREIGN = ("node_modules", "cdk.out")
"""Folders of other tools and apps: what is in them is deployed by somebody else, if at all."""


def unlisted(assembly: CloudAssembly, harmless: Collection[str]) -> Iterator[NotJudged]:
    """What lies beside the assembly and was not read, although it may bring EKS resources, or cannot be read.

    `harmless` are the macros of AWS that bring none.
    """
    yield from _other_apps(assembly, harmless)
    used, left = assembly.used_documents(), MAX_ENTRIES
    used |= {problem.partition(":")[0] for problem in assembly.problems}  # of those, all is said
    pending = [(directory, 0) for directory in assembly.directories]
    while pending:
        directory, depth = pending.pop(0)
        try:
            names = assembly.root.listed(directory)
        except OSError as error:
            yield NotJudged(directory or ".", directory, f"the folder cannot be listed: {error.strerror}")
            continue
        for name in names:
            left -= 1
            if left < 0:
                yield NotJudged(directory or ".", directory, f"more than {MAX_ENTRIES} files; the rest were not read")
                return
            path = f"{directory}/{name}" if directory else name
            why = None
            if may_be_template(name):
                why = _why(assembly, directory, name, used, harmless)
            elif depth < MAX_DEPTH and path not in assembly.directories and _is_folder(assembly, directory, name):
                why = _why_closed(assembly, directory, name)
                if why is None:
                    pending.append((path, depth + 1))
            if why and path not in assembly.never_deployed:
                shown = path.encode("utf-8", "backslashreplace").decode()
                yield NotJudged(shown, shown, why)


def _other_apps(assembly: CloudAssembly, harmless: Collection[str]) -> Iterator[NotJudged]:
    for folder, root in assembly.root.other_apps():
        path = f"{assembly.path}{INSIDE}{folder}"
        if _app_brings(path, root, harmless):
            yield NotJudged(folder, folder, f"another app in the archive, which was not chosen; check it as {path}")


def _app_brings(path: str, root: Root, harmless: Collection[str]) -> bool:
    from eks_guard.assembly.brought import brings  # noqa: PLC0415 (nothing lies beside most apps)

    try:
        app = load(path, root=root)
        return brings(app, harmless) or any(True for _ in unlisted(app, harmless))
    except AssemblyError:
        return True


def _why(
    assembly: CloudAssembly, directory: str, name: str, used: Collection[str], harmless: Collection[str]
) -> str | None:
    """Why a file that may be a template is told; None where it is read, or brings nothing of EKS."""
    path = f"{directory}/{name}" if directory else name
    if path in used or name.startswith(_ASSET):  # an asset that no template leads to
        return None
    from eks_guard.assembly.brought import template_brings  # noqa: PLC0415 (nothing lies beside most apps)

    try:
        document = assembly.root.document(directory, name, MAX_TEMPLATE_BYTES)
        if document.name in used or not template_brings(assembly, document, directory, harmless):
            return None
        return _reason(assembly, path)
    except OversizeError:
        return None
    except TemplateError as error:
        if str(error) in assembly.problems:
            return None
        return _misnamed(name) or f"it cannot be read: {str(error).removeprefix(path).lstrip(': ')}"


def _why_closed(assembly: CloudAssembly, directory: str, name: str) -> str | None:
    """Why nothing in a folder is read; None where it is."""
    if assembly.root.locate(directory, name) is not None:
        return None
    return _misnamed(name) or "the folder is a link that leads out, where nothing is read"


def _misnamed(name: str) -> str | None:
    return None if is_unicode(name) else "its name is not UTF-8, so it is not read; rename it"


def _is_folder(assembly: CloudAssembly, directory: str, name: str) -> bool:
    if name.startswith((".", _ASSET)) or (name in _FOREIGN and assembly.version is not None) or name == _FOREIGN[0]:
        return False
    return assembly.root.is_folder(directory, name)


def _reason(assembly: CloudAssembly, path: str) -> str:
    if assembly.version is not None:
        return "no manifest lists this template; synthesize into an empty folder, or delete it"
    if "/" in path:
        return "templates in subfolders are not read; check that folder separately"
    return "the template of a nested stack whose parent is missing; check the parent, or this file on its own"
