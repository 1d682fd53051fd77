"""The command line: parse arguments, call, print, exit."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from eks_guard.arguments import cache_folder, parse_day, parse_format, read_config, read_stdin
from eks_guard.audit import Options, audit, resolve, summary
from eks_guard.check import DEFAULT_PATH
from eks_guard.check import check as run_check
from eks_guard.console import print_report, run, say, tell, terminal_style, write_report
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.model.finding import Outcome
from eks_guard.report import Format

app = typer.Typer(
    name="eks-guard",
    help="Finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PathArgument = Annotated[str, typer.Argument(help="A cdk.out, a template, a folder of templates, or - for stdin.")]
StackOption = Annotated[str | None, typer.Option("--stack", metavar="GLOB", help="Only stacks that match.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Default: eks-guard.yaml, found upwards from here.")
]
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Remember what opened zips said.")]
DataOption = Annotated[Path | None, typer.Option("--data", help="A folder with tables that replace the built-in ones.")]


def main() -> None:
    """Run a command, parsed by typer."""
    run(app)


@app.command()
def check(  # noqa: PLR0913 (each is an option of the contract)
    path: PathArgument = DEFAULT_PATH,
    pack: Annotated[
        list[str] | None,
        typer.Option(help="A pack of policies; repeatable. Default: deploy-safety, baseline."),
    ] = None,
    policy: Annotated[
        list[Path] | None, typer.Option(help="An own policy file or a folder of them; repeatable.")
    ] = None,
    config: ConfigOption = None,
    format: Annotated[str, typer.Option("--format", help=f"{', '.join(Format)}.")] = "text",  # noqa: A002
    output: Annotated[
        list[str] | None, typer.Option(metavar="FORMAT=PATH", help="Write a report to a file; repeatable.")
    ] = None,
    fail_on: Annotated[str, typer.Option(help="The lowest severity that fails: info, low, medium, high.")] = "low",
    strict: Annotated[bool, typer.Option("--strict", help="What is unknown fails.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something failed.")] = False,
    stack: StackOption = None,
    require_cluster: Annotated[bool, typer.Option("--require-cluster", help="Exit 3 if there is no cluster.")] = False,
    show_passed: Annotated[bool, typer.Option("--show-passed", help="Show what passed, too.")] = False,
    today: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Judge as of this day.")] = None,
    data: DataOption = None,
    cache: CacheOption = True,
) -> None:
    """Audit a synthesized app and say what will break, with proof and fix."""
    raise typer.Exit(
        run_check(
            path,
            pack=pack,
            policy=policy,
            config=config,
            format=format,
            output=output,
            fail_on=fail_on,
            strict=strict,
            exit_zero=exit_zero,
            stack=stack,
            require_cluster=require_cluster,
            show_passed=show_passed,
            today=today,
            data=data,
            cache=cache,
        )
    )


@app.command()
def inspect(  # noqa: PLR0913 (each is an option of the contract)
    path: PathArgument = DEFAULT_PATH,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",  # noqa: A002
    config: ConfigOption = None,
    stack: StackOption = None,
    data: DataOption = None,
    cache: CacheOption = True,
) -> None:
    """Show what was understood: each cluster, its kubectl chain and the evidence, judged by nothing."""
    from eks_guard.data import Tables  # noqa: PLC0415
    from eks_guard.report import inspect_json, inspect_text  # noqa: PLC0415

    wanted = parse_format(format)
    options = Options(
        path=path,
        today=datetime.date.min,
        stack=stack,
        stdin=read_stdin(path),
        config=read_config(config),
        data=data,
        cache=cache_folder(wanted=cache),
    )
    assembly, clusters = resolve(options, Tables(data or options.config.data))
    if wanted is Format.JSON:
        rendered = inspect_json.render(summary(assembly), clusters, assembly.problems)
    else:
        rendered = inspect_text.render(summary(assembly), clusters, terminal_style())
    print_report(rendered)
    tell(assembly.notes, assembly.problems, len(clusters), path, assembly.stale_templates)
    if assembly.problems:
        raise AssemblyError("the inspection is not complete: what could not be read is not shown")


@app.command()
def init(
    path: PathArgument = DEFAULT_PATH,
    today: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Judge as of this day.")] = None,
) -> None:
    """Write eks-guard.yaml with the current failures as waivers that expire in 90 days."""
    from eks_guard.policy.config import FILE  # noqa: PLC0415
    from eks_guard.report.starter import render_starter  # noqa: PLC0415

    target = Path(FILE)
    if target.exists():
        raise UsageError(f"{target}: is there already; delete it first, or add waivers by hand")
    report = audit(Options(path=path, today=parse_day(today), stdin=read_stdin(path)))
    if report.problems:
        raise AssemblyError("\n".join(report.problems))
    write_report(target, render_starter(report))
    say(f"{target}: {sum(f.outcome is Outcome.FAIL for f in report.findings)} failures waived for 90 days")


@app.command()
def explain(
    policy: Annotated[str, typer.Argument(help="The id of a policy, built in or named in eks-guard.yaml.")],
    config: ConfigOption = None,
) -> None:
    """Say what a policy asks, why, how to fix it, and which controls it stands for."""
    from eks_guard.data import Tables  # noqa: PLC0415
    from eks_guard.policy.freshness import span  # noqa: PLC0415
    from eks_guard.policy.names import nearest  # noqa: PLC0415
    from eks_guard.policy.packs import builtin_packs, load_pack  # noqa: PLC0415
    from eks_guard.policy.selection import own_policies  # noqa: PLC0415
    from eks_guard.report.explain import render_policy  # noqa: PLC0415

    found = read_config(config)
    policies = {policy.id: policy for pack in builtin_packs() for policy in load_pack(pack)}
    policies |= {policy.id: policy for policy in own_policies(found)}
    if policy not in policies:
        raise UsageError(
            f"found no policy {policy!r}{nearest(policy, list(policies))}; `eks-guard policies` lists them"
        )
    print_report(render_policy(policies[policy], span(Tables(found.data)), terminal_style()))


@app.command()
def policies(config: ConfigOption = None) -> None:
    """List the packs with their policies, and how old the facts are."""
    from eks_guard.data import Tables  # noqa: PLC0415
    from eks_guard.policy.freshness import span  # noqa: PLC0415
    from eks_guard.policy.packs import builtin_packs, load_pack  # noqa: PLC0415
    from eks_guard.report.explain import render_packs  # noqa: PLC0415

    packs = {name: load_pack(name) for name in builtin_packs()}
    print_report(render_packs(packs, span(Tables(read_config(config).data)), terminal_style()))


@app.command()
def facts() -> None:
    """List the facts that a policy can ask for, with type, meaning and example."""
    from eks_guard.policy.catalogue import fact_rows  # noqa: PLC0415
    from eks_guard.report.explain import render_facts  # noqa: PLC0415

    print_report(render_facts(fact_rows(), terminal_style()))


@app.command()
def test(
    paths: Annotated[list[Path], typer.Argument(help="Policy files, case files or folders.", metavar="PATH…")],
) -> None:
    """Run the .test.yaml cases beside policies."""
    from eks_guard.policy.cases import run_cases  # noqa: PLC0415
    from eks_guard.report.cases import render_cases  # noqa: PLC0415

    results = run_cases(paths)
    print_report(render_cases([result for result in results if not result.passed], len(results), terminal_style()))
    if not all(result.passed for result in results):
        raise typer.Exit(1)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="policy, cases, config, report or inspect.", metavar="NAME")],
) -> None:
    """Print a JSON Schema, for editors and for whoever reads our JSON."""
    from eks_guard.policy.catalogue import json_schema  # noqa: PLC0415

    print_report(json_schema(name))
