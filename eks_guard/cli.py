"""The command line: parse arguments, call, print, exit."""

from __future__ import annotations

import datetime
import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, cast

import typer

from eks_guard.assembly.files import MAX_FILE_BYTES
from eks_guard.audit import Options, audit, resolve, summary
from eks_guard.errors import AssemblyError, EksGuardError, UsageError
from eks_guard.model.finding import Gate, Outcome, Severity
from eks_guard.policy.config import Config, find_config, load_config
from eks_guard.report import Format, render
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="eks-guard",
    help="Finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
DEFAULT_PATH = "cdk.out"

PathArgument = Annotated[str, typer.Argument(help="A cdk.out, a template, a folder of templates, or - for stdin.")]
StackOption = Annotated[str | None, typer.Option("--stack", metavar="GLOB", help="Only stacks that match.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Default: eks-guard.yaml, found upwards from here.")
]
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Remember what opened zips said.")]
DataOption = Annotated[Path | None, typer.Option("--data", help="A folder with tables that replace the built-in ones.")]


def main() -> None:
    """Run a command; what a user got wrong is said on stderr, with its exit code."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may hold what the terminal's encoding, or any, does not
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except EksGuardError as error:
        _say(*(f"eks-guard: {line}" for line in str(error).splitlines()))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _open_missing_streams() -> None:
    """A process may be started with closed streams: nothing is read there, and what is written goes nowhere."""
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")


def _nothing(mode: str) -> TextIO:
    return cast("TextIO", Path(os.devnull).open(mode, encoding="utf-8"))


def _drop_stdout() -> None:
    """Let Python's last flush at exit succeed, although stdout takes nothing any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    wanted, files = _format(format), [_output(text) for text in output or ()]
    report = audit(
        Options(
            path=path,
            today=_day(today),
            packs=tuple(pack or ()),
            policies=tuple(policy or ()),
            stack=stack,
            require_cluster=require_cluster,
            stdin=_stdin(path),
            config=_config(config),
            data=data,
            cache=_cache(wanted=cache),
            gate=Gate(_severity(fail_on), strict),
        )
    )
    for name, file in files:
        _write(file, render(name, report, Style(show_passed=show_passed)))
    _print(render(wanted, report, _style(show_passed=show_passed)))
    _tell(report.notes, report.problems, len(report.clusters), path, report.assembly.stale_templates)
    if report.problems:
        raise AssemblyError("the audit is not complete: what could not be read was not judged")
    if report.failed and not exit_zero:
        raise typer.Exit(1)


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

    wanted = _format(format)
    options = Options(
        path=path,
        today=datetime.date.min,
        stack=stack,
        stdin=_stdin(path),
        config=_config(config),
        data=data,
        cache=_cache(wanted=cache),
    )
    assembly, clusters = resolve(options, Tables(data or options.config.data))
    if wanted is Format.JSON:
        rendered = inspect_json.render(summary(assembly), clusters, assembly.problems)
    else:
        rendered = inspect_text.render(summary(assembly), clusters, _style())
    _print(rendered)
    _tell(assembly.notes, assembly.problems, len(clusters), path, assembly.stale_templates)
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
    report = audit(Options(path=path, today=_day(today), stdin=_stdin(path)))
    if report.problems:
        raise AssemblyError("\n".join(report.problems))
    _write(target, render_starter(report))
    _say(f"{target}: {sum(f.outcome is Outcome.FAIL for f in report.findings)} failures waived for 90 days")


@app.command()
def explain(
    policy: Annotated[str, typer.Argument(help="The id of a policy, built in or named in eks-guard.yaml.")],
    config: ConfigOption = None,
) -> None:
    """Say what a policy asks, why, how to fix it, and which controls it stands for."""
    from eks_guard.audit import own_policies  # noqa: PLC0415
    from eks_guard.data import Tables  # noqa: PLC0415
    from eks_guard.policy.freshness import span  # noqa: PLC0415
    from eks_guard.policy.names import nearest  # noqa: PLC0415
    from eks_guard.policy.packs import builtin_packs, load_pack  # noqa: PLC0415
    from eks_guard.report.explain import render_policy  # noqa: PLC0415

    found = _config(config)
    policies = {policy.id: policy for pack in builtin_packs() for policy in load_pack(pack)}
    policies |= {policy.id: policy for policy in own_policies(found)}
    if policy not in policies:
        raise UsageError(
            f"found no policy {policy!r}{nearest(policy, list(policies))}; `eks-guard policies` lists them"
        )
    _print(render_policy(policies[policy], span(Tables(found.data)), _style()))


