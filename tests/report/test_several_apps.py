"""Several apps in one run: each format keeps them apart, and one verdict is about all."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from conftest import SAMPLES

from eks_guard.report import SINGLE, Format

SEVERAL = [format_ for format_ in Format if format_ not in SINGLE]
SCHEMA = json.loads((Path(__file__).parent.parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))


@pytest.fixture
def monorepo(tmp_path):
    """A repository of two equal apps that fail and one that does not."""
    (tmp_path / ".git").mkdir()
    for name, sample in (("a", "payment-wrong-layer"), ("b", "payment-wrong-layer"), ("good", "payment-current")):
        shutil.copytree(SAMPLES / sample / "cdk.out", tmp_path / "packages" / name / "cdk.out")
    return tmp_path


@pytest.fixture
def several(run, monorepo):
    def call(*arguments, names=("a", "b", "good")):
        return run("check", *(f"packages/{name}/cdk.out" for name in names), *arguments)

    return call


def places(text):
    """The source files that a report names, whichever its format."""
    return {f"packages/{name}/lib/payment-stack.ts" for name in "ab" if f"packages/{name}/lib/payment-stack.ts" in text}


@pytest.mark.parametrize("format_", SEVERAL)
def test_every_format_names_the_sources_of_every_app_by_the_same_paths(several, format_):
    result = several("--format", format_)
    assert result.code == 1
    assert places(result.out.replace("\\", "").replace("<wbr>", "")) == {
        "packages/a/lib/payment-stack.ts",
        "packages/b/lib/payment-stack.ts",
    }


def test_a_page_of_one_app_names_the_same_path(several):
    assert places(several("--format", "html", names="a").out.replace("<wbr>", "")) == {
        "packages/a/lib/payment-stack.ts"
    }


def test_a_page_has_the_apps_above_their_clusters_the_worst_first(several):
    page = several("--format", "html", names=("good", "a", "b")).out
    table = page[page.index("Apps, the worst first") : page.index("</table>")].replace("<wbr>", "")
    assert re.findall(r"packages/(\w+)/cdk\.out", table) == ["a", "b", "good"]
    assert table.count("1.28") == 2
    clusters = page[page.index("Clusters, the worst first") :]
    assert '<th scope="col">App</th>' in clusters[: clusters.index("</thead>")]
    assert not re.findall(r"(?<![\w/])lib/payment", page.replace("<wbr>", ""))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_page_filters_by_app_and_tells_equal_clusters_apart(several):
    page = several("--format", "html").out.replace("<wbr>", "")
    form = page[page.index('id="filter-app"') : page.index("</form>", page.index('id="filter-app"'))]
    assert re.findall(r'<option value="(\d)">packages/(\w+)/', form) == [("1", "a"), ("2", "b"), ("3", "good")]
    assert {
        "Payment/PaymentEksCluster in packages/a/cdk.out",
        "Payment/PaymentEksCluster in packages/b/cdk.out",
    } <= set(re.findall(r">([^<>]+)</option>", form))
    cards = re.findall(r'data-app="(\d)" [^>]*data-subject="[^"]*cluster-(\d)"', page)
    assert sorted(set(cards)) == [("1", "1"), ("2", "2")]


def test_a_page_says_what_is_beside_each_app(several, monorepo):
    (monorepo / "packages" / "b" / "cdk.out" / "Old.template.json").write_text('{"Resources": {}}')
    page = several("--format", "html").out
    beside = page[page.index('class="beside"') :]
    assert "packages/b" in beside[: beside.index("</summary>")].replace("<wbr>", "")
    assert "Old.template.json" in beside[: beside.index("</details>")].replace("<wbr>", "")


def test_markdown_of_many_apps_fits_a_comment_and_counts_the_rest(run, monorepo):
    for number in range(60):
        shutil.copytree(monorepo / "packages" / "a", monorepo / "many" / f"app{number}")
    out = run("check", *(f"many/app{number}/cdk.out" for number in range(60)), "--format", "markdown").out
    assert len(out) < 65_536
    assert out.endswith("28 more apps do not fit here.\n")
    assert out.count("## eks-guard: 2 failed") == 32


def test_fingerprints_differ_by_app_and_not_by_the_folder_where_the_tool_runs(several, run, monorepo, monkeypatch):
    rows = json.loads(several("--format", "gitlab").out)
    prints = [row["fingerprint"] for row in rows]
    assert len(prints) == len(set(prints)) > 1
    monkeypatch.chdir(monorepo / "packages" / "b")
    alone = json.loads(run("check", "--format", "gitlab").out)
    assert {row["fingerprint"] for row in alone} < set(prints)


def test_apps_outside_of_a_repository_are_told_apart_by_their_paths(several, monorepo):
    (monorepo / ".git").rmdir()
    prints = [row["fingerprint"] for row in json.loads(several("--format", "gitlab").out)]
    assert len(prints) == len(set(prints)) > 1


def test_the_only_app_at_the_root_of_a_repository_keeps_its_fingerprints(run, tmp_path):
    shutil.copytree(SAMPLES / "payment-wrong-layer" / "cdk.out", tmp_path / "cdk.out")
    before = run("check", "--format", "gitlab").out
    (tmp_path / ".git").mkdir()
    assert run("check", "--format", "gitlab").out == before


def test_sarif_has_a_run_for_each_app_with_an_id_of_its_own(several):
    log = several("--format", "sarif").json
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    ids = [run["automationDetails"]["id"] for run in log["runs"]]
    assert ids == [f"eks-guard/packages/{name}/cdk.out/" for name in ("a", "b", "good")]


def test_junit_has_a_suite_for_each_app_and_the_sums_of_all(several):
    suites = ET.fromstring(several("--format", "junit").out)
    names = [suite.attrib["name"] for suite in suites]
    assert names == [f"packages/{name}/cdk.out" for name in ("a", "b", "good")]
    for key in ("tests", "failures", "errors"):
        assert int(suites.attrib[key]) == sum(int(suite.attrib[key]) for suite in suites)
    assert int(suites.attrib["failures"]) == len(suites.findall(".//failure")) > 0


def test_json_holds_the_report_of_each_app_and_keeps_its_schema(several, run):
    document = several("--format", "json").json
    assert document["closed"] is True
    assert [report["assembly"]["app"] for report in document["reports"]] == [
        "packages/a",
        "packages/b",
        "packages/good",
    ]
    jsonschema.Draft202012Validator(json.loads(run("schema", "reports").out)).validate(document)


def test_text_ends_with_the_sums_of_all_apps(several):
    for format_ in ("text", "concise"):
        last = several("--format", format_).out.splitlines()[-1]
        assert last.startswith("3 apps · ")
        single = several("--format", format_, names="a").out
        failed = int(next(line for line in single.splitlines() if " failed" in line and " passed" in line).split()[0])
        assert f" {2 * failed} failed" in last


def test_one_bad_app_closes_the_gate_of_all(several):
    assert several(names=("good", "a")).code == 1
    assert several(names=("good",)).code == 0
    assert several("--exit-zero").code == 0


def test_a_waiver_that_one_app_needs_is_no_useless_one(several, monorepo):
    waiver = {"policy": "kubectl-version-skew", "subject": "**", "reason": "R.", "expires": "2026-12-31"}
    (monorepo / "eks-guard.yaml").write_text(json.dumps({"waivers": [waiver]}))
    assert "matches no finding" not in several().err
    assert "matches no finding" in several(names=("good",)).err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--against", "packages/good/cdk.out"], "--against: takes one app, found 3"),
        (["--format", "cdk-report"], "cdk-report: takes one app, found 3"),
        (["./packages/a/cdk.out"], "packages/a/cdk.out: given twice"),
        (["packages/missing/cdk.out"], "packages/missing/cdk.out: no such file or folder"),
    ],
)
def test_what_does_not_go_together_is_refused(several, arguments, says):
    result = several(*arguments)
    assert result.code in (2, 3)
    assert says in result.err


def test_notes_name_their_app(several, monorepo):
    (monorepo / "packages" / "b" / "cdk.out" / "Old.template.json").write_text('{"Resources": {}}')
    assert "note: packages/b/cdk.out: not audited, the manifest does not list them: Old.template.json" in several().err
