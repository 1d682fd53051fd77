"""What takes a minute to make is made by one worker, and read by all workers of a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from xdist import is_xdist_worker


@pytest.fixture(scope="session")
def made_once(request, tmp_path_factory):
    """What `make` returns, as JSON keeps it; it is given a folder that stays. Its failure is that of each who asks."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if is_xdist_worker(request) else own
    read: dict[str, Any] = {}

    def call(name: str, make: Callable[[Path], Any]) -> Any:
        if name not in read:
            file = common / f"{name}.json"
            with FileLock(f"{file}.lock"):
                if not file.exists():
                    shutil.rmtree(common / name, ignore_errors=True)  # of one that was skipped half-way
                    file.write_text(json.dumps(_tried(make, common / name)), encoding="utf-8")
            read[name] = json.loads(file.read_text(encoding="utf-8"))
        assert "failed" not in read[name], read[name]["failed"]
        return read[name]["value"]

    return call


def _tried(make: Callable[[Path], Any], folder: Path) -> dict[str, Any]:
    try:
        return {"value": make(folder)}
    except AssertionError as error:
        return {"failed": str(error)}
