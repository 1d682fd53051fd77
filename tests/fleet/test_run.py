"""A run over archives: what is in the tables, whoever audits, and what the exit code says."""

from __future__ import annotations

import json
import re

import pytest
from conftest import SAMPLES, TODAY

from fleet.archives import BAD, assembly_files, good, real_files, zipped
from fleet.conftest import COUNT, everything, rows

FEW = ("--today", TODAY, "--engine", "one-by-one")


@pytest.fixture
def archive(tmp_path):
    def write(name: str, content: bytes) -> object:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def test_every_archive_gets_a_row_and_bad_ones_the_right_reason(run, fleet, tmp_path):
    result = run("fleet", fleet, "--output", tmp_path / "runs", *FEW)
    assert result.code == 3
    found = rows(tmp_path / "runs", columns="status, reason")
    assert len(found) == COUNT
    refused = [reason for status, reason in found if status == "refused"]
    assert len(refused) == 11
    assert {kind for kind, words in BAD.items() for reason in refused if words in reason} == set(BAD)
    assert all(any(words in reason for words in BAD.values()) for reason in refused)
    assert {status for status, _ in found} == {"audited", "empty", "refused"}


def test_processes_say_what_one_process_says(run, fleet, tmp_path):
    run("fleet", fleet, "--output", tmp_path / "one", *FEW)
    assert run("fleet", fleet, "--output", tmp_path / "local", "--today", TODAY, "--workers", 2).code == 3
    assert everything(tmp_path / "local") == everything(tmp_path / "one")


def test_the_rows_of_an_app_are_what_check_says(run, archive, tmp_path):
    sample = SAMPLES / "payment-wrong-layer" / "cdk.out"
    archive("app.zip", zipped(real_files(sample)))
    assert run("fleet", tmp_path / "in", "--output", "runs", *FEW).code == 1
    said = run("check", sample, "--format", "json", "--today", TODAY).json
    columns = "policy, subject, severity, outcome, fingerprint, template, pointer, because"
    assert rows(tmp_path / "runs", "findings", columns) == sorted(
        (
            (
                finding["policy"],
                finding["subject"]["id"],
                finding["severity"],
                finding["outcome"],
                finding["fingerprint"],
                finding["location"]["template"],
                finding["location"]["pointer"],
                "; ".join(finding["because"]),
            )
            for finding in said["findings"]
        ),
        key=repr,
    )
    assert rows(tmp_path / "runs", "clusters", "cluster, version, kubectl, support, cdk, failed") == [
        ("Payment/PaymentEksCluster", "1.28", "1.24.0", "ended", "2.276.0", 2)
    ]


def test_a_good_fleet_is_0_and_one_without_clusters_is_empty(run, archive, tmp_path):
    archive("good.zip", zipped(real_files(SAMPLES / "payment-current" / "cdk.out")))
    archive("none.zip", zipped(assembly_files(1, clusters=0)))
    assert run("fleet", "in", "--output", "runs", *FEW).code == 0
    assert [status for (status,) in rows(tmp_path / "runs", columns="status")] == ["audited", "empty"]


def test_all_apps_of_an_archive_are_audited(run, archive, tmp_path):
    files = {
        **{f"apps/{app}/cdk.out/{name}": text for app in "ab" for name, text in assembly_files(0).items()},
        "apps/site/public/manifest.json": '{"name": "a web app", "icons": []}',
    }
    archive("all.zip", zipped(files, ""))
    run("fleet", "in", "--output", "runs", *FEW)
    assert rows(tmp_path / "runs", columns="assemblies, clusters") == [(2, 2)]
    assert rows(tmp_path / "runs", "clusters", "assembly, account, region") == [
        ("apps/a/cdk.out", "100000000000", "eu-central-1"),
        ("apps/b/cdk.out", "100000000000", "eu-central-1"),
    ]


