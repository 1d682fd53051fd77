"""What a policy asks and why, the packs, and the facts: for the person with a red build, and for policy authors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.addresses import policy_page
from eks_guard.model.policy import alternatives_of
from eks_guard.report.edits import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.policy import AnyOf, Expectation, FactRow, Policy
    from eks_guard.report.style import Style


WAIVER = """\
waivers:
  - policy: {policy}
    subject: "Stack/Cluster"
    reason: why you accept this
    expires: 2026-12-31
"""


def render_policy(policy: Policy, data: str, style: Style, remark: str = "") -> str:
    """One policy in full; `data` says how old the facts are by which it judges, `remark` what a project changes."""
    head = f"{style.link(style.paint(policy.id, 'bold'), policy_page(policy))}  {policy.severity}  {policy.pack}"
    changed = style.paint(f"  ({remark})", "dim") if remark else ""
    lines = [f"{head}{changed}", *_explain(policy, style), "", style.paint(f"facts {data}", "dim")]
    return "\n".join(lines) + "\n"


def _explain(policy: Policy, style: Style) -> Iterator[str]:
    yield policy.title
    yield from _section("why", policy.rationale, style)
    if policy.shows:
        yield from _section("symptoms", policy.shows, style)
    yield ""
    yield style.paint("checks", "bold")
    for expectation in policy.when:
        yield f"  if    {in_words(expectation)}"
    for expectation in policy.expect:
        yield f"  that  {in_words(expectation)}"
    yield from _section("fix", policy.remediation, style)
    for edit in policy.fix.edits if policy.fix else ():
        yield f"  {NAMES[edit.language]}"
        yield from (f"    {style.paint(line, 'green')}" for line in edit.code.split("\n"))
    yield from ("", style.paint("waive", "bold"), "  in eks-guard.yaml")
    yield from (f"    {line}" for line in WAIVER.format(policy=policy.id).splitlines())
    if policy.controls:
        yield ""
        yield style.paint("controls", "bold")
        yield from (
            f"  {control.id}  {control.title}  {style.paint(control.source, 'dim')}" for control in policy.controls
        )
    if policy.references:
        yield ""
        yield style.paint("references", "bold")
        yield from (f"  {reference}" for reference in policy.references)
    if address := policy_page(policy):
        yield from ("", f"documentation: {style.link(address, address)}")


def _section(title: str, text: str, style: Style) -> Iterator[str]:
    yield ""
    yield style.paint(title, "bold")
    yield from style.wrap(text, "  ")


def in_words(line: Expectation | AnyOf) -> str:
    """One line of `when` or `expect` as a sentence."""
    words = " or ".join(map(_in_words, alternatives_of(line)))
    return words + (f" (else {line.severity})" if line.severity is not None else "")


def _in_words(expectation: Expectation) -> str:
    subject = expectation.fact or expectation.path
    operand = expectation.operand
    return f"{subject} {expectation.operator.value.replace('_', ' ')} {_operand(operand)}"


def _operand(operand: Any) -> str:
    if isinstance(operand, tuple):
        return ", ".join(_operand(item) for item in operand)
    return (
        str(getattr(operand, "pattern", operand)).lower()
        if isinstance(operand, bool)
        else str(getattr(operand, "pattern", operand))
    )


def render_packs(rows: Sequence[tuple[Policy, str]], data: str, style: Style) -> str:
    """The policies by pack, each with a remark; `data` says how old the facts are by which they judge."""
    lines = []
    for name in dict.fromkeys(policy.pack for policy, _ in rows):
        lines.append(style.paint(name, "bold"))
        for policy, remark in rows:
            if policy.pack == name:
                shown = style.paint(f"  ({remark})", "dim") if remark else ""
                lines.append(f"  {policy.severity!s:<7}{policy.id:<30}{policy.title}{shown}")
    lines.append(style.paint(f"facts {data}", "dim"))
    return "\n".join(lines) + "\n"


def render_facts(rows: Sequence[FactRow], style: Style) -> str:
    """The facts: name, type, meaning, example, what they are about, and the policies that use them."""
    lines = []
    for row in rows:
        lines.append(
            f"{style.paint(row.name, 'bold')}  {row.type}, such as {row.example}; about {', '.join(row.about)}"
        )
        lines += style.wrap(row.meaning, "  ")
        used = f"used by {', '.join(row.used_by) or 'no built-in policy'}"
        lines += [style.paint(line, "dim") for line in style.wrap(used, "  ")]
    return "\n".join(lines) + "\n"
