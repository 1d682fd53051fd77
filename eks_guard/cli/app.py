"""typer's front door: every command, of which only the one that runs is imported."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eks_guard import __version__
from eks_guard.cli import completion
from eks_guard.cli.console import run
from eks_guard.cli.help import Command, Group
from eks_guard.cli.options import DEFAULT_PATH, OPTIONS, CheckOptions, Kind
from eks_guard.cli.parameters import PathsArgument
from eks_guard.report import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eks_guard.cli.options import Option

COMMANDS = ("check", "inspect", "upgrade", "fix", "fleet", "init", "explain", "policies", "facts", "test", "schema")
ENVIRONMENT = "Each option can be set in the environment, such as --fail-on by EKS_GUARD_FAIL_ON."
ANNOTATIONS: dict[Kind, Any] = {
    Kind.TEXT: str | None,
    Kind.PATH: Path | None,
    Kind.TEXTS: list[str] | None,
    Kind.PATHS: list[Path] | None,
    Kind.SWITCH: bool,
    Kind.TOGGLE: bool | None,
}


def main() -> None:
    """Run a command, parsed by typer."""
    words = completion.words_so_far(os.environ) or sys.argv
    run(build([name for name in COMMANDS if name in words[1:2]] or COMMANDS))


def build(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program with some of its commands."""
    app = typer.Typer(
        name="eks-guard",
        cls=Group,
        help="Finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # mistakes are told in one voice, and help without Rich's boxes starts sooner
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    )
    app.callback()(_program)
    for name in names:
        if name == "check":
            app.command(name, cls=Command, epilog=ENVIRONMENT)(_check())
            continue
        command = getattr(import_module(f"eks_guard.cli.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(name, cls=Command)(command)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"eks-guard {__version__}")
        raise typer.Exit


def _program(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """The options that come before a command."""


def _check() -> Callable[..., None]:
    """`check` with the signature that typer reads, made of the options."""

    def check(path: list[str] | None, **given: Any) -> None:
        from eks_guard.cli.check import check as run_check  # noqa: PLC0415 (other commands do without it)

        several = {option.key for option in OPTIONS if option.default == ()}
        said: dict[str, Any] = {key: tuple(value or ()) if key in several else value for key, value in given.items()}
        raise typer.Exit(run_check(tuple(path or [DEFAULT_PATH]), CheckOptions(**said)))

    path = Parameter("path", Parameter.KEYWORD_ONLY, default=None, annotation=PathsArgument)
    parameters = [path, *(_parameter(option) for option in OPTIONS)]
    check.__doc__ = "Audit a synthesized app: what breaks, the proof, the fix."
    check.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    vars(check)["__signature__"] = Signature(parameters)
    return check


def _parameter(option: Option) -> Parameter:
    declared = typer.Option(
        *([option.short] if option.short else []),
        f"{option.flag}/{option.off}" if option.off else option.flag,
        help=option.help.format(formats=", ".join(Format)),
        metavar=option.metavar,
        autocompletion=getattr(completion, option.completes) if option.completes else None,
        envvar=option.variable,
        show_envvar=False,
        show_default=False,
    )
    annotated: Any = Annotated  # whose type is known only here, at run time
    default = None if option.default == () else option.default
    return Parameter(
        option.key, Parameter.KEYWORD_ONLY, default=default, annotation=annotated[ANNOTATIONS[option.kind], declared]
    )
