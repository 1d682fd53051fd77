"""Variables of the environment that look like options of `check` and are none: a typo must not go unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.cli.options import OPTIONS, PREFIX
from eks_guard.policy.names import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OTHERS = ("ALL_TESTS", "ARGUMENTS", "MUTATIONS", "PATH", "REQUIREMENTS", "VERSION")
"""What our own tests and our GitLab component are given."""


def unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """A note on each, with the nearest option; the options without a variable have none."""
    known = [option.variable.removeprefix(PREFIX) for option in OPTIONS]
    for name in sorted(environment):
        word = name.removeprefix(PREFIX)
        if word != name and word not in (*known, *OTHERS):
            hint = nearest(word, known).replace("mean ", f"mean {PREFIX}")
            yield f"note: {name} in the environment sets no option{hint or '; the options are in docs/options.md'}"
