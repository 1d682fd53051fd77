"""One audit after the other in a process apart: a hang or a death costs that process, and the next audit gets another.

Pebble cannot do it where this is needed: workers of Dask are daemons, to which multiprocessing allows no children.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import IO, TYPE_CHECKING, Any, cast

from eks_guard.errors import EksGuardError
from eks_guard.fleet.engines.lost import died, ending, timed_out
from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from eks_guard.fleet.job import Job
    from eks_guard.fleet.results import ArchiveResult
    from eks_guard.fleet.sources import Source

READY = "ready"


class Apart:
    """A process that audits archives, started when it is needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def audit(self, source: Source, job: Job, timeout: float) -> ArchiveResult:
        """Audit an archive in so many seconds. Raises UsageError and PolicyError, as `audit_archive` does."""
        if self._process is None:
            self._process = _started()
        process, began = self._process, time.monotonic()
        timer = Timer(timeout, process.kill)
        timer.start()
        try:
            answer = _asked(process, source, job)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.end()
            late = time.monotonic() - began >= timeout
            return timed_out(source, job, timeout) if late else died(source, job, ending(process.returncode))
        finally:
            timer.cancel()
        if isinstance(answer, EksGuardError):
            raise answer
        return cast("ArchiveResult", answer)

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class Crew:
    """Processes apart for several threads: each audit takes one that is idle, or a new one."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[Apart] = SimpleQueue()
        self._all: list[Apart] = []

    def audit(self, source: Source, job: Job, timeout: float) -> ArchiveResult:
        """Audit an archive, as `Apart.audit` does."""
        try:
            apart = self._idle.get_nowait()
        except Empty:
            apart = Apart()
            self._all.append(apart)
        try:
            return apart.audit(source, job, timeout)
        finally:
            self._idle.put(apart)

    def end(self) -> None:
        """End all processes."""
        for apart in self._all:
            apart.end()


def _started() -> subprocess.Popen[bytes]:
    """A process that is ready to audit; what it imports takes none of the time of an audit."""
    path = os.pathsep.join(filter(None, sys.path))
    process = subprocess.Popen(  # noqa: S603 (ourselves)
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    with suppress(EOFError):  # it died: whoever asks it something will see that
        pickle.load(_pipe(process.stdout))  # noqa: S301 (what our own process writes)
    return process


def _asked(process: subprocess.Popen[bytes], source: Source, job: Job) -> Any:
    """What the process answers. Raises EOFError or OSError where it is gone."""
    pickle.dump((source, job), _pipe(process.stdin))
    _pipe(process.stdin).flush()
    return pickle.load(_pipe(process.stdout))  # noqa: S301 (as above)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream, "it was asked for"
    return stream


def _serve() -> None:
    """Answer what comes in. What libraries print must not come between the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions: SimpleQueue[tuple[Source, Job]] = SimpleQueue()
    Thread(target=_receive, args=[questions], daemon=True).start()
    _say(answers, READY)
    while True:
        _say(answers, _answer(*questions.get()))


def _receive(questions: SimpleQueue[tuple[Source, Job]]) -> None:
    """Hand on what is asked; end with who asks, even in the middle of an audit."""
    with suppress(EOFError):
        while True:
            questions.put(pickle.load(sys.stdin.buffer))  # noqa: S301 (what the process that started this one writes)
    os._exit(1)


def _answer(source: Source, job: Job) -> ArchiveResult | EksGuardError:
    try:
        return audit_archive(source, job)
    except EksGuardError as error:
        return error


def _say(answers: IO[bytes], answer: object) -> None:
    pickle.dump(answer, answers)
    answers.flush()


if __name__ == "__main__":
    _serve()
