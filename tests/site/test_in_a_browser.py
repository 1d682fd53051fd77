"""The site in Chromium: nothing for axe to find, light or dark, wide or narrow, and a search that works from a disk."""

from __future__ import annotations

import pytest

pytest_plugins = ["built_site"]
LOOKED_AT = (
    "index.html",
    "install.html",
    "ci.html",
    "change-safety.html",
    "fleet.html",
    "compare.html",
    "formats.html",
    "errors.html",
    "errors/restmappings-to-prune.html",
    "policies.html",
    "policies/kubectl-version-skew.html",
)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("dark", 320)])
def test_axe_finds_nothing(site, chromium, axe, scheme, width):
    view = chromium.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    found = []
    for name in LOOKED_AT:
        view.goto((site / name).as_uri())
        found += [(name, *each) for each in axe(view)]
    view.close()
    assert found == []


def test_the_search_works_from_a_disk_and_asks_no_network(site, chromium):
    view = chromium.new_page()
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


def test_a_narrow_window_has_no_horizontal_scroll(site, chromium):
    view = chromium.new_page(viewport={"width": 320, "height": 800})
    for name in LOOKED_AT:
        view.goto((site / name).as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= 320, name
    view.close()
