"""What tests of fleets share: archives, runs of them, and a web server that answers when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import psutil
import pytest
from conftest import TODAY

from fleet.archives import write_fleet

COUNT = 40
PATIENCE = 240
"""Seconds after which something never happens; a busy machine takes its time."""


@pytest.fixture(scope="session")
def fleet(tmp_path_factory) -> Path:
    """Archives of which eleven are bad in six ways."""
    return write_fleet(tmp_path_factory.mktemp("fleet"), COUNT)


def rows(output: Path, table: str = "archives", columns: str = "* EXCLUDE (run)") -> list[tuple]:
    """The rows of the newest run, sorted; when it was and how long it took are no part of what it says."""
    newest = max(path for path in output.glob("run=*") if (path / "run.json").exists())
    file = newest / f"{table}.parquet"
    if not file.exists():
        return []
    if table == "archives" and columns == "* EXCLUDE (run)":
        columns = "* EXCLUDE (run, seconds)"
    found = duckdb.sql(f"SELECT {columns} FROM '{file}'")
    assert found
    return sorted(found.fetchall(), key=repr)


def everything(output: Path) -> dict[str, list[tuple]]:
    return {table: rows(output, table) for table in ("archives", "clusters", "findings", "plans")}


def journal_lines(output: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in output.glob("run=*/journal.jsonl"))


def eventually(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "eks_guard", "fleet", *map(str, arguments)]


@pytest.fixture
def started(tmp_path):
    """Start `eks-guard fleet` as a process of its own; what is left of it is ended."""
    processes = []

    def start(*arguments: object) -> subprocess.Popen:
        process = subprocess.Popen(
            command(*arguments),
            cwd=tmp_path,
            env={**os.environ, "EKS_GUARD_TODAY": TODAY},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


class Server(ThreadingHTTPServer):
    """Serves files; a path that begins with /slow/ is answered when `released` is set, /deadly/ kills who asks.

    /disastrous/ kills the process that started who asks, such as a worker of Dask's, which starts one for its audits.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, folder=folder))
        self.folder = folder
        self.etag = lambda: 1
        self.denied = False
        self.released = threading.Event()
        self.asked = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def __init__(self, *arguments, folder: Path) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_HEAD(self) -> None:
        self._head()

    def do_GET(self) -> None:
        if self.path.startswith("/slow/"):
            self.server.asked.set()
            self.server.released.wait(PATIENCE)
        if self.path.startswith(("/deadly/", "/disastrous/")):
            kill_peer(self.client_address[1], parent=self.path.startswith("/disastrous/"))
            return
        if self.server.denied:
            self.send_error(403)
            return
        try:
            self._head()
            self.wfile.write(self._content())
        except OSError:
            return

    def _head(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self._content())))
        self.send_header("ETag", f'"{self.server.etag()}"')
        self.end_headers()

    def _content(self) -> bytes:
        return (self.folder / self.path.split("/")[-1]).read_bytes()

    def log_message(self, *_) -> None:
        return


def kill_peer(port: int, *, parent: bool) -> None:
    """End the process of ours that opened a connection from this port, as the kernel does when memory runs out."""
    for process in psutil.Process().children(recursive=True):
        try:
            if any(connection.laddr.port == port for connection in process.net_connections()):
                (process.parent() if parent else process).send_signal(signal.SIGKILL)
        except psutil.Error:
            continue


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    with Server(folder) as served:
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield served
        served.released.set()
        served.shutdown()
