"""The documentation site, built once for all tests that look at it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT


class Page(HTMLParser):
    """What a page links to, loads, and can be linked to by."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = {name: value for name, value in attributes if value is not None}
        self.anchors |= {given["id"]} if "id" in given else set()
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") not in ("canonical", "edit", "prev", "next"):
            self.loads.append(given["href"])
        if tag in ("script", "img", "iframe", "source") and "src" in given:
            self.loads.append(given["src"])


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "build_site.py", folder],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def site(made_once):
    """The folder with the built pages."""
    if importlib.util.find_spec("material") is None:
        stop = pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip
        stop("needs mkdocs-material: pip install -e '.[site]'")

    def make(folder: Path) -> str:
        done = build(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return str(folder / "html")

    return Path(made_once("site", make))


@pytest.fixture(scope="session")
def pages(site):
    """The built pages by their paths."""
    return {file.relative_to(site).as_posix(): Page(file) for file in sorted(site.rglob("*.html"))}
