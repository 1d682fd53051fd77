"""The site in Chromium: nothing for axe to find, light or dark, and a search that works from a disk."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest
from conftest import ROOT

pytest_plugins = ["built_site"]
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium")
LOOKED_AT = (
    "index.html",
    "install.html",
    "ci.html",
    "compare.html",
    "formats.html",
    "errors.html",
    "errors/restmappings-to-prune.html",
    "policies.html",
    "policies/kubectl-version-skew.html",
)


@pytest.fixture(scope="module")
def browser():
    if importlib.util.find_spec("playwright") is None or CHROMIUM is None or not AXE.is_file():
        stop = pytest.fail if os.environ.get("EKS_GUARD_ALL_TESTS") else pytest.skip
        stop("needs playwright, Chromium and axe: tools/install_test_tools.sh")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site, browser, scheme):
    view = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    found = []
    for name in LOOKED_AT:
        view.goto((site / name).as_uri())
        view.add_script_tag(path=AXE)
        result = view.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        found += [(name, each["id"], each["nodes"][0]["html"][:120]) for each in result["violations"]]
    view.close()
    assert found == []


def test_the_search_works_from_a_disk_and_asks_no_network(site, browser):
    view = browser.new_page()
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto((site / "index.html").as_uri())
    typed, hits = view.locator("input.md-search__input"), view.locator("a.md-search-result__link")
    for _ in range(60):  # what is typed before the index is there is not searched for
        typed.fill("")
        typed.press_sequentially("RESTMappings", delay=20)
        view.wait_for_timeout(500)
        if hits.count():
            break
    assert "restmappings-to-prune" in (hits.first.get_attribute("href") or "")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    view.close()


def test_a_narrow_window_has_no_horizontal_scroll(site, browser):
    view = browser.new_page(viewport={"width": 360, "height": 800})
    for name in LOOKED_AT:
        view.goto((site / name).as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= 360, name
    view.close()
