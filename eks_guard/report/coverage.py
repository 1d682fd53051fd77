"""`policies --coverage PACK`: each control of a standard, and which policy judges it or why none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eks_guard.model.coverage import Standard, StandardControl
    from eks_guard.report.style import Style

COLOURS = {Coverage.JUDGED: "green", Coverage.NOT_YET: "yellow", Coverage.NOT_JUDGEABLE: "dim"}


def render_coverage(standard: Standard, packs: Mapping[str, str], style: Style) -> str:
    """The controls in the order of the standard; `packs` are those of the policies by their ids."""
    lines = [style.paint(standard.sums, "bold"), *style.wrap(standard.note, ""), ""]
    width = max(len(control.id) for control in standard.controls)
    for control in standard.controls:
        state = style.paint(f"{control.state:<14}", COLOURS[control.state])
        lines.append(f"{state}{control.id.ljust(width)}  {control.title}")
        lines += style.wrap(_because(control, standard.pack, packs), " " * (16 + width))
    return "\n".join([*lines, "", style.paint(standard.source, "dim")]) + "\n"


def _because(control: StandardControl, pack: str, packs: Mapping[str, str]) -> str:
    """The policies, with the pack of those that belong to another one; else the reason."""
    if control.why:
        return control.why
    named = (f"{name} of {packs[name]}" if packs.get(name, pack) != pack else name for name in control.policies)
    return f"by {', '.join(named)}"
