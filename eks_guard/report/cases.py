"""What `eks-guard test` prints: the failed cases with expected and found outcome, and a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.report import CaseResult
    from eks_guard.report.style import Style


def render_cases(failed: Sequence[CaseResult], total: int, style: Style) -> str:
    """The failed cases, each with a diff of its outcome."""
    lines = []
    for result in failed:
        lines.append(f"{result.file}:{result.line}: {style.paint(result.policy, 'bold')}: {result.name}")
        lines.append(f"  {style.paint(f'- expected {result.expected}', 'red')}")
        lines.append(f"  {style.paint(f'+ found    {result.found}', 'green')}")
        lines += [line for reason in result.because for line in style.wrap(f"because {reason}", "    ")]
    lines.append(f"{total - len(failed)} passed, {len(failed)} failed")
    return "\n".join(lines) + "\n"