def test_one_broken_app_of_an_archive_does_not_hide_the_other(run, archive, tmp_path):
    files = {f"b/cdk.out/{name}": text for name, text in assembly_files(0).items()}
    archive("all.zip", zipped({**files, "a/cdk.out/manifest.json": "{"}, ""))
    assert run("fleet", "in", "--output", "runs", *FEW).code == 3
    ((status, reason, clusters),) = rows(tmp_path / "runs", columns="status, reason, clusters")
    assert (status, clusters) == ("refused", 1)
    assert "not valid JSON" in reason


def test_folders_with_an_assembly_are_sources_and_other_files_are_counted(run, tmp_path):
    for name, content in {**assembly_files(2), "../notes.txt": "x"}.items():
        path = tmp_path / "work" / "app" / "cdk.out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    result = run("fleet", "work", "--output", "runs", *FEW)
    assert result.code == 1
    assert "1 file was skipped" in result.err
    ((url, clusters),) = rows(tmp_path / "runs", columns="url, clusters")
    assert url == (tmp_path / "work" / "app" / "cdk.out").as_posix()
    assert clusters == 1


def test_labels_come_from_a_table_a_list_and_the_url(run, archive, tmp_path):
    path = archive("shop/cart/cdk.out.zip", good(1))
    (tmp_path / "list.jsonl").write_text(json.dumps({"url": str(path), "commit": "abc", "team": "listed"}) + "\n")
    (tmp_path / "labels.csv").write_text(f"url,owner\n{path},Ada\n")
    pattern = str(tmp_path / "in" / "{team}" / "{app}" / "*.zip")
    run("fleet", "@list.jsonl", "--labels", "labels.csv", "--labels-from", pattern, "--output", "runs", *FEW)
    ((labels,),) = rows(tmp_path / "runs", columns="labels")
    assert labels == {"app": "cart", "commit": "abc", "owner": "Ada", "team": "listed"}


def test_a_place_that_cannot_be_listed_is_3_and_the_others_run(run, archive, tmp_path):
    archive("good.zip", zipped(real_files(SAMPLES / "payment-current" / "cdk.out")))
    result = run("fleet", "nowhere", "in", "none/*.zip", "--output", "runs", *FEW)
    assert result.code == 3
    assert "nowhere: no such object" in result.err
    assert "none/*.zip: found no archive there" in result.err
    assert len(rows(tmp_path / "runs")) == 1


def test_an_object_of_a_list_that_is_gone_is_refused(run, tmp_path):
    (tmp_path / "list.jsonl").write_text('{"url": "gone.zip"}\n')
    assert run("fleet", "@list.jsonl", "--output", "runs", *FEW).code == 3
    ((status, reason),) = rows(tmp_path / "runs", columns="status, reason")
    assert status == "refused"
    assert reason.startswith("no such object")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--engine", "ray"), "--engine: found 'ray', expected local"),
        (("--engine", "local://x"), "--engine: found 'local://x', expected local"),
        (("--labels-from", "s3://bucket/*.zip"), "--labels-from: found"),
        (("--storage-option", "anon"), "--storage-option: found 'anon', expected KEY=VALUE"),
        (("--pack", "nope"), "found 'nope', which is not a pack"),
        (("--fail-on", "awful"), "--fail-on: found 'awful'"),
        (("--upgrade-to", "1.99"), "--upgrade-to: 1.99 is not a known EKS minor"),
        (("--labels", "labels.csv"), "labels.csv: found no column `url`"),
        (("@bad.jsonl",), "bad.jsonl:2: found no `url`"),
    ],
)
def test_wrong_usage_is_2_and_nothing_runs(run, archive, tmp_path, arguments, words):
    archive("good.zip", good(1))
    (tmp_path / "labels.csv").write_text("address,team\nx,y\n")
    (tmp_path / "bad.jsonl").write_text('{"url": "in/good.zip"}\n{"uri": "x"}\n')
    result = run("fleet", "in", *arguments, "--output", "runs")
    assert result.code == 2
    assert words in result.err
    assert not list(tmp_path.glob("runs/*/run.json"))


