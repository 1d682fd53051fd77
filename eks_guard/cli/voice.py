"""Mistakes in how a command is called, said as all others are: `eks-guard: what is; what to do`."""

from __future__ import annotations

from typing import Any

import typer

from eks_guard.errors import UsageError
from eks_guard.matching import regex

_Mistake: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
"""click's own class, or that of the click which typer brings."""
_NEAR = regex(r"[. (]*(?:Did you mean(?: one of)?|Possible options):? ")
"""What stands before names that are near; of some releases of click and typer, each names them once."""
_NAME = regex(r"[\w-]+")


class OneVoice:
    """Goes before a command of typer's, and turns what click says of its arguments into a UsageError."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the arguments."""
        above: Any = super()
        try:
            return above.make_context(info_name, args, parent, **extra)
        except _Mistake as mistake:
            if type(mistake).__name__ == "NoArgsIsHelpError":  # which shows the help
                raise
            command: Any = self
            typed = command.context_class(command, info_name=info_name, parent=parent).command_path
            raise _said(mistake, typed) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command of a group by its name."""
        above: Any = super()
        try:
            return above.resolve_command(ctx, args)
        except _Mistake as mistake:
            raise _said(mistake, ctx.command_path) from None


def _said(mistake: Any, command: str) -> UsageError:
    """What is wrong, which name is near, and where to read on. `command` is what `--help` is asked of."""
    what, *near = _NEAR.split(str(mistake.format_message()).strip())
    names = ", ".join(_NAME.findall(near[-1])) if near else ""
    text = f"{what.removesuffix('.')}; did you mean {names}?" if names else what.removesuffix(".")
    then = "" if text.endswith("?") else ";"
    return UsageError(f"{text[:1].lower()}{text[1:]}{then} `{command} --help` lists what it takes")
