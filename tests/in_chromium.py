"""One Chromium for all pages that a process of the tests looks at, and axe: Playwright starts once in a process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def lacking(what: str, how: str) -> NoReturn:
    """Skip, or fail where all tests are asked for."""
    stop = pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip
    stop(f"needs {what}: {how}")


@pytest.fixture(scope="session")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright", "pip install -e '.[browser]'")
    path = shutil.which("chromium")
    if path is None:
        lacking("Chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """What axe finds wrong with a page as it is shown: each rule, with the first elements that break it."""
    if not AXE.is_file():
        lacking("axe-core", "npm ci --prefix tests/browser")
    code = AXE.read_text(encoding="utf-8")

    def call(page):
        page.evaluate(code)
        found = page.evaluate(
            f"axe.run({{runOnly: {RULES}, resultTypes: ['violations']}})"
        )  # what passes need not be listed
        return [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found["violations"]]

    return call
