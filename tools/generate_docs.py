"""Compile the packs, and write docs/policies.md and docs/facts.md from them; tests keep them equal to their sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.cli.options import OPTIONS
from eks_guard.data import Tables
from eks_guard.errors import PolicyError
from eks_guard.policy.catalogue import fact_rows
from eks_guard.policy.compile import load_policies, policy_files
from eks_guard.policy.packs import COMPILED, builtin_packs, load_pack
from eks_guard.policy.source import read_source
from eks_guard.report import Format
from eks_guard.report.edits import fenced
from eks_guard.report.explain import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eks_guard.model.policy import Policy

DOCS = Path(__file__).parent.parent / "docs"
POLICIES = DOCS.parent / "policies"
GENERATED = "<!-- written by tools/generate_docs.py: run `make docs` -->"
PACKS = {
    "deploy-safety": "What makes a deploy fail, or the one after it. On by default.",
    "baseline": "What exposes a cluster or lets it grow old. On by default.",
    "cis-eks": "The strict variants that the CIS Amazon EKS Benchmark asks for. Ask for them with `--pack cis-eks`.",
    "pci-dss": "The strict variants that AWS maps to PCI DSS. Ask for them with `--pack pci-dss`.",
    "aws-security-hub": "The controls of AWS Security Hub for EKS. Ask for them with `--pack aws-security-hub`.",
    "aws-well-architected-eks": "What the Amazon EKS Best Practices Guide asks for and no other pack judges; "
    "`eks-guard policies --coverage aws-well-architected-eks` names the others. Ask for it with "
    "`--pack aws-well-architected-eks`.",
    "change-safety": "What an update destroys, cannot carry out, or leaves undone. Joins the default packs with "
    "`--against PREVIOUS`.",
    "workload-hardening": "What the Pod Security Standards ask of pods. Ask for it with `--pack workload-hardening`.",
    "hardening": "What is true of nearly every cluster, and worth a decision. Ask for it with `--pack hardening`.",
}


def compiled_packs() -> str:
    """The packs as JSON, after every file was checked."""
    load_policies([POLICIES])
    folders = sorted(path for path in POLICIES.iterdir() if path.is_dir())
    packs = {folder.name: [read_source(file).data for file in policy_files(folder)] for folder in folders}
    return json.dumps(packs, indent=1, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    written = {"policies.md": _policies(), "facts.md": _facts(), "options.md": _options()}
    return {name: "\n".join(lines) + "\n" for name, lines in written.items()}


def _policies() -> Iterator[str]:
    rules = Tables().cfnlint_ids
    yield from ("# Policies", "", GENERATED)
    for pack in sorted(
        builtin_packs(), key=lambda name: (name not in PACKS, list(PACKS).index(name) if name in PACKS else 0)
    ):
        policies = load_pack(pack)
        yield from (
            "",
            f"## {pack}",
            "",
            described(pack),
            "",
            "| policy | severity | cfn-lint | it holds when |",
            "|---|---|---|---|",
        )
        for policy in policies:
            rule = numbered(policy, pack, rules)
            yield f"| [`{policy.id}`](#{policy.id}) | {policy.severity} | {rule} | {policy.title} |"
        for policy in policies:
            yield from _policy(policy)


def described(pack: str) -> str:
    """What a pack is for. Raises SystemExit, which says where to write it."""
    if pack not in PACKS:
        raise SystemExit(
            f"pack {pack!r}: add its line to PACKS in tools/generate_docs.py: what it holds, and how it is asked for"
        )
    return PACKS[pack]


def numbered(policy: Policy, pack: str, rules: Mapping[str, str]) -> str:
    """The id of a policy in cfn-lint, which judges no updates. Raises SystemExit, which says where to write it."""
    if policy.id not in rules and pack != "change-safety":
        raise SystemExit(f"policy {policy.id!r}: add the next free id to eks_guard/data/cfnlint_ids.json")
    return rules.get(policy.id, "-")


def _policy(policy: Policy) -> Iterator[str]:
    yield from ("", f"### {policy.id}", "", policy.rationale)
    if policy.shows:
        yield from ("", "**Symptoms**", "", policy.shows)
    yield from ("", "**Checks**", "")
    yield from (f"- if `{in_words(line)}`" for line in policy.when)
    yield from (f"- that `{in_words(line)}`" for line in policy.expect)
    yield from ("", "**Fix**", "", policy.remediation)
    for edit in policy.fix.edits if policy.fix else ():
        yield fenced(edit).removeprefix("\n")
    if policy.controls:
        yield from ("", "**Controls**", "")
        yield from (f"- {control.id}: {control.title} ([source]({control.source}))" for control in policy.controls)
    yield from ("", "**References**", "")
    yield from (f"- <{reference}>" for reference in policy.references)


def _facts() -> Iterator[str]:
    yield from (
        "# Facts",
        "",
        GENERATED,
        "",
        "What a policy can ask for with `fact:`. Each is about the subject that its policy matches.",
    )
    for row in fact_rows():
        users = (f"[`{policy}`](policies.md#{policy})" for policy in row.used_by)
        uses = ", ".join(users) or "none of the built-in policies"
        about = " or ".join(f"`{kind}`" for kind in row.about)
        says = f"Type: {row.type}, such as `{row.example}`. About: {about}. Used by: {uses}."
        yield from ("", f"## {row.name}", "", row.meaning, "", says)


def _options() -> Iterator[str]:
    yield from (
        "# Options of `check`",
        "",
        GENERATED,
        "",
        "`eks-guard check [PATH]... [OPTIONS]`. PATH is a `cdk.out`, a template, a folder of templates, or `-` for",
        "standard input; without it, `cdk.out`. The command line wins over the environment. In a variable, several",
        "values are separated by spaces, several paths by `:`; a switch is `1` or `0`.",
        "",
        "| option | environment | meaning |",
        "|---|---|---|",
    )
    for option in OPTIONS:
        flags = " / ".join(f"`{flag}`" for flag in (option.short, option.flag, option.off) if flag)
        value = f" {option.metavar}" if option.metavar else ""
        text = option.help.format(formats=", ".join(Format))
        yield f"| {flags}{value} | `{option.variable}` | {text} |"


def main() -> None:
    """Write the compiled packs first, because the pages read them. Exits 1 for mistakes in a policy, each in a line."""
    try:
        COMPILED.write_text(compiled_packs(), encoding="utf-8")
    except PolicyError as error:
        raise SystemExit(str(error)) from None
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
