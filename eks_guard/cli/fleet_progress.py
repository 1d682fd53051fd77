"""How a run shows that it lives: one line on a terminal, a line a minute elsewhere; and how it is stopped."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eks_guard.cli.console import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fleet.results import ArchiveResult

ON_TERMINAL, ELSEWHERE = 0.2, 60.0
"""Seconds between two lines."""
REFUSALS = ("refused", "died", "timed-out")


class Progress:
    """Counts what is done. Asked to stop once, it lets running audits finish; asked twice, it ends at once."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._started = self._shown = time.monotonic()
        self._total = self._known = 0
        self._counts: Counter[str] = Counter()
        self._failed = 0
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stopping

    def listed(self, total: int, known: int) -> None:
        """Say how much there is to do."""
        self._total, self._known = total, known
        self._started = time.monotonic()
        say(f"{total:,} archive{'s' * (total != 1)}" + (f", {known:,} already judged" if known else ""))

    def answered(self, result: ArchiveResult) -> None:
        """Count an answer, and show the counts where it is time to."""
        self._counts[result.status] += 1
        self._failed += result.failed
        if result.bug:
            self._clear()
            say(f"error: {result.url}: {result.reason}")
        now = time.monotonic()
        if now - self._shown >= (ON_TERMINAL if self._terminal else ELSEWHERE):
            self._shown = now
            self._show(now)

    def stop(self, *_: Any) -> None:
        """Stop: what runs may finish."""
        if self._stopping:
            raise KeyboardInterrupt
        self._stopping = True
        self._clear()
        say("stopping: archives in progress will finish; interrupt again to stop at once")

    def finish(self) -> None:
        """Leave the last line as it is."""
        if self._counts:
            self._show(time.monotonic())
            if self._terminal:
                print(file=sys.stderr)

    def _show(self, now: float) -> None:
        done = sum(self._counts.values())
        rate = done / max(now - self._started, 1e-6)
        refused = sum(self._counts[status] for status in REFUSALS)
        left = self._total - self._known - done
        line = f"{done:,} done · {rate:.1f} a second · {self._failed:,} failed · {refused:,} refused · {left:,} left"
        if self._terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        else:
            say(line)

    def _clear(self) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress, and take Ctrl-C and SIGTERM for the wish to stop."""
    shown = Progress()
    before = {number: signal.signal(number, shown.stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield shown
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        shown.finish()
