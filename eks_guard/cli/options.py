"""The options of `check`, written once.

typer's signature, the plain form, the names of the environment, the keywords of Python and docs/options.md derive
from `CheckOptions`.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

from eks_guard.records import dataclass, field, fields

DEFAULT_PATH = "cdk.out"
PREFIX = "EKS_GUARD_"
"""How the variables of the environment begin."""


class Kind(Enum):
    """The value of an option: one text or path, several, or none: a switch is on where it is given."""

    TEXT = "text"
    PATH = "path"
    TEXTS = "texts"
    PATHS = "paths"
    SWITCH = "switch"
    TOGGLE = "toggle"  # a switch with a `--no-…` beside it


@dataclass(frozen=True, slots=True)
class Option:
    """One option as people write it. `key` is its name in Python, `flag` and `short` on the command line.

    `completes` names the function of `completion` that knows its values.
    """

    key: str
    flag: str
    kind: Kind
    default: Any
    help: str
    metavar: str | None = None
    short: str | None = None
    completes: str | None = None

    @property
    def off(self) -> str | None:
        """The flag that switches a toggle off."""
        return f"--no-{self.flag[2:]}" if self.kind is Kind.TOGGLE else None

    @property
    def variable(self) -> str:
        """The environment variable that sets it: EKS_GUARD_FAIL_ON for `--fail-on`."""
        return PREFIX + self.flag[2:].upper().replace("-", "_")


def _option(kind: Kind, flag: str, help_: str, *, default: Any = None, **more: str) -> Any:
    return field(default=default, metadata={"kind": kind, "flag": flag, "help": help_, **more})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What `check` was asked. None and an empty tuple mean that nothing was said."""

    packs: tuple[str, ...] = _option(
        Kind.TEXTS,
        "--pack",
        "Use this pack; repeatable. Default: deploy-safety, baseline.",
        default=(),
        metavar="PACK",
        completes="packs",
    )
    policies: tuple[Path, ...] = _option(
        Kind.PATHS, "--policy", "Add a policy file or a folder of them; repeatable.", default=(), metavar="PATH"
    )
    select: tuple[str, ...] = _option(
        Kind.TEXTS,
        "--select",
        "Use only these policies: an id, a pack, or a glob; repeatable.",
        default=(),
        metavar="NAME",
        completes="names",
    )
    ignore: tuple[str, ...] = _option(
        Kind.TEXTS,
        "--ignore",
        "Leave out these policies: an id, a pack, or a glob of them; repeatable.",
        default=(),
        metavar="NAME",
        completes="names",
    )
    against: str | None = _option(
        Kind.TEXT,
        "--against",
        "Also judge the update from what is deployed: a cdk.out, an archive of one, a folder of deployed "
        "templates, or one template. Findings are marked as new or unchanged; for that alone, a saved JSON "
        "report is enough.",
        metavar="PREVIOUS",
    )
    fail_on_new: bool = _option(
        Kind.SWITCH, "--fail-on-new", "With --against, exit 1 only for new findings.", default=False
    )
    config: Path | None = _option(
        Kind.PATH,
        "--config",
        "Use this configuration. Default: eks-guard.yaml here or in the nearest parent folder.",
        metavar="PATH",
    )
    ignore_repository_config: bool = _option(
        Kind.SWITCH,
        "--ignore-repository-config",
        "Ignore eks-guard.yaml and acknowledgements in the app.",
        default=False,
    )
    format: str | None = _option(
        Kind.TEXT,
        "--format",
        "Print this format: {formats}. Default: text.",
        metavar="FORMAT",
        completes="formats",
    )
    output: tuple[str, ...] = _option(
        Kind.TEXTS,
        "--output",
        "Write a report to a file; repeatable.",
        default=(),
        metavar="FORMAT=PATH",
        completes="outputs",
    )
    fail_on: str | None = _option(
        Kind.TEXT,
        "--fail-on",
        "Exit 1 for failures of this severity or higher: info, low, medium or high. Default: low.",
        metavar="SEVERITY",
        completes="severities",
    )
    strict: bool | None = _option(Kind.TOGGLE, "--strict", "Treat unknown results as failures.")
    parameters: tuple[str, ...] = _option(
        Kind.TEXTS,
        "--parameters",
        "Set the value of a parameter, STACK:KEY=VALUE for one stack, or a FILE of them; repeatable.",
        default=(),
        metavar="KEY=VALUE",
    )
    exit_zero: bool = _option(Kind.SWITCH, "--exit-zero", "Exit 0 even if something failed.", default=False)
    stack: str | None = _option(Kind.TEXT, "--stack", "Judge only matching stacks.", metavar="GLOB", completes="stacks")
    require_cluster: bool = _option(Kind.SWITCH, "--require-cluster", "Exit 3 if there is no cluster.", default=False)
    show_passed: bool = _option(Kind.SWITCH, "--show-passed", "Also list passing policies.", default=False)
    today: str | None = _option(Kind.TEXT, "--today", "Judge as of this day.", metavar="YYYY-MM-DD")
    data: Path | None = _option(
        Kind.PATH, "--data", "Read tables from this folder; they replace the built-in ones.", metavar="PATH"
    )
    cache: bool = _option(Kind.TOGGLE, "--cache", "Cache the versions found inside zip files.", default=True)
    quiet: bool = _option(
        Kind.SWITCH, "--quiet", "Leave out notes and progress; errors still appear.", default=False, short="-q"
    )
    verbose: bool = _option(
        Kind.SWITCH,
        "--verbose",
        "Say on stderr what was read, what it was judged by, and how long each stage took.",
        default=False,
        short="-v",
    )


OPTIONS: tuple[Option, ...] = tuple(
    Option(key=each.name, default=each.default, **each.metadata) for each in fields(CheckOptions)
)
"""The options in the order of the help."""
