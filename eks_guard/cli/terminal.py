"""What a terminal can show, by its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LINKING_PROGRAMS = frozenset(
    {"ghostty", "Hyper", "iTerm.app", "rio", "tabby", "vscode", "WarpTerminal", "WezTerm", "zed"}
)
LINKING_TERMS = frozenset({"alacritty", "alacritty-direct", "foot", "foot-extra", "xterm-ghostty", "xterm-kitty"})
LINKING_VARIABLES = ("DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
OLDEST_VTE = 5000
"""VTE 0.50, of GNOME Terminal and its relatives, as VTE_VERSION spells it.

Who knows links: https://github.com/Alhadis/OSC8-Adoption
"""


def has_colour(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Return whether to paint: NO_COLOR wins over FORCE_COLOR, and both win over what stdout is.

    https://no-color.org and https://force-color.org; `FORCE_COLOR=0` forces nothing.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def has_links(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Return whether the terminal is one that shows hyperlinks. FORCE_HYPERLINK decides where it is set."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not terminal or environment.get("TERM") == "dumb" or "TMUX" in environment or "STY" in environment:
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in LINKING_PROGRAMS
        or environment.get("TERM") in LINKING_TERMS
        or any(name in environment for name in LINKING_VARIABLES)
        or (vte.isdecimal() and int(vte) >= OLDEST_VTE)
    )
