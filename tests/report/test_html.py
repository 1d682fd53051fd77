"""The page: one file that is whole, says what the audit said, and holds nothing that a template could have put there."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
import yaml
from conftest import ASSEMBLIES, SAMPLES, TODAY

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
FIXED = SAMPLES / "payment-fixed" / "cdk.out"
CURRENT = SAMPLES / "payment-current" / "cdk.out"
NO_LAYER = SAMPLES / "payment-no-layer" / "cdk.out"
STAGES = SAMPLES / "payment-stages" / "cdk.out"
OLD_HANDLER = ASSEMBLIES / "old-handler" / "cdk.out"
MISTAKES = ASSEMBLIES / "mistakes" / "cdk.out"
CROSSING = ASSEMBLIES / "crossing" / "weak" / "cdk.out"
ALL = [WRONG, FIXED, CURRENT, NO_LAYER, STAGES, MISTAKES, CROSSING]
VOID = {"input", "meta", "wbr"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></script></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x=\'',
    "<!-- --><svg onload=alert(1)>]]>",
    "\x00\x1b[31m\x7f\x9b",
    "\u202egnp.exe\u2066\u200f",
    "\ud800\ufffe\U0001f600",
    "&lt;b&gt; &amp; `x` ${y} {{z}}",
]


class Page(HTMLParser):
    """The elements of a page with their attributes and text, and whatever is not closed in its order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.unbalanced = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()["tag"] != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag=None, **attributes):
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if tag in (None, element["tag"])
            and all(value in (element.get(key) or "").split() for key, value in wanted.items())
        ]

    def texts(self, tag=None, **attributes):
        return [element["text"] for element in self.all(tag, **attributes)]


@pytest.fixture
def page(run):
    def call(path, *arguments, **options):
        return Page(run("check", path, "--format", "html", "--today", TODAY, *arguments, **options).out)

    return call