@app.command()
def policies(config: ConfigOption = None) -> None:
    """List the packs with their policies, and how old the facts are."""
    from eks_guard.data import Tables  # noqa: PLC0415
    from eks_guard.policy.freshness import span  # noqa: PLC0415
    from eks_guard.policy.packs import builtin_packs, load_pack  # noqa: PLC0415
    from eks_guard.report.explain import render_packs  # noqa: PLC0415

    packs = {name: load_pack(name) for name in builtin_packs()}
    _print(render_packs(packs, span(Tables(_config(config).data)), _style()))


@app.command()
def facts() -> None:
    """List the facts that a policy can ask for, with type, meaning and example."""
    from eks_guard.policy.catalogue import fact_rows  # noqa: PLC0415
    from eks_guard.report.explain import render_facts  # noqa: PLC0415

    _print(render_facts(fact_rows(), _style()))


@app.command()
def test(
    paths: Annotated[list[Path], typer.Argument(help="Policy files, case files or folders.", metavar="PATH…")],
) -> None:
    """Run the .test.yaml cases beside policies."""
    from eks_guard.policy.cases import run_cases  # noqa: PLC0415
    from eks_guard.report.cases import render_cases  # noqa: PLC0415

    results = run_cases(paths)
    _print(render_cases([result for result in results if not result.passed], len(results), _style()))
    if not all(result.passed for result in results):
        raise typer.Exit(1)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="policy, cases, config, report or inspect.", metavar="NAME")],
) -> None:
    """Print a JSON Schema, for editors and for whoever reads our JSON."""
    from eks_guard.policy.catalogue import json_schema  # noqa: PLC0415

    _print(json_schema(name))


def _config(path: Path | None) -> Config:
    found = path or find_config(Path())
    return load_config(found) if found else Config()


def _cache(*, wanted: bool) -> Path | None:
    """The folder for what opened zips said, where the XDG base directories put it; None where there is none."""
    home = os.environ.get("XDG_CACHE_HOME") or (f"{os.environ['HOME']}/.cache" if os.environ.get("HOME") else None)
    return Path(home) / "eks-guard" / "binaries" if wanted and home and Path(home).is_absolute() else None


def _format(name: str) -> Format:
    try:
        return Format(name)
    except ValueError:
        raise UsageError(f"--format: found {name!r}, expected {' or '.join(Format)}") from None


def _output(text: str) -> tuple[Format, Path]:
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--output: found {text!r}, expected FORMAT=PATH such as json=report.json")
    return _format(name), Path(path)


def _severity(name: str) -> Severity:
    try:
        return Severity.parse(name)
    except ValueError as error:
        raise UsageError(f"--fail-on: {error}") from None


def _day(text: str | None) -> datetime.date:
    if text is None:
        return datetime.datetime.now(tz=datetime.UTC).date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--today: found {text!r}, expected a day such as 2026-12-31") from None


def _stdin(path: str) -> bytes | None:
    if path != "-":
        return None
    content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise AssemblyError(f"stdin: more than the {MAX_FILE_BYTES} bytes that are read")
    return content


def _style(*, show_passed: bool = False) -> Style:
    """What the terminal can show; a pipe gets no colour and a width that does not depend on where it runs."""
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = min(shutil.get_terminal_size().columns, 140) if terminal else 100
    return Style(width=width, colour=colour, show_passed=show_passed)


def _print(text: str) -> None:
    """Text on stdout; neither a full disk nor a reader that has seen enough is a crash."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:  # typer would turn it into exit code 1, which means failures
        _drop_stdout()
        sys.exit(141)
    except OSError as error:
        _drop_stdout()
        raise UsageError(f"stdout: cannot be written: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    """Write a report whole or not at all: an old one is never left half overwritten.

    What is no file, such as /dev/stdout, is written to as it is: to rename a file to its name would replace it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            return
        try:
            temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
            temporary.replace(path.resolve())
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"--output: {path}: cannot be written: {error.strerror}") from None


def _tell(notes: Sequence[str], problems: Sequence[str], clusters: int, path: str, stale: Sequence[str]) -> None:
    """What belongs beside a report: on stderr, so that stdout is the report and nothing else."""
    _say(*(f"note: {note}" for note in notes))
    if stale:
        _say(f"note: not audited, the manifest does not list them: {', '.join(stale)}")
    if not clusters and not problems:
        _say(f"note: {path}: found no EKS cluster, so there was nothing to judge")
    _say(*(f"error: {problem}" for problem in problems))


def _say(*lines: str) -> None:
    from eks_guard.report.style import safe  # noqa: PLC0415

    for line in lines:
        print(safe(line), file=sys.stderr)
