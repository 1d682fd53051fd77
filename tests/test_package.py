"""The wheel: it holds what it needs, and what runs from it runs without the checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
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
    assert any(name.endswith(".data/data/share/man/man1/eks-guard.1") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_what_is_released_is_the_same_byte_for_byte_and_holds_no_tests(tmp_path):
    built = []
    for name in ("one", "two"):
        command = [sys.executable, "-m", "hatchling", "build", "-d", tmp_path / name]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        built.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert built[0] == built[1]
    (sdist,) = (tmp_path / "one").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
        assert [name for name in archive.getnames() if "/docs/" in name] == [f"{sdist.name[:-7]}/docs/eks-guard.1"]
    assert tops == {
        "eks_guard",
        "docs",
        "policies",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "pyproject.toml",
        ".gitignore",
    }
