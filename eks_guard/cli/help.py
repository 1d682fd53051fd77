"""Help that wraps at white space only: an option or a file name is never broken at its hyphen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from eks_guard.cli.voice import OneVoice
from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

UNBREAKABLE = "\N{NON-BREAKING HYPHEN}"
LONGEST_SENTENCE = 200
"""Characters of a command's help in the list of commands; click cuts it off where the line ends."""
_TYPE = regex(r" <[\w\[\]]+>$")
"""What some releases of typer put behind an argument: its type in Python."""
_Context: Any = TyperCommand.context_class


class _Formatter(_Context.formatter_class):  # type: ignore[misc] # click's own, or the one that typer brings
    def write_text(self, text: str) -> None:
        super().write_text(text.replace("-", UNBREAKABLE))

    def write_dl(self, rows: Iterable[tuple[str, str]], *widths: Any, **more: Any) -> None:
        said = [(_TYPE.sub("", term), text.replace("-", UNBREAKABLE)) for term, text in rows]
        super().write_dl(said, *widths, **more)

    def getvalue(self) -> str:
        """The text, with the hyphens that were written."""
        return str(super().getvalue()).replace(UNBREAKABLE, "-")


class _OurContext(_Context):  # type: ignore[misc] # as above
    formatter_class = _Formatter


class _UnnamedContext(_OurContext):
    @property
    def command_path(self) -> str:
        """The command as it is typed."""
        return str(self.parent.command_path)


class Command(OneVoice, TyperCommand):
    """A command with such help."""

    context_class = _OurContext

    def get_short_help_str(self, limit: int = 45) -> str:
        """The sentence for the list of commands, which wraps where it does not fit."""
        return super().get_short_help_str(max(limit, LONGEST_SENTENCE))


class DefaultCommand(Command):
    """The command that a group runs where none is named."""

    context_class = _UnnamedContext


class Group(OneVoice, TyperGroup):
    """The program, or a command with others below it, with such help."""

    context_class = _OurContext

    def get_short_help_str(self, limit: int = 45) -> str:
        """The sentence for the list of commands, as that of `Command`."""
        return super().get_short_help_str(max(limit, LONGEST_SENTENCE))
