"""How far a command is: a line on a terminal once it takes long, and the time of each stage for `--verbose`."""

from __future__ import annotations

import os
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Self

from eks_guard import __version__
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eks_guard.model.report import Report
    from eks_guard.policy.config import Config

PATIENCE = 2.0
"""Seconds without a word; most commands have ended by then."""
TICK = 0.25
ERASE = "\r\033[K"
LONGEST_STAGE = 60


class Progress:
    """The stage that runs. Called with a stage as it begins; shows it where stderr is a terminal."""

    def __init__(self, *, shown: bool = True) -> None:
        """`shown`: whether to show it at all."""
        self._stages: list[tuple[str, float]] = []
        self._end = 0.0
        visible = shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._line = _Line(self._stages) if visible else None

    def __call__(self, stage: str) -> None:
        """Note that a stage begins, and that the one before it has ended."""
        self._stages.append((stage, perf_counter()))

    def __enter__(self) -> Self:
        self("starting")
        if self._line:
            self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end = perf_counter()
        if self._line:
            self._line.stop()

    @property
    def timings(self) -> Iterator[tuple[str, float]]:
        """Each stage with its seconds."""
        ends = [begun for _, begun in self._stages[1:]] + [self._end]
        for (stage, begun), end in zip(self._stages, ends, strict=True):
            yield stage, end - begun


class _Line:
    """The line on the terminal, written by a thread of its own and gone when it stops."""

    def __init__(self, stages: Sequence[tuple[str, float]]) -> None:
        import threading  # noqa: PLC0415 (a check in a pipeline does without)

        self._stages = stages
        self._stopped = threading.Event()
        self._thread: threading.Thread = threading.Thread(target=self._show, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _show(self) -> None:
        begun = perf_counter()
        if self._stopped.wait(PATIENCE):
            return
        while not self._stopped.wait(TICK):
            stage, _ = self._stages[-1]
            self._write(f"{ERASE}{safe(stage)[:LONGEST_STAGE]} … {perf_counter() - begun:.0f} s")
        self._write(ERASE)

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def account(report: Report, config: Config, timings: Iterable[tuple[str, float]]) -> Iterator[str]:
    """The lines of `--verbose`: what ran, by what it judged, and how long it took."""
    policies = {finding.policy.id for finding in report.findings}
    yield f"eks-guard {__version__} on Python {sys.version.split()[0]}, judging as of {report.today}"
    yield f"configuration: {config.file if config.given else 'none found'}"
    yield f"packs: {', '.join(report.packs) or 'none'}; {len(policies)} policies found something to judge"
    measured = list(timings)
    width = max(len(stage) for stage, _ in measured)
    yield from (f"{stage.ljust(width)}  {seconds:.3f} s" for stage, seconds in measured)
    yield f"{'in all'.ljust(width)}  {sum(seconds for _, seconds in measured):.3f} s"
