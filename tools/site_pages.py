"""The pages that only the site has: one for each policy, one for each message that people search for."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

import yaml
from generate_docs import PACKS, described, numbered

from eks_guard.data import Tables
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.report.edits import NAMES
from eks_guard.report.explain import WAIVER, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.model.fix import Edit
    from eks_guard.model.policy import Policy

LONGEST_TITLE = 90
ERRORS = Path(__file__).parent.parent / "docs" / "errors.yaml"


class ErrorMessage(TypedDict):
    """A row of docs/errors.yaml. `also` are other messages of the same failure."""

    id: str
    message: str
    also: NotRequired[list[str]]
    where: str
    why: str
    fix: str
    policies: list[str]
    sources: list[str]


def policy_pages() -> dict[str, str]:
    """Return the index of the policies and the page of each, by their paths on the site."""
    errors, rules = error_messages(), Tables().cfnlint_ids
    packs = sorted(builtin_packs(), key=list(PACKS).index)
    written = {"policies.md": _index(packs)}
    for pack in packs:
        for policy in load_pack(pack):
            seen = [error for error in errors if policy.id in error["policies"]]
            written[f"policies/{policy.id}.md"] = "\n".join(_policy(policy, numbered(policy, pack, rules), seen))
    return written


def error_pages() -> dict[str, str]:
    """Return the index of the messages and the page of each, by their paths on the site."""
    errors = error_messages()
    rows = [
        f"| [`{_cell(message)}`](errors/{error['id']}.md) | {_links(error, '')} |"
        for error in errors
        for message in _messages(error)
    ]
    index = [
        "# Error messages",
        "",
        "What CloudFormation, kubectl and Helm print when a deploy fails, and the policy that says so before it.",
        "",
        "| message | found before the deploy by |",
        "|---|---|",
        *rows,
    ]
    return {"errors.md": "\n".join(index) + "\n"} | {f"errors/{e['id']}.md": "\n".join(_error(e)) for e in errors}


def error_messages() -> list[ErrorMessage]:
    """Return the rows of docs/errors.yaml."""
    rows: list[ErrorMessage] = yaml.safe_load(ERRORS.read_text(encoding="utf-8"))
    return rows


def _index(packs: Sequence[str]) -> str:
    lines = ["# Policies", "", "`eks-guard policies` prints this list with what your `eks-guard.yaml` makes of it.", ""]
    for pack in packs:
        lines += [f"## {pack}", "", described(pack), "", "| policy | severity | it holds when |", "|---|---|---|"]
        lines += [
            f"| [`{policy.id}`](policies/{policy.id}.md) | {policy.severity} | {policy.title} |"
            for policy in load_pack(pack)
        ]
        lines += [""]
    return "\n".join(lines)


def _policy(policy: Policy, rule: str, seen: Sequence[ErrorMessage]) -> Iterator[str]:
    yield from (
        "---",
        f"description: {policy.title!r}",
        "---",
        f"# {policy.id}",
        "",
        f"It holds when {policy.title}.",
        "",
    )
    yield from ("| severity | pack | in cfn-lint |", "|---|---|---|")
    yield f"| {policy.severity} | [{policy.pack}](../policies.md#{policy.pack}) | {rule.replace('-', 'no rule')} |"
    yield from ("", policy.rationale, "")
    if policy.shows:
        yield from ("## What you see", "", policy.shows, "")
    yield from (f"- [`{error['message']}`](../errors/{error['id']}.md)" for error in seen)
    yield from ("", "## Fix", "", policy.remediation, "")
    for edit in policy.fix.edits if policy.fix else ():
        yield from _tab(edit)
    yield from ("## What it checks", "")
    yield from (f"- if `{in_words(line)}`" for line in policy.when)
    yield from (f"- that `{in_words(line)}`" for line in policy.expect)
    yield from ("", "## Waive it", "", "A waiver in [`eks-guard.yaml`](../configuration.md#waivers):", "")
    yield from ("```yaml", WAIVER.format(policy=policy.id).rstrip("\n"), "```", "")
    if policy.controls:
        yield from ("## Controls", "")
        yield from (f"- {control.id}: {control.title} ([source]({control.source}))" for control in policy.controls)
        yield ""
    yield from ("## References", "", *(f"- <{reference}>" for reference in policy.references), "")


def _tab(edit: Edit) -> Iterator[str]:
    name = "yaml" if NAMES[edit.language] == "CloudFormation" else str(edit.language)
    yield from (f'=== "{NAMES[edit.language]}"', "", f"    ``` {name}")
    yield from (f"    {line}" for line in edit.code.split("\n"))
    yield from ("    ```", "")


def _error(error: ErrorMessage) -> Iterator[str]:
    title = error["message"].removeprefix("error: ").removeprefix("Error: ")
    yield from (
        "---",
        f"title: {json.dumps(title)}",
        "---",
        f"# {textwrap.shorten(title, LONGEST_TITLE, placeholder=' …')}",
        "",
    )
    yield from ("``` text", *_messages(error), "```", "", error["where"], "", error["why"].strip(), "")
    yield from ("## The fix", "", error["fix"], "")
    yield from ("## Find it before the deploy", "", f"From the synthesized app, by {_links(error, '../')}:", "")
    packs = " --against PREVIOUS" if _about_updates(error) else ""
    yield from ("```sh", "cdk synth --quiet", f"eks-guard check{packs}", "```", "")
    if packs:
        yield from ("`PREVIOUS` is what is deployed: [where it comes from](../change-safety.md).", "")
    yield from ("## Reported in", "", *(f"- <{source}>" for source in error["sources"]), "")


def _messages(error: ErrorMessage) -> list[str]:
    return [error["message"], *error.get("also", ())]


def _about_updates(error: ErrorMessage) -> bool:
    return bool({policy.id for policy in load_pack("change-safety")} & set(error["policies"]))


def _links(error: ErrorMessage, up: str) -> str:
    return ", ".join(f"[`{policy}`]({up}policies/{policy}.md)" for policy in error["policies"])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
