"""The page in Chromium: it works, with a script and without, on a desk and in a hand, and asks nothing of any network.

What a plain machine lacks makes these tests skip, unless EKS_GUARD_ALL_TESTS is set.
"""

from __future__ import annotations

import re

import pytest
import yaml
from conftest import ASSEMBLIES, SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CURRENT = SAMPLES / "payment-current" / "cdk.out"
MISTAKES = ASSEMBLIES / "mistakes" / "cdk.out"
CROSSING = ASSEMBLIES / "crossing" / "weak" / "cdk.out"
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></script></title></svg><img src=http://example.com/x onerror=alert(1)>",
    '" onmouseover="alert(1)" autofocus onfocus="alert(1)',
    "javascript:alert(1)//${alert(1)}`",
    "\u202egnp.exe\x00\x1b[31m",
    "x" * 100_000,
]
ARABIC = "\u0645\u0631\u062d\u0628\u0627 (1)/a"


@pytest.fixture
def visit(chromium, run, tmp_path):
    """Open the page of an assembly, and keep what it asks for, what of that is refused, and what goes wrong."""
    contexts = []

    def call(*arguments, width=1280, **options):
        file = tmp_path / "report.html"
        run("check", "--today", "2026-11-24", "--output", f"html={file}", *arguments)
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.failed, page.mishaps = [], [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.failed.append(request.failure))
        page.on("console", lambda message: page.mishaps.append(message.text))
        page.on("pageerror", lambda error: page.mishaps.append(str(error)))
        page.on("dialog", lambda dialog: (page.mishaps.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        page.asked.remove(file.as_uri())
        return page

    yield call
    for context in contexts:
        context.close()


def template(names):
    return {"Resources": {name: {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}} for name in names}}


def shown(page):
    return [card.get_attribute("id") for card in page.locator(".card").all() if card.is_visible()]


def status(page):
    return page.locator(".filters .status").inner_text()


# filters


@pytest.fixture
def findings(check):
    """What the page of the app with mistakes has to show."""
    return check(MISTAKES).json["findings"]


def test_all_findings_are_shown_at_first(visit, findings):
    page = visit(MISTAKES)
    assert len(shown(page)) == len(findings) > 20
    assert status(page) == f"{len(findings)} of {len(findings)} shown"
    assert page.mishaps == []


def test_severity_filters(visit, findings):
    page = visit(MISTAKES)
    page.get_by_role("checkbox", name="high").uncheck()
    others = [finding["policy"] for finding in findings if finding["severity"] != "high"]
    assert page.locator(".card:visible .policy").all_inner_texts() == others
    assert status(page) == f"{len(others)} of {len(findings)} shown"


def test_outcome_filters(visit):
    page = visit(CROSSING)
    page.get_by_role("checkbox", name="failed").uncheck()
    outcomes = {page.locator(f"#{card}").get_attribute("data-outcome") for card in shown(page)}
    assert outcomes == {"unknown"}


def test_text_filters_by_each_word(visit):
    page = visit(MISTAKES)
    page.get_by_label("Text").fill("PodDisruptionBudget  served")
    assert page.locator(".card:visible .policy").all_inner_texts() == ["api-version-served"]


def test_the_subject_filter_takes_clusters_with_all_that_belongs_to_them(visit):
    page = visit(MISTAKES)
    page.get_by_label("Cluster or subject").select_option(label="Owner/Cluster")
    assert page.locator(".card:visible .policy").all_inner_texts() == [
        *("kubectl-role-assumable", "handler-has-egress", "handler-reaches-endpoint"),
    ]
    page.get_by_label("Cluster or subject").select_option(label="Wrong/Cluster/manifest-Budget")
    assert page.locator(".card:visible .policy").all_inner_texts() == ["api-version-served"]
    page.get_by_label("Cluster or subject").select_option(label="Wrong/Cluster")
    assert len(shown(page)) > 10


def test_reset_shows_everything_again(visit, findings):
    page = visit(MISTAKES)
    page.get_by_label("Text").fill("no finding says this")
    assert shown(page) == []
    page.get_by_role("button", name="Reset").click()
    page.locator(".status", has_text=re.compile(rf"^{len(findings)} ")).wait_for()
    assert len(shown(page)) == len(findings)


def test_a_link_in_a_picture_shows_and_opens_its_finding_whatever_the_filters_hide(visit):
    page = visit(MISTAKES)
    page.get_by_label("Text").fill("nothing has this")
    page.locator("figcaption a", has_text="handler-reaches-endpoint").first.click()
    card = page.locator(".card", has=page.locator("h3", has_text="handler-reaches-endpoint")).first
    card.locator(".body").wait_for(state="visible")
    assert card.locator("pre").first.is_visible()


def test_all_can_be_opened_and_closed(visit, findings):
    page = visit(MISTAKES)
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".card[open]").count() == len(findings)
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".card[open]").count() == 0


