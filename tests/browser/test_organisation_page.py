"""The page of a fleet in Chromium: of three apps and of three hundred, on a desk and in a hand, by light and by dark."""

from __future__ import annotations

import pytest
from fleet.archives import assembly_files, bad, zipped

TEAMS = ("payments", "checkout", "search", "data-platform", "identity", "logistics", "mobile")


@pytest.fixture(scope="module", params=[3, 300], ids=["three apps", "three hundred apps"])
def archives(request, tmp_path_factory):
    """Archives of some teams; of many, some are bad."""
    folder = tmp_path_factory.mktemp("apps")
    for number in range(request.param):
        path = folder / TEAMS[number % len(TEAMS)] / f"app-{number}" / "cdk.out.zip"
        path.parent.mkdir(parents=True)
        broken = request.param > len(TEAMS) and number % 29 == 3
        path.write_bytes(bad("cut-off") if broken else zipped(assembly_files(number, clusters=1 + number % 3)))
    return folder


@pytest.fixture
def fleet_page(chromium, run, archives, tmp_path):
    """Open the report on two runs, the second of which plans upgrades."""
    contexts = []

    def call(width, scheme):
        labels = ("--labels-from", f"{archives}/{{team}}/{{app}}/*.zip", "--engine", "one-by-one", "--output", "runs")
        few = ("--select", "endpoint-private")
        run("fleet", archives, *labels, *few, "--limit", 40, "--today", "2026-09-24")
        run("fleet", archives, *labels, *few, "--limit", 300, "--today", "2026-11-24", "--upgrade-to", "1.36")
        shown = ("--by", "team,version", "--since", "2026-01-01", "--output", "html=fleet.html")
        assert run("fleet", "report", "runs", *shown).code == 0
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        )
        page = contexts[-1].new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((tmp_path / "fleet.html").as_uri())
        return page

    yield call
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(fleet_page, axe, width, scheme):
    page = fleet_page(width, scheme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert len(page.asked) == 1
    for link in page.locator(".top nav a").all():
        assert page.locator(str(link.get_attribute("href"))).count() == 1
    assert page.locator(".course svg").count() == 4
    overlapping = page.evaluate(
        """[...document.querySelectorAll('.chart .column-count')].map(text => text.getBoundingClientRect())
        .some((box, index, all) => index && box.left < all[index - 1].right)"""
    )
    assert not overlapping, "the numbers of the calendar are apart"
