"""Charts in the assets of an app: what their files say is in the findings."""

from __future__ import annotations

import datetime
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import ASSEMBLIES

import eks_guard.policy.facts.releases_judged as releases
from eks_guard.audit import Options, audit
from eks_guard.kubernetes.chart_values import NoValidatorError
from eks_guard.model.outcome import Outcome
from eks_guard.model.report import Report
from eks_guard.policy.selection import Wanted

TAKEN = "Taken/Cluster/chart-Local"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A copy of an app with two charts of its own."""
    return Path(shutil.copytree(ASSEMBLIES / "objects" / "cdk.out", tmp_path / "cdk.out"))


def chart_in(app: Path, name: str = "pantry") -> Path:
    (file,) = (file for file in app.glob("asset.*/Chart.yaml") if f"name: {name}" in file.read_text())
    return file.parent


def report_on(app: Path) -> Report:
    wanted = Wanted(select=("chart-accepted", "manifest-valid", "api-version-served"))
    return audit(Options(path=str(app), today=datetime.date(2026, 11, 26), wanted=wanted))


def found(app: Path, subject: str = TAKEN) -> tuple[Outcome, str]:
    findings = [finding for finding in report_on(app).findings if finding.subject.id == subject]
    (finding,) = findings
    return finding.outcome, " ".join(finding.because)


def test_a_chart_that_fits_is_accepted(app: Path) -> None:
    assert found(app)[0] is Outcome.PASS


def test_a_chart_in_a_zip_is_read_like_a_folder(app: Path) -> None:
    folder = chart_in(app)
    (folder / "values.schema.json").write_text(json.dumps({"required": ["salt"]}))
    with zipfile.ZipFile(app / "chart.zip", "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    shutil.rmtree(folder)
    (app / "chart.zip").rename(folder)
    outcome, says = found(app)
    assert outcome is Outcome.FAIL
    assert "'salt' is a required property" in says


@pytest.mark.parametrize(
    ("file", "text", "outcome", "says"),
    [
        ("Chart.yaml", "a: [", Outcome.FAIL, "not valid YAML"),
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\ntype: library\n", Outcome.FAIL, "not installable"),
        (
            "Chart.yaml",
            "apiVersion: v2\nname: a\nversion: 1.0.0\nkubeVersion: '<1.30.0-0'\n",
            Outcome.FAIL,
            "<1.30.0-0",
        ),
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\nkubeVersion: '>= 1.30-0'\n", Outcome.PASS, ""),
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\nkubeVersion: newest\n", Outcome.FAIL, "newest"),
        (
            "Chart.yaml",
            "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: salt}]\n",
            Outcome.FAIL,
            "dependencies salt: found in Chart.yaml, but missing in charts/",
        ),
        ("values.yaml", "ovens: many\nflour: rye\n", Outcome.PASS, ""),
        ("values.yaml", "ovens: 1\nflour: oat\n", Outcome.FAIL, "values.flour: 'oat' is not one of"),
        ("values.schema.json", '{"properties": {"ovens": {"type": "string"}}}', Outcome.FAIL, "values.ovens"),
        (
            "charts/salt/values.schema.json",
            '{"required": ["grain"]}',
            Outcome.FAIL,
            "values.salt: 'grain' is a required",
        ),
    ],
)
def test_a_file_of_a_chart_decides(app: Path, file: str, text: str, outcome: Outcome, says: str) -> None:
    path = chart_in(app) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert found(app)[0] is outcome
    assert says in found(app)[1]


def test_a_range_without_pre_releases_is_told_from_a_cluster_that_is_too_old(app: Path) -> None:
    path = chart_in(app) / "Chart.yaml"
    head = "apiVersion: v2\nname: a\nversion: 1.0.0\nkubeVersion: "
    path.write_text(f"{head}'>=1.20.0'\n")
    assert "a pre-release" in found(app)[1]
    path.write_text(f"{head}'>=1.99.0-0'\n")
    assert "a pre-release" not in found(app)[1]


def test_an_asset_without_a_chart_file_is_no_chart(app: Path) -> None:
    (chart_in(app) / "Chart.yaml").unlink()
    assert found(app) == (Outcome.FAIL, "Chart.yaml file is missing: the asset is not a chart")


def test_a_subchart_that_is_off_is_not_judged(app: Path) -> None:
    folder = chart_in(app)
    row = "dependencies: [{name: salt, condition: salt.enabled}]"
    (folder / "Chart.yaml").write_text(f"apiVersion: v2\nname: pantry\nversion: 1.0.0\n{row}\n")
    (folder / "charts" / "salt").mkdir(parents=True)
    (folder / "charts" / "salt" / "values.schema.json").write_text('{"required": ["grain"]}')
    assert found(app)[0] is Outcome.FAIL
    (folder / "values.yaml").write_text("ovens: 1\nsalt: {enabled: false}\n")
    assert found(app)[0] is Outcome.PASS


def test_the_definitions_of_a_chart_are_served_and_judged(app: Path) -> None:
    mixer = "Taken/Cluster/manifest-Mixer"
    findings = {f.policy.id: f.outcome for f in report_on(app).findings if f.subject.id == mixer}
    assert findings == {"manifest-valid": Outcome.PASS, "api-version-served": Outcome.PASS}
    shutil.rmtree(chart_in(app) / "crds")
    report = report_on(app)
    findings = {f.policy.id: f.outcome for f in report.findings if f.subject.id == mixer}
    assert set(findings.values()) == {Outcome.NOT_APPLICABLE}
    (row,) = (str(entry) for entry in report.not_judged)
    assert row.startswith("2 custom resources (net.example.org/v1 Tunnel, pantry.example.org/v1 Mixer): no schema")


def test_definitions_that_helm_skips_are_not_there(app: Path) -> None:
    path = app / "Taken.template.json"
    template = json.loads(path.read_text())
    for resource in template["Resources"].values():
        if "ChartAssetURL" in resource["Properties"]:
            resource["Properties"]["SkipCrds"] = True
    path.write_text(json.dumps(template))
    assert "pantry.example.org/v1 Mixer" in str(report_on(app).not_judged)


def test_without_a_validator_values_are_named_as_not_judged(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise NoValidatorError

    monkeypatch.setattr(releases, "mistakes_in", missing)
    report = report_on(app)
    rows = [str(entry) for entry in report.not_judged]
    assert any("2 chart schemas" in row and "eks-guard[charts]" in row for row in rows)
    assert report.complete


def test_a_file_that_cannot_be_read_is_named(app: Path) -> None:
    (chart_in(app) / "crds" / "mixers.yaml").write_text("a: [")
    assert "crds/mixers.yaml" in str(report_on(app).not_judged)


def test_a_schema_that_leads_to_itself_is_left_to_helm(app: Path) -> None:
    (chart_in(app) / "values.schema.json").write_text(json.dumps({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#"}}}))
    outcome, says = found(app)
    assert outcome is Outcome.UNKNOWN
    assert "it leads to itself, or deeper than is followed" in says


def test_whatever_yaml_has_is_shown_as_json(app: Path, run: Any) -> None:
    values = "flour: 2001-01-01\novens: !!set {b, a}\n2001-01-02: .nan\n1.5: true\nraw: !!binary aGk=\n"
    (chart_in(app) / "values.yaml").write_text(values)
    text = run("inspect", app, "--format", "json").out
    shown = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    charts = [chart for cluster in shown["clusters"] for chart in cluster["charts"]]
    defaults = [
        chart["local"]["defaults"] for chart in charts if chart["local"] and "raw" in chart["local"]["defaults"]
    ]
    assert defaults == [
        {
            "flour": "2001-01-01",
            "ovens": {"a": None, "b": None},
            "2001-01-02": "nan",
            "1.5": True,
            "raw": "hi",
        }
    ]