def test_five_thousand_findings_can_be_filtered(visit, write):
    names = [f"C{number}" for number in range(1700)]
    page = visit(write("T.template.json", template(names)))
    assert status(page) == "5100 of 5100 shown"
    page.locator("#filter-text").fill("T/C1699")
    assert status(page) == "3 of 5100 shown"
    page.locator("#filter-subject").select_option(label="T/C1")
    assert status(page) == "0 of 5100 shown"
    page.locator("#filter-text").fill("")
    assert status(page) == "3 of 5100 shown"


# theme


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_theme_is_the_system_s_until_the_reader_chooses_and_the_choice_stays(visit):
    page = visit(WRONG, color_scheme="dark")
    dark = background(page)
    page.get_by_role("button", name="Theme: system").click()
    light = background(page)
    assert light != dark
    page.reload()
    assert background(page) == light
    page.get_by_role("button", name="Theme: light").click()
    assert background(page) == dark
    page.get_by_role("button", name="Theme: dark").click()
    page.emulate_media(color_scheme="light")
    assert background(page) == light


# copying


def test_copy_puts_the_whole_text_on_the_clipboard(visit):
    page = visit(WRONG, permissions=["clipboard-read", "clipboard-write"])
    card = page.locator(".card", has=page.locator("h3", has_text="kubectl-version-skew"))
    card.get_by_role("button", name="Copy waiver").click()
    card.get_by_role("button", name="Copied").wait_for()
    assert page.locator(".spoken").inner_text() == "Copied"
    (waiver,) = yaml.safe_load(page.evaluate("navigator.clipboard.readText()"))["waivers"]
    assert (waiver["policy"], waiver["subject"]) == ("kubectl-version-skew", "Payment/PaymentEksCluster")


def test_where_there_is_no_clipboard_the_text_is_selected(visit):
    page = visit(WRONG)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator(".card .copy").first.click()
    assert "version: eks.KubernetesVersion" in page.evaluate("getSelection().toString()")


# the network


@pytest.mark.parametrize("path", [WRONG, MISTAKES], ids=["wrong", "mistakes"])
def test_the_page_asks_for_nothing(visit, path):
    page = visit(path)
    page.get_by_role("button", name="Theme").click()
    page.wait_for_load_state("networkidle")
    assert page.asked == []
    assert page.mishaps == []


def test_whatever_would_ask_is_refused(visit):
    page = visit(WRONG)
    page.evaluate("""() => {
        window.refused = [];
        addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
        document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}));
        const style = document.createElement('style'); style.textContent = 'body { display: none }';
        const script = document.createElement('script'); script.textContent = 'window.ran = true';
        document.body.append(style, script);
        document.body.setAttribute('onclick', 'window.ran = true');
        return fetch('http://127.0.0.1:9/x').catch(() => {});
    }""")
    page.wait_for_function("refused.length >= 5")
    refused = set(page.evaluate("refused"))
    assert refused == {"img-src", "connect-src", "style-src-elem", "script-src-elem", "script-src-attr"}
    assert page.evaluate("window.ran") is None
    assert set(page.failed) == {"csp"}
    assert len(page.failed) == len(page.asked)


# without a script


def test_without_a_script_everything_can_be_read(visit):
    page = visit(MISTAKES, java_script_enabled=False)
    assert page.locator(".filters").is_hidden()
    assert page.locator(".theme").is_hidden()
    assert page.locator("figcaption").first.is_visible()
    card = page.locator(".card").first
    card.locator("summary").click()
    assert card.locator("pre").first.is_visible()
    assert card.locator(".copy").first.is_hidden()
    assert card.get_by_text("waivers:").is_visible()


def test_a_few_findings_are_open_from_the_start(visit):
    page = visit(WRONG, java_script_enabled=False)
    assert page.get_by_text("kubectlLayer: new KubectlV28Layer(this, 'Kubectl')").is_visible()


# screens and readers


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
@pytest.mark.parametrize("path", [WRONG, MISTAKES, CROSSING], ids=["wrong", "mistakes", "crossing"])
def test_nothing_is_wider_than_the_screen(visit, path, width):
    page = visit(path, "--show-passed", width=width)
    page.get_by_role("button", name="Open all").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", [MISTAKES, CROSSING, CURRENT], ids=["mistakes", "crossing", "current"])
def test_axe_finds_nothing(visit, axe, path, width, scheme):
    page = visit(path, "--show-passed", width=width, color_scheme=scheme)
    page.evaluate("for (const card of document.querySelectorAll('.card')) card.open = true")
    assert axe(page) == []


def test_the_keyboard_reaches_and_opens_a_finding(visit):
    page = visit(MISTAKES)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    assert outline == "solid"
    assert page.locator(".card").first.locator(".body").is_visible()


