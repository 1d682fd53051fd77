"""`upgrade --format html`: one file with the way as a line, that asks nothing of any network."""

from __future__ import annotations

import json
import re

from conftest import SAMPLES
from situations import cluster, manifest

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
IMPORTED = SAMPLES / "payment-imported-no-layer" / "cdk.out"
DAY = "2026-11-24"


def page(run, path, *arguments):
    return run("upgrade", path, "--format", "html", "--today", DAY, *arguments).out


def test_the_line_has_a_stop_for_each_minor_with_its_blocks(run):
    html = page(run, WRONG, "--to", "1.31")
    stops = re.findall(r'<li class="stop stop-(\w+)"', html)
    steps = run("upgrade", WRONG, "--format", "json", "--today", DAY, "--to", "1.31").json["clusters"][0]["steps"]
    blocked = [any(item["weight"] == "blocks" for item in step["items"]) for step in steps]
    assert stops == ["start", *("blocked" if found else "open" for found in blocked)]
    assert "1 blocker" in html


def test_every_item_is_on_the_page_with_what_to_write(run):
    html = page(run, WRONG, "--to", "1.31")
    document = run("upgrade", WRONG, "--format", "json", "--today", DAY, "--to", "1.31").json
    items = [item for step in document["clusters"][0]["steps"] for item in step["items"]]
    assert html.count('class="item item-') == len(items)
    assert "eks.KubernetesVersion.V1_31" in html


def test_links_lead_to_steps_of_the_page(run):
    html = page(run, WRONG, "--to", "1.31")
    ids = set(re.findall(r' id="([^"]+)"', html))
    targets = [target for target in re.findall(r'<a href="#([^"]+)"', html) if not target.startswith("icon-")]
    assert len(targets) > 3
    assert set(targets) <= ids


def test_the_page_needs_no_script_and_no_network(run):
    html = page(run, WRONG, "--to", "1.31")
    assert "<script" not in html
    assert "default-src &#x27;none&#x27;" in html
    assert not re.findall(r'(?:src|xlink:href|@import)="?http', html)


def test_a_plan_without_steps_says_why(run):
    html = page(run, IMPORTED, "--to", "1.36")
    assert "version-unknown" in html
    assert '<ol class="line"' not in html


def test_names_of_the_app_are_text(run, tmp_path):
    hostile = {
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1beta3",
        "kind": "FlowSchema",
        "metadata": {"name": "<img src=x>"},
    }
    path = tmp_path / "Shop.template.json"
    path.write_text(json.dumps({"Resources": {"Shop": cluster("1.31"), "M": manifest(hostile)}}))
    html = page(run, path, "--to", "1.32")
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_an_app_without_clusters_has_a_page(run, tmp_path):
    path = tmp_path / "Shop.template.json"
    path.write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
    assert "No EKS cluster found" in page(run, path)