def hostile(write, names=HOSTILE):
    body = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}
    return write("T.template.json", {"Resources": dict.fromkeys(names, body)})


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.parent.name)
def test_every_element_is_closed_and_every_id_is_unique_and_every_link_leads_somewhere(page, path):
    found = page(path, "--show-passed")
    assert (found.open, found.unbalanced) == ([], [])
    ids = [element["id"] for element in found.elements if "id" in element]
    assert len(ids) == len(set(ids))
    for element in found.elements:
        target = element.get("href", "")
        assert target.startswith("https://") or target[1:] in ids or not target
        for name in (element.get("aria-labelledby") or element.get("for") or "").split():
            assert name in ids


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.parent.name)
def test_headings_go_down_one_level_at_a_time(page, path):
    levels = [int(e["tag"][1]) for e in page(path).elements if re.fullmatch("h[1-6]", e["tag"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_is_the_same_each_time(run):
    arguments = ("check", MISTAKES, "--format", "html", "--today", TODAY)
    assert run(*arguments).out == run(*arguments).out


def test_the_policy_of_the_page_allows_its_own_style_and_script_and_nothing_else(page):
    found = page(WRONG)
    (policy,) = [e["content"] for e in found.all("meta") if e.get("http-equiv") == "Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for tag in ("style", "script"):
        (text,) = found.texts(tag)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert directives == dict.fromkeys(["default-src", "base-uri", "form-action"], "'none'")


def test_nothing_in_the_page_loads_and_no_element_carries_style_or_script(page):
    for element in page(MISTAKES).elements:
        assert "src" not in element
        assert "style" not in element
        assert not [name for name in element if name.startswith("on")]
        assert element["tag"] not in {"link", "img", "iframe", "object", "embed", "base"}


def test_the_head_says_what_was_audited_and_what_came_of_it(page, check):
    found = page(WRONG)
    counted = check(WRONG).json["summary"]
    assert found.texts("h1") == ["2 failed"]
    assert str(WRONG) in found.texts(class_="eyebrow")[0]
    assert found.texts("li", class_="tile") == [
        "2failed2 high",
        "0unknown",
        "0waived",
        f"{counted['pass']}passed",
        f"{counted['not_applicable']}not applicable",
    ]
    facts = dict(zip(found.texts("dt"), found.texts("dd"), strict=True))
    assert facts["Cloud assembly"] == "55.0.0"
    assert (facts["Stacks"], facts["Clusters"]) == ("1", "1")
    assert (facts["Packs"], facts["Judged as of"]) == ("deploy-safety, baseline", TODAY)


def test_a_clean_app_says_so_and_still_has_its_picture(page):
    found = page(CURRENT)
    assert found.texts("h1") == ["Nothing failed"]
    assert found.texts("figcaption") == ["No policy found fault with this chain."]
    assert not found.all(class_="sign")


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        ({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}, "No EKS cluster found"),
        ('{"Resources": {"AWS::EKS::', "Incomplete: nothing failed in what was judged"),
    ],
)
def test_an_audit_of_nothing_or_of_a_part_never_looks_clean(page, write, content, verdict):
    found = page(write("T.template.json", content))
    assert found.texts("h1") == [verdict]
    assert not found.all(class_="verdict-holds")


def test_what_could_not_be_read_and_what_is_noted_stands_in_the_head(page, write):
    found = page(write("T.template.json", '{"Resources": {"AWS::EKS::'))
    assert "not valid JSON" in found.texts(class_="callout-failed")[0]
    config = write(
        "eks-guard.yaml", "waivers: [{policy: endpoint-private, subject: x, reason: r, expires: 2027-01-01}]"
    )
    configuration, notes = page(WRONG, "--config", config).texts(class_="callout-note")
    assert "waives endpoint-private" in configuration
    assert "matches no finding" in notes


def test_the_picture_goes_from_the_cluster_to_the_witnesses(page):
    nodes = [" ".join(text.split()) for text in page(WRONG).texts("div", class_="node")]
    assert nodes[0].startswith("ClusterKubernetes 1.28")
    assert "runs kubectl for 2 resources" in nodes[1]
    assert nodes[2].startswith("Layerkubectl 1.24.0Payment/KubectlLayer")
    assert [node.split("kubectl 1.24")[0] for node in nodes[3:]] == [
        "Witness: asset-hash",
        "Witness: description",
        "Witness: analytics",
    ]


@pytest.mark.parametrize(
    ("path", "where", "policy"),
    [
        (WRONG, "Broken between handler and layer: ", "kubectl-version-skew"),
        (NO_LAYER, "Broken between handler and layer: ", "kubectl-layer-present"),
        (MISTAKES, "Broken between cluster and handler: ", "kubectl-role-assumable"),
        (MISTAKES, "Broken between cluster and handler: ", "handler-has-egress"),
        (OLD_HANDLER, "Broken between handler and layer: ", "helm-oci-supported"),
        (CROSSING, "Unknown between handler and layer: ", "kubectl-layer-present"),
    ],
    ids=["skew", "no-layer", "role", "egress", "helm", "unknown"],
)
def test_the_broken_link_is_marked_by_a_word_and_explained(page, path, where, policy):
    found = page(path)
    says = [text for text in found.texts("p", class_="says") if text.startswith(where) and text.endswith(policy)]
    assert says
    assert where.split(" between")[0].lower() in found.texts(class_="sign")


def test_a_cluster_that_no_handler_serves_has_a_picture_that_says_so(page, write):
    (figure,) = page(hostile(write, ["C"])).texts("figure")
    assert (
        figure == "ClusterKubernetes 1.28public endpointHandlerNo handler in the app runs kubectl against this cluster."
    )


def test_a_chain_that_no_policy_asked_about_does_not_look_sound(page):
    assert page(CURRENT, "--pack", "pci-dss").texts("figcaption") == ["No policy asked about this chain."]


def test_only_the_chain_that_is_broken_is_marked(page):
    found = page(STAGES)
    captions = found.texts("figcaption")
    assert len(captions) == 2
    assert sum("Broken" in caption for caption in captions) == 1
    assert found.texts(class_="sign") == ["broken"]


def test_a_handler_that_is_told_a_wrong_role_does_not_mark_its_neighbour(page):
    (owner,) = (text for text in page(MISTAKES).texts("article") if text.startswith("Owner/Cluster"))
    assert owner.count("Handler") > 1
    assert owner.count("broken") == 1


def own_policy(write, *expect, match="cluster"):
    policy = {
        "id": "own",
        "title": "t",
        "severity": "low",
        "match": match,
        "expect": list(expect),
        "rationale": "R.",
        "remediation": "R.",
    }
    return write("own.yaml", yaml.safe_dump(policy))


SKEW = {"fact": "kubectl.minor_skew", "equals": 0}
ARM = {"fact": "handler.architecture", "equals": "arm64"}
NO_RUNTIME = {"path": "$.Properties.Runtime", "equals": "nodejs22.x"}


@pytest.mark.parametrize(
    ("expect", "match", "where"),
    [
        ([SKEW], "cluster", "Broken between handler and layer: "),
        ([ARM], "cluster", "Broken between cluster and handler: "),
        ([NO_RUNTIME], "handler", "Broken between cluster and handler: "),
    ],
    ids=["skew", "architecture", "handler"],
)
def test_an_own_policy_marks_the_link_that_its_fact_speaks_about(page, write, expect, match, where):
    found = page(WRONG, "--policy", own_policy(write, *expect, match=match))
    assert [text for text in found.texts("p", class_="says") if text.startswith(where) and text.endswith("own")]


def test_a_policy_that_asks_about_two_links_marks_none(page, write):
    (figure,) = page(CURRENT, "--policy", own_policy(write, ARM, SKEW)).texts("figure")
    assert "broken" not in figure.lower()


def test_witnesses_that_disagree_break_their_links_to_the_layer(page, write):
    written = yaml.safe_load((ASSEMBLIES / "situations" / "renamed-description.yaml").read_text(encoding="utf-8"))
    template = written["files"]["T.template.json"]
    template["Resources"]["Layer"]["Properties"]["Description"] = "/opt/kubectl/kubectl 1.33; /opt/helm/helm 3.16"
    template["Resources"]["Cli"] = {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {"Description": "/opt/awscli/aws"},
    }
    layers = [{"Ref": "Cli"}, {"Ref": "Layer"}]
    template["Resources"]["Handler"]["Properties"] |= {"MemorySize": 1024, "Timeout": 900, "Layers": layers}
    found = page(write("T.template.json", template))
    assert any(text.startswith("Broken between layer and evidence: ") for text in found.texts("p", class_="says"))
    assert found.texts(class_="sign") == ["broken", "broken"]


def test_a_waived_link_says_waived(page, write):
    text = "waivers: [{policy: kubectl-version-skew, subject: '*', reason: r, expires: 2027-01-01}]"
    found = page(WRONG, "--config", write("eks-guard.yaml", text))
    assert found.texts(class_="sign") == ["waived"]


def test_a_finding_shows_reason_place_proof_fix_references_and_waiver(page):
    found = page(WRONG)
    (card,) = [text for text in found.texts("details") if "kubectl-version-skew" in text]
    for words in (
        "high",
        "Payment/PaymentEksCluster",
        "four minors apart, at most one is supported",
        "lib/payment-stack.ts:14:21",
        "Payment.template.json:948",
        "asset-hash: asset c475180f… is @aws-cdk/lambda-layer-kubectl-v24",
        "kubectlLayer: new KubectlV28Layer(this, 'Kubectl')",
        "kubectl is within one minor version of the control plane",
        "https://github.com/aws/aws-cdk/issues/24580",
    ):
        assert words in card
    assert "Python" not in card


def test_controls_are_named(page):
    for card in page(SAMPLES / "bad-citizen" / "cdk.out", "--pack", "cis-eks").texts("details", class_="card"):
        assert "ControlsCIS Amazon EKS" in card


def test_a_template_without_cdk_gets_its_fix_in_yaml(page, write):
    bars = page(hostile(write, ["C"])).texts(class_="bar")
    assert "CloudFormationCopy CloudFormation fix" in bars
    assert not any("TypeScript" in bar for bar in bars)


def test_both_languages_are_shown_where_the_app_s_own_is_not_known(page, assembly):
    old = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
    bars = page(assembly({"App": "App.template.json"}, App__template__json=old)).texts(class_="bar")
    assert {"TypeScriptCopy TypeScript fix", "PythonCopy Python fix"} <= set(bars)


def waivers(found):
    return [yaml.safe_load(text)["waivers"] for text in found.texts("code") if text.startswith("waivers:")]


@pytest.mark.parametrize("path", [WRONG, MISTAKES], ids=["wrong", "mistakes"])
def test_the_waivers_to_copy_are_what_the_gate_takes(page, run, write, path):
    lines = [waiver for (waiver,) in waivers(page(path))]
    config = write("eks-guard.yaml", yaml.safe_dump({"waivers": lines}))
    assert run("check", path, "--today", TODAY).code == 1
    assert run("check", path, "--today", TODAY, "--config", config).code == 0
    waived = page(path, "--config", config)
    assert not waivers(waived)
    assert len(waived.all("details", data_outcome="waived")) == len(lines)


def test_an_unknown_follows_what_failed_and_a_waiver_follows_both(page, write):
    text = "waivers: [{policy: cluster-version-creatable, subject: '*', reason: r, expires: 2027-01-01}]"
    found = page(CROSSING, "--config", write("eks-guard.yaml", text))
    outcomes = [element["data-outcome"] for element in found.all("details") if "data-outcome" in element]
    assert outcomes == sorted(outcomes, key=["failed", "unknown", "waived"].index)
    assert set(outcomes) == {"failed", "unknown", "waived"}


def test_what_passed_is_shown_where_it_is_asked_for(page):
    assert not page(WRONG).all(class_="passed")
    assert "kubectl-layer-present Payment/PaymentEksCluster" in page(WRONG, "--show-passed").texts(class_="passed")[0]


def test_hostile_names_stay_text(page, run, write):
    found = page(hostile(write))
    assert (found.open, found.unbalanced) == ([], [])
    assert len(found.all("script")) == len(found.all("style")) == 1
    assert not found.all("img")
    assert not [name for element in found.elements for name in element if name.startswith("on")]
    names = "".join(found.texts("bdi"))
    for name in HOSTILE[:4]:
        assert name in names
    out = run("check", hostile(write), "--format", "html", "--today", TODAY).out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]", out)


def test_a_reference_of_an_own_policy_is_a_link_only_where_it_leads_to_the_web(page, write):
    policy = own_policy(write, {"fact": "endpoint.public", "equals": False})
    policy.write_text(
        policy.read_text(encoding="utf-8") + "references: ['javascript:alert(1)', 'https://example.com/a?b=1&c=2']\n",
        encoding="utf-8",
    )
    found = page(hostile(write, ["C"]), "--policy", policy)
    links = {element["href"] for element in found.all("a")}
    assert "https://example.com/a?b=1&c=2" in links
    assert not [link for link in links if link.startswith("javascript")]
    assert "javascript:alert(1)" in found.texts("span")


def test_a_name_of_a_hundred_thousand_characters_is_cut_where_it_is_read_and_whole_where_it_is_copied(page, write):
    name = "x" * 100_000
    found = page(hostile(write, [name]))
    assert all(len(text) < 2_000 for text in found.texts("h3"))
    assert "characters left out" in found.texts("h3")[0]
    assert waivers(found)[0][0]["subject"].endswith(name)


def test_clusters_that_a_loop_makes_at_one_place_are_told_apart(run, write):
    """Each has its own findings, so the page grows as the clusters do: it grew with their square."""

    def page_of(many):
        cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}
        loop = {"Fn::ForEach::Clusters": ["Name", [f"n{n}" for n in range(many)], {"${Name}": cluster}]}
        template = write("loop.json", {"Transform": "AWS::LanguageExtensions", "Resources": loop})
        return run("check", template, "--format", "html", "--today", TODAY).out

    few, many = page_of(10), page_of(40)
    assert len(many) < 4 * len(few)
    assert many.count('data-subject="subject-1 cluster-1"') == few.count('data-subject="subject-1 cluster-1"') > 0
