"""The text report: its look is a golden file for each kind of screen, and nothing hostile reaches a terminal."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

from eks_guard.audit import Options, audit
from eks_guard.report import text
from eks_guard.report.style import Style, safe

GOLDEN = Path(__file__).parent.parent / "golden"
TODAY = datetime.date(2026, 11, 24)


def report_of(sample, monkeypatch, **options):
    monkeypatch.chdir(ROOT)
    path = (SAMPLES / sample / "cdk.out").relative_to(ROOT)
    return audit(Options(path=str(path), today=TODAY, **options))


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("wide", Style(width=140)),
        ("pipe", Style()),
        ("narrow", Style(width=72)),
        ("colour", Style(width=100, colour=True)),
    ],
)
def test_the_report_on_every_kind_of_screen(golden, monkeypatch, name, style):
    golden(GOLDEN / f"report.{name}.txt", text.render(report_of("payment-no-layer-2.150", monkeypatch), style))


def test_no_line_of_prose_is_wider_than_the_screen(monkeypatch):
    for line in text.render(report_of("payment-wrong-layer", monkeypatch), Style(width=72)).splitlines()[1:]:
        assert len(line) <= 72 or "@aws-cdk/" in line


def test_the_app_s_language_is_shown_alone(monkeypatch):
    rendered = text.render(report_of("payment-wrong-layer", monkeypatch), Style())
    assert "new KubectlV28Layer" in rendered
    assert "Python" not in rendered


@pytest.mark.parametrize("hostile", ["\x1b[31m", "a\nb", "\x9b2J", "\u202egnp.exe", "a\u200fb", "::error::x\r"])
def test_control_characters_are_made_visible(hostile):
    shown = safe(hostile)
    assert shown.isprintable()
    assert shown != hostile


def test_escape_sequences_of_a_template_stay_text(run, write):
    template = {
        "Resources": {"Clu\x1b[31mster\n": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.2\x1b]0;x\x07"}}}
    }
    result = run("check", write("T.template.json", template))
    assert "\x1b" not in result.out
    assert "\\x1b" in result.out


@pytest.mark.parametrize("same", [True, False])
def test_many_findings_of_one_policy_share_a_fix_only_where_it_is_the_same(run, write, same):
    """Eleven node groups of an image that is gone, or of images that are each a parameter of their own."""
    resources = {"Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}}
    parameters: dict[str, object] = {}
    for number in range(11):
        kind = "AL2_x86_64" if same else {"Ref": f"Type{number}"}
        parameters |= {} if same else {f"Type{number}": {"Type": "String"}}
        group = {"ClusterName": {"Ref": "Plane"}, "NodeRole": "arn:aws:iam::111122223333:role/r", "AmiType": kind}
        resources[f"Ovens{number}"] = {"Type": "AWS::EKS::Nodegroup", "Properties": group}
    out = run("check", write("bakery.json", {"Parameters": parameters, "Resources": resources})).out
    (line,) = (line for line in out.splitlines() if line.startswith("node-ami-supported: "))
    assert line.startswith(f"node-ami-supported: 9 more{', with the same fix' if same else ''}; --format")
