"""What was judged of the standards that the packs stand for, and what was not: a folded table for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.report.page.markup import Markup, link, prose, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.coverage import Standard, StandardControl


def coverage_section(standards: Sequence[Standard]) -> Markup | None:
    """The standards; None where the packs stand for none."""
    if not standards:
        return None
    return tag(
        "section",
        tag("h2", "Coverage", id="coverage-title"),
        *map(_standard, standards),
        id="coverage",
        aria_labelledby="coverage-title",
    )


def _standard(standard: Standard) -> Markup:
    heads = (tag("th", words, scope="col") for words in ("Control", "Title", "State", "By policy, or why not"))
    return tag(
        "details",
        tag("summary", standard.sums),
        tag(
            "div",
            tag("p", f"{standard.note}. ", link(standard.source, "Source")),
            tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *map(_row, standard.controls))),
            class_="body",
        ),
        class_="coverage",
    )


def _row(control: StandardControl) -> Markup:
    answer = control.why or ", ".join(control.policies)
    return tag(
        "tr",
        tag("th", control.id, scope="row"),
        tag("td", control.title),
        tag("td", control.state, class_=f"state-{control.state}"),
        tag("td", *prose(answer)),
    )