def test_print_shows_every_finding_whole_and_no_controls(visit):
    page = visit(MISTAKES, java_script_enabled=False)
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator(".card .body").last.locator("pre").first.is_visible()


# hostile names


@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_names_stay_text(visit, write, width):
    page = visit(write("T.template.json", template([*HOSTILE, ARABIC])), width=width)
    page.get_by_role("button", name="Open all").click()
    for name in HOSTILE[:3]:
        page.get_by_label("Text").fill(name)
        assert page.locator(".card:visible").count() >= 3
        page.get_by_label("Text").fill("")
    page.mouse.move(200, 400)
    assert page.locator("script").count() == page.locator("style").count() == 1
    assert page.locator("img, iframe, object, embed, link, base").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.asked == []
    assert page.mishaps == []


# many clusters


def fleet(number):
    """An app of clusters that are sound, too old, or open to everybody."""
    secure = {"EndpointPublicAccess": False, "EndpointPrivateAccess": True}
    logs = {"ClusterLogging": {"EnabledTypes": [{"Type": kind} for kind in ("api", "audit", "authenticator")]}}
    kinds = (
        {"Version": "1.35", "ResourcesVpcConfig": secure, "Logging": logs},
        {"Version": "1.32", "ResourcesVpcConfig": secure, "Logging": logs},
        {"Version": "1.35", "Logging": logs},
        {"Version": "1.35", "ResourcesVpcConfig": secure, "Logging": logs},
    )
    clusters = {
        f"Eks{index}": {"Type": "AWS::EKS::Cluster", "Properties": {**kinds[index % 4], "Name": f"eks-{index}"}}
        for index in range(number)
    }
    return {"Resources": clusters}


@pytest.fixture(params=[20, 200])
def many(request, visit, write):
    return visit(write("Fleet.template.json", fleet(request.param)))


def test_an_overview_lists_every_cluster_with_the_worst_first(many):
    states = [cell.inner_text() for cell in many.locator(".overview tbody td:nth-of-type(1)").all()]
    assert states == sorted(states, key=["failed", "unknown", "waived", "holds"].index)
    assert {"failed", "holds"} <= set(states)
    worst = [cell.inner_text().split()[0] for cell in many.locator(".overview tbody td:last-child").all()[:5]]
    assert worst == ["high"] * 5


def test_a_good_cluster_is_folded_and_a_link_opens_it(many):
    good = many.locator(".cluster-holds").first
    assert good.locator("details").get_attribute("open") is None
    anchor = good.get_attribute("id")
    many.locator(f'.overview a[href="#{anchor}"]').click()
    assert good.locator("details").get_attribute("open") is not None


def test_clusters_are_narrowed_down_by_their_words(many):
    many.get_by_label("Filter clusters").fill("eks19")
    rows = [row for row in many.locator(".overview tbody tr").all() if row.is_visible()]
    clusters = [cluster for cluster in many.locator(".cluster").all() if cluster.is_visible()]
    assert 0 < len(rows) == len(clusters) < 20
    assert many.locator(".cluster-filter .status").inner_text().startswith(f"{len(rows)} of ")


def test_anchors_are_the_same_whatever_else_is_in_the_app(visit, write):
    def anchors(number):
        page = visit(write("Fleet.template.json", fleet(number)))
        return {row.get_attribute("data-cluster") for row in page.locator(".overview tbody tr").all()}, {
            card.get_attribute("id") for card in page.locator(".card").all()
        }

    clusters, cards = anchors(4)
    more_clusters, more_cards = anchors(8)
    assert clusters < more_clusters
    assert cards < more_cards


def test_many_clusters_take_few_pages_of_paper(many):
    printed = many.pdf(format="A4")
    assert 0 < printed.count(b"/Type /Page\n") <= 20


def test_axe_finds_nothing_wrong_with_many_clusters(many, axe):
    assert axe(many) == []


def test_axe_finds_nothing_wrong_with_coverage(visit, axe):
    page = visit(WRONG, "--pack", "cis-eks")
    page.locator(".coverage summary").click()
    assert axe(page) == []


def test_several_apps_filter_and_axe_has_nothing_to_say(visit, axe):
    page = visit(WRONG, CURRENT, SAMPLES / "bad-citizen" / "cdk.out")
    before = len(shown(page))
    page.select_option("#filter-app", index=1)
    some = page.locator(".card:visible").evaluate_all("cards => [...new Set(cards.map((card) => card.dataset.app))]")
    assert 0 < len(shown(page)) < before
    assert some == ["1"]
    assert page.locator("h3.app:visible").count() == 1
    page.locator(".filters button[type=reset]").click()
    page.wait_for_selector(f":nth-match(.card:visible, {before})")  # a function would be an eval
    assert len(shown(page)) == before
    assert page.mishaps == []
    assert axe(page) == []
