"""The wheel: it holds what it needs, and what runs from it runs without the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile

from conftest import ROOT


def test_the_wheel_holds_policies_data_and_the_page(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for policy in (ROOT / "policies").rglob("*.yaml"):
        assert f"eks_guard/policies/{policy.relative_to(ROOT / 'policies').as_posix()}" in names
    for table in (ROOT / "eks_guard" / "data").rglob("*.json"):
        assert f"eks_guard/data/{table.relative_to(ROOT / 'eks_guard' / 'data').as_posix()}" in names
    for part in ("page.css", "page.js", "icons.svg"):
        assert f"eks_guard/report/page/{part}" in names
    assert "eks_guard/py.typed" in names
    assert not any(name.startswith("tests/") for name in names)
