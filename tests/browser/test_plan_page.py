"""The page of an upgrade plan in Chromium: on a desk and in a hand, by light and by dark, for everybody."""

from __future__ import annotations

import pytest
from conftest import ASSEMBLIES

HANDLER = ASSEMBLIES / "old-handler" / "cdk.out"


@pytest.fixture
def plan_page(chromium, run, tmp_path):
    """Open the plan of an app with several clusters."""
    contexts = []

    def call(width, scheme):
        file = tmp_path / "plan.html"
        run("upgrade", HANDLER, "--to", "1.37", "--today", "2026-11-24", "--output", f"html={file}")
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        )
        page = contexts[-1].new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield call
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(plan_page, axe, width, scheme):
    page = plan_page(width, scheme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert len(page.asked) == 1


def test_a_stop_leads_to_its_step(plan_page):
    page = plan_page(1280, "light")
    page.locator(".line a").last.click()
    assert page.locator(".step:target h3").inner_text().startswith(f"To {page.locator('.line a').last.inner_text()}")
