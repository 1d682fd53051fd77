"""What a report says is what the tables hold: in text, Markdown, a page, JSON, SQL and exports."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from html.parser import HTMLParser

import duckdb
import pytest
from conftest import TODAY

from eks_guard.fleet.report.page.versions import _band
from fleet.archives import assembly_files, write_fleet, zipped
from fleet.conftest import rows

FEW = ("--engine", "one-by-one", "--today")


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    return write_fleet(tmp_path_factory.mktemp("reported"), 40)


def age(output, day: str) -> None:
    """Let the newest run be one of another day."""
    newest = max(output.glob("run=*"))
    newest.rename(output / f"run={day}T0300Z")


@pytest.fixture
def runs(run, archives, tmp_path):
    """Two runs: one of half a year ago over the first archives, and one of all."""
    labels = ("--labels-from", f"{archives}/{{team}}/{{app}}/*.zip")
    run("fleet", archives, *labels, "--output", tmp_path / "runs", "--limit", 20, *FEW, "2026-05-01")
    age(tmp_path / "runs", "2026-05-01")
    run("fleet", archives, *labels, "--output", tmp_path / "runs", "--upgrade-to", "1.36", *FEW, TODAY)
    age(tmp_path / "runs", TODAY)
    return tmp_path / "runs"


def test_the_numbers_are_those_of_the_tables(run, runs):
    said = run("fleet", "report", runs, "--by", "team,version", "--format", "json").json
    archive_rows, cluster_rows = rows(runs), rows(runs, "clusters", "version, support")
    assert said["archives"] == len(archive_rows) == 40
    assert said["statuses"]["refused"] == 11
    assert said["clusters"] == len(cluster_rows) == sum(sum(counts) for _, counts in said["versions"]["rows"][1:])
    assert sum(said["versions"]["rows"][0][1]) == said["clusters"]
    failed = duckdb.execute(
        f"SELECT policy, count(*) FROM '{max(runs.glob('run=*'))}/findings.parquet' "
        "WHERE outcome = 'fail' AND waived IS NULL GROUP BY policy"
    ).fetchall()
    assert {line["policy"]: line["findings"] for line in said["policies"] if line["findings"]} == dict(failed)
    assert sum(number for number, _ in said["reasons"]) == 11
    assert len(said["reasons"]) == 6


def test_versions_beyond_support_are_one_column(run, runs):
    said = run("fleet", "report", runs, "--format", "json").json["versions"]
    assert said["columns"] == ["1.30\u207b", "1.31", "1.32", "1.33", "1.34", "1.35", "unknown"]
    assert said["support"] == ["ended", "extended", "extended", "extended", "standard", "standard", "unknown"]


def test_the_text_says_it_at_a_glance(run, runs):
    said = run("fleet", "report", runs, "--by", "team,version", "--since", "2026-01-01").out
    assert re.search(
        r"runs · 2026-11-24 · 40 archives · 8 teams · \d+ clusters   audited \d+ · empty \d · refused 11", said
    )
    assert "standard support ends within 90 days: " in said
    assert "(1.34 on 2026-12-02)" in said
    assert "extended support ends within 90 days: " in said
    assert re.search(
        r"^high    endpoint-private +\d+ clusters in \d teams   \+\d+ since 2026-05-01$", said, re.MULTILINE
    )
    assert re.search(
        r"^not audited     2  not a whole zip.*  such as .*/team-\d+/app-\d+/cdk.out.zip$", said, re.MULTILINE
    )
    assert "since 2026-05-01 (run 2026-05-01T0300Z):" in said
    assert re.search(r"^step to 1.36 ", said, re.MULTILINE)


def test_a_trend_is_what_fingerprints_say(run, runs):
    trend = run("fleet", "report", runs, "--since", "2026-05-01", "--format", "json").json["trend"]

    def open_findings(day: str) -> set[str]:
        query = (
            "SELECT labels, account, region, stack, fingerprint FROM '{0}/findings.parquet' "
            "JOIN '{0}/archives.parquet' USING (url) WHERE waived IS NULL"
        )
        return {repr(row) for row in duckdb.execute(query.format(runs / f"run={day}T0300Z")).fetchall()}

    now, then = open_findings(TODAY), open_findings("2026-05-01")
    assert (trend["new"], trend["gone"]) == (len(now - then), len(then - now))
    assert trend["changed"] + trend["same"] == len(now & then)
    assert trend["new"] > trend["gone"] > 0


def test_other_labels_make_no_finding_new(run, archives, tmp_path):
    run("fleet", archives, "--output", "runs", "--limit", 20, *FEW, TODAY)
    age(tmp_path / "runs", "2026-11-23")
    labels = ("--labels-from", f"{archives}/{{team}}/{{app}}/*.zip")
    run("fleet", archives, "--output", "runs", "--limit", 20, *labels, *FEW, TODAY)
    said = run("fleet", "report", "runs", "--since", "2026-11-01", "--format", "json").json
    assert (said["trend"]["new"], said["trend"]["gone"]) == (0, 0)
    assert said["trend"]["same"] > 0
    assert {line["step"] for line in said["policies"]} == {0}


def test_without_an_earlier_run_there_is_no_trend_and_it_is_said(run, runs):
    shutil.rmtree(runs / "run=2026-05-01T0300Z")
    said = run("fleet", "report", runs, "--since", "2026-05-01").out
    assert "note: there is no run before" in said


def test_the_newest_archive_of_an_app_counts_and_the_others_are_said(run, tmp_path):
    for commit, version, age_ in (("a1", 0, 100), ("b2", 3, 50)):  # 1.30, then 1.33
        path = tmp_path / "in" / "shop" / commit / "cdk.out.zip"
        path.parent.mkdir(parents=True)
        files = {
            name.replace("App3", "App0"): text.replace("App3", "App0") for name, text in assembly_files(version).items()
        }
        path.write_bytes(zipped({k: v.replace("100000000003", "100000000000") for k, v in files.items()}))
        os.utime(path, (1_795_000_000 - age_, 1_795_000_000 - age_))
    labels = ("--labels-from", f"{tmp_path}/in/{{team}}/{{commit}}/*.zip")
    run("fleet", "in", *labels, "--output", "runs", *FEW, TODAY)
    newest = run("fleet", "report", "runs", "--format", "json").json
    assert newest["clusters"] == 1
    assert newest["passed_over"] == 1
    assert newest["versions"]["rows"][0][1][newest["versions"]["columns"].index("1.33")] == 1
    assert "1 cluster in older archives of the same apps are not counted" in run("fleet", "report", "runs").out
    assert run("fleet", "report", "runs", "--all", "--format", "json").json["clusters"] == 2


def test_apps_that_nothing_tells_apart_are_not_taken_for_one(run, tmp_path):
    for name in ("one.zip", "two.zip"):
        files = {
            key: text.replace("aws://100000000000/eu-central-1", "aws://unknown-account/unknown-region")
            for key, text in assembly_files(0).items()
        }
        (tmp_path / name).write_bytes(zipped(files))
    run("fleet", "one.zip", "two.zip", "--output", "runs", *FEW, TODAY)
    assert run("fleet", "report", "runs", "--format", "json").json["clusters"] == 2


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in ("meta", "input", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_one_file_that_asks_nothing(run, runs, tmp_path):
    run("fleet", "report", runs, "--by", "team,version", "--since", "2026-05-01", "--output", "html=fleet.html")
    text = (tmp_path / "fleet.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    (policy,) = (value for tag, name, value in page.attributes if tag == "meta" and value and "default-src" in value)
    assert re.match(r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$", policy)
    assert not [a for a in page.attributes if a[1] in ("src", "style") or a[1].startswith("on")]
    assert all((value or "").startswith("#") for _, name, value in page.attributes if name == "href")
    for words in ("Versions", "Support ends", "Policies", "Trends", "Clusters with the most findings", "Not audited"):
        assert f">{words}" in text


def test_names_of_archives_cannot_break_out(run, tmp_path):
    evil = 'x<script>alert(1)</script>"&\u202e'
    files = {name: text.replace("App0", "App0") for name, text in assembly_files(0).items()}
    (tmp_path / "app.zip").write_bytes(zipped(files))
    (tmp_path / "bad.zip").write_bytes(zipped({f"../{evil}": "{}"}))
    (tmp_path / "list.jsonl").write_text(
        "".join(json.dumps({"url": f"{name}.zip", "team": f"{evil}\n::error::x"}) + "\n" for name in ("app", "bad"))
    )
    run("fleet", "@list.jsonl", "--output", "runs", *FEW, TODAY)
    for form in ("html", "markdown", "text"):
        said = run("fleet", "report", "runs", "--by", "team,version", "--format", form).out
        assert "\u202e" not in said
        assert not re.search(r"^::error", said, re.MULTILINE)
        if form == "html":
            assert "<script" not in said


def test_the_markdown_is_tables(run, runs):
    said = run("fleet", "report", runs, "--by", "team,version", "--format", "markdown").out
    assert said.startswith("## 40 archives · 8 teams · ")
    for table in re.findall(r"(?:^\|.*\n)+", said, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_sql_runs_as_it_is_printed(run, runs):
    printed = run("fleet", "report", runs, "--sql", "--by", "team,version").out
    questions = re.findall(r"^-- (.*)\n((?:.*\n)*?.*;)$", printed, re.MULTILINE)
    assert len(questions) == 7
    answers = {title: duckdb.execute(query).fetchall() for title, query in questions}
    assert len(answers["clusters"]) == len(rows(runs, "clusters"))


def test_exports_are_what_is_counted(run, runs, tmp_path):
    names = ("clusters.csv", "findings.json", "archives.parquet")
    exports = [part for name in names for part in ("--export", f"{name.split('.')[0]}={name}")]
    assert run("fleet", "report", runs, *exports).code == 0
    with (tmp_path / "clusters.csv").open() as lines:
        assert len(list(csv.DictReader(lines))) == len(rows(runs, "clusters"))
    assert len(json.loads((tmp_path / "findings.json").read_text())) == len(rows(runs, "findings"))
    assert duckdb.execute(f"SELECT count(*) FROM '{tmp_path}/archives.parquet'").fetchall() == [(40,)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--by", "colour"), "--by: found 'colour', which is neither a label nor a column"),
        (("--since", "May"), "--since: found 'May', expected a day"),
        (("--format", "pdf"), "--format: found 'pdf', expected one of text, markdown, html, json"),
        (("--output", "html"), "--output: found 'html', expected FORMAT=PATH"),
        (("--run", "2020"), "--run: no run '2020'; available: 2026-05-01T0300Z"),
        (("--export", "clusters=x.xls"), "--export: x.xls: expected a file that ends in"),
        (("--export", "pods=x.csv"), "--export: found 'pods'"),
    ],
)
def test_wrong_usage_is_2(run, runs, arguments, words):
    result = run("fleet", "report", runs, *arguments)
    assert result.code == 2
    assert words in result.err


def test_a_folder_without_runs_is_2(run):
    result = run("fleet", "report", "nowhere")
    assert result.code == 2
    assert "nowhere: found no finished run" in result.err


def test_a_word_that_is_wider_than_its_part_of_the_band_is_left_out():
    drawn = str(_band(("1.36", "unknown"), ("standard", "unknown"), (17, 1)))
    assert ">1.36</text>" in drawn
    assert ">unknown</text>" not in drawn
    assert ">1</text>" in drawn
    assert "unknown: 1" in drawn
