"""The lines to write of a finding, in the language of its app: the same in every format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.model.fix import Language, as_javascript
from eks_guard.records import replace
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding
    from eks_guard.model.fix import Edit, Fix
    from eks_guard.model.report import Report

NAMES = {
    Language.TYPESCRIPT: "TypeScript",
    Language.PYTHON: "Python",
    Language.CLOUDFORMATION: "CloudFormation",
    Language.JAVA: "Java",
    Language.CSHARP: "C#",
    Language.GO: "Go",
    Language.JAVASCRIPT: "JavaScript",
}
CODE = (Language.TYPESCRIPT, Language.PYTHON)


def edits_for(fix: Fix | None, language: Language | None) -> tuple[tuple[str, Edit], ...]:
    """The edits to show, each with its heading. Nothing is shown that the app cannot use.

    The names of Java, C# and Go are those of TypeScript in another case; packages and imports are not.
    """
    if fix is None:
        return ()
    if language is Language.JAVASCRIPT:
        edit = fix.edit(Language.TYPESCRIPT)
        return ((NAMES[language], _in_javascript(edit)),) if edit else ()
    if language in (Language.JAVA, Language.CSHARP, Language.GO):
        edit = fix.edit(Language.TYPESCRIPT)
        heading = f"TypeScript; {NAMES[language]} has the same names"
        return ((heading, replace(edit, imports=(), install=())),) if edit and not _is_shell(edit) else ()
    wanted = CODE if language is None else (language,)
    return tuple((NAMES[edit.language], edit) for edit in fix.edits if edit.language in wanted)


def _in_javascript(edit: Edit) -> Edit:
    imports = tuple(map(as_javascript, edit.imports))
    return replace(edit, language=Language.JAVASCRIPT, imports=imports, lines=as_javascript(edit.lines))


def fix_text(finding: Finding, report: Report) -> str:
    """The remediation, the lines to write and the controls: for readers that take plain text."""
    parts = [finding.policy.remediation]
    edits = edits_for(finding.fix, report.language)
    for heading, edit in edits:
        parts += [*([f"{heading}:"] if len(edits) > 1 else []), edit.code]
    parts += [f"Controls: {controls_of(finding)}"] if finding.policy.controls else []
    return "\n".join(parts)


def controls_of(finding: Finding) -> str:
    """The ids of the controls that the policy stands for."""
    return ", ".join(control.id for control in finding.policy.controls)


def fenced(edit: Edit) -> str:
    """An edit as a block of Markdown."""
    name = "yaml" if edit.language is Language.CLOUDFORMATION else edit.language
    code = "\n".join(map(safe, edit.code.split("\n")))
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"\n\n{fence}{name}\n{code}\n{fence}"


def _is_shell(edit: Edit) -> bool:
    """Whether the lines are commands of a package manager that other languages do not have."""
    return not edit.lines