def test_a_folder_of_another_schema_is_2(run, archive, tmp_path):
    archive("good.zip", good(1))
    (tmp_path / "runs" / "run=2020-01-01T0000Z").mkdir(parents=True)
    (tmp_path / "runs" / "run=2020-01-01T0000Z" / "run.json").write_text('{"schema": "eks-guard.fleet/9"}')
    result = run("fleet", "in", "--output", "runs", *FEW)
    assert result.code == 2
    assert "expected 'eks-guard.fleet/1'" in result.err


def test_a_configuration_in_an_archive_is_ignored_and_said_once(run, archive, tmp_path):
    sample = real_files(SAMPLES / "payment-wrong-layer" / "cdk.out")
    waivers = (
        "disable: [kubectl-version-skew]\nwaivers:\n- policy: cluster-version-creatable\n  subject: '**'\n"
        "  reason: it is being replaced\n  expires: 2027-01-01\n"
    )
    for name in ("one.zip", "two.zip"):
        archive(name, zipped({**{f"cdk.out/{k}": v for k, v in sample.items()}, "eks-guard.yaml": waivers}, "project/"))
    ignored = run("fleet", "in", "--output", "ignored", *FEW)
    assert ignored.err.count("2 archives hold an eks-guard.yaml each, not read") == 1
    honoured = run("fleet", "in", "--output", "honoured", "--own-waivers", *FEW)
    assert "of their own" not in honoured.err
    waived = dict(rows(tmp_path / "honoured", "findings", "policy, waived"))
    assert waived == {
        "cluster-version-creatable": "it is being replaced (eks-guard.yaml in the archive)",
        "kubectl-version-skew": None,
    }
    assert {mark for (mark,) in rows(tmp_path / "ignored", "findings", "waived")} == {None}


def test_what_was_not_judged_is_in_the_reason(run, archive, tmp_path):
    files = assembly_files(1)
    name = "App1.template.json"
    archive("a.zip", zipped({**files, name: json.dumps({**json.loads(files[name]), "Transform": "Own::Macro"})}))
    run("fleet", "in", "--output", "runs", *FEW)
    ((status, reason),) = rows(tmp_path / "runs", columns="status, reason")
    assert status == "audited"
    assert "not judged:" in reason
    assert "Own::Macro" in reason


def test_plain_templates_in_an_archive_are_audited_too(run, archive, tmp_path):
    archive("a.zip", zipped({"App1.template.json": assembly_files(1)["App1.template.json"]}, "templates/"))
    run("fleet", "in", "--output", "runs", *FEW)
    assert rows(tmp_path / "runs", columns="status, clusters") == [("audited", 1)]


def test_the_limit_and_the_include_narrow_a_run(run, fleet, tmp_path):
    run("fleet", fleet, "--output", "three", "--limit", 3, *FEW)
    assert len(rows(tmp_path / "three")) == 3
    run("fleet", fleet, "--output", "some", "--include", "*/app-0000?/*", *FEW)
    assert len(rows(tmp_path / "some")) == 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--help",), "Usage: eks-guard fleet [OPTIONS] "),
        (("--no-such-option",), "; did you mean --storage-option? `eks-guard fleet --help` lists what it takes"),
        ((), "eks-guard: missing argument 'SOURCE'; `eks-guard fleet --help` lists what it takes"),
        (("report", "--sequel"), "no such option: --sequel; did you mean --sql? `eks-guard fleet report --help`"),
    ],
)
def test_usage_is_what_a_user_types(run, arguments, words):
    result = run("fleet", *arguments)
    assert words in result.out + result.err


def test_usage_of_a_report_names_it(run):
    assert run("fleet", "report", "--help").out.startswith("Usage: eks-guard fleet report [OPTIONS] [RUNS]\n")


def test_labels_that_cannot_be_read_are_wrong_usage(run, fleet):
    result = run("fleet", fleet, "--labels", "nowhere.csv", "--output", "runs")
    assert result.code == 2
    assert re.match(r"eks-guard: --labels: .*nowhere\.csv: no such object", result.err)
