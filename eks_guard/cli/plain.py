"""The plain forms of `check`, understood without typer, which takes longer to start than an audit to run.

What is not plain is left to typer: help, mistakes, other commands, options in the environment. A test compares
what both make of any command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.cli.options import DEFAULT_PATH, OPTIONS, CheckOptions, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.cli.options import Option

FLAGS: dict[str, tuple[Option, bool]] = {
    **{option.flag: (option, True) for option in OPTIONS},
    **{option.off: (option, False) for option in OPTIONS if option.off},
    **{option.short: (option, True) for option in OPTIONS if option.short},
}
"""The options by their flags, with what a switch of that name means."""


def plain_check(words: Sequence[str], environment: Mapping[str, str]) -> tuple[tuple[str, ...], CheckOptions] | None:
    """The paths and the options of a plain `check`; None for what typer should look at."""
    if words[:1] != ["check"] or any(option.variable in environment for option in OPTIONS):
        return None
    found: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        name, separator, value = word.partition("=")
        if name in FLAGS:
            option, on = FLAGS[name]
            is_switch = option.kind in (Kind.SWITCH, Kind.TOGGLE)
            if is_switch and not separator:
                found[option.key] = on
            elif is_switch or not _take(found, option, value if separator else next(rest, "")):
                return None
        elif word[:1] in ("", "-"):
            return None
        else:
            paths.append(word)
    return tuple(paths) or (DEFAULT_PATH,), CheckOptions(**found)


def _take(found: dict[str, Any], option: Option, value: str) -> bool:
    """Note an option as typer would; False if its value is not plain."""
    if value[:1] in ("", "-"):
        return False
    taken = Path(value) if option.kind in (Kind.PATH, Kind.PATHS) else value
    several = option.kind in (Kind.TEXTS, Kind.PATHS)
    found[option.key] = (*found.get(option.key, ()), taken) if several else taken
    return True
