"""Archives in S3, by a server of moto's: the same rows, little transfer, and reasons where a bucket says no."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import pytest
from conftest import SAMPLES, TODAY

from eks_guard import arrival
from fleet.archives import assembly_files, good, real_files, zipped
from fleet.conftest import COUNT, rows

FEW = ("--today", TODAY, "--engine", "one-by-one")
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def endpoint():
    """The address of an object store that speaks S3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(scope="module")
def storage(endpoint):
    """The store, for putting things into it."""
    import s3fs

    return s3fs.S3FileSystem(**options(endpoint), skip_instance_cache=True, use_listings_cache=False)


def options(endpoint: str) -> dict[str, str]:
    return {"endpoint_url": endpoint, "key": "test", "secret": "test"}


@pytest.fixture
def s3(endpoint, monkeypatch):
    """The options by which the command finds the store."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return [part for key, value in options(endpoint).items() for part in ("--storage-option", f"{key}={value}")]


def test_a_fleet_in_s3_has_the_rows_of_a_fleet_in_a_folder(run, fleet, storage, s3, tmp_path):
    storage.mkdir("ci-fleet")
    storage.put(str(fleet), "ci-fleet/archives", recursive=True)
    run("fleet", fleet, "--output", tmp_path / "folder", *FEW)
    result = run(
        "fleet",
        "s3://ci-fleet/archives/**/*.zip",
        "--output",
        tmp_path / "s3",
        "--today",
        TODAY,
        "--workers",
        2,
        *s3,
    )
    assert result.code == 3, result.err
    assert len(rows(tmp_path / "s3")) == COUNT
    same = {
        "archives": "url, status, reason, assemblies, stacks, clusters, bytes",
        "clusters": "* EXCLUDE (run)",
        "findings": "* EXCLUDE (run)",
    }
    for table, columns in same.items():
        here, there = (
            json.loads(json.dumps(rows(tmp_path / output, table, columns), default=str).replace(str(place), "X"))
            for output, place in (("folder", fleet), ("s3", "s3://ci-fleet/archives"))
        )
        assert sorted(there, key=repr) == sorted(here, key=repr)
    assert (
        "40 archives, 40 of them known"
        in run("fleet", "s3://ci-fleet/archives/**/*.zip", "--output", tmp_path / "s3", *FEW, *s3).err
    )


def test_fifty_megabytes_cost_less_than_two(run, storage, s3, tmp_path):
    storage.mkdir("large")
    files = real_files(SAMPLES / "payment-current" / "cdk.out")
    asset = {"asset.0123456789abcdef.zip": os.urandom(50 * MEGABYTE)}
    storage.pipe("large/SynthOutp/Ab3xYz1", zipped({**asset, **files}, ""))
    assert run("fleet", "s3://large/SynthOutp/", "--output", "runs", *FEW, *s3).code == 0
    ((status, clusters, size, read),) = rows(tmp_path / "runs", columns="status, clusters, bytes, bytes_read")
    assert (status, clusters) == ("audited", 1)
    assert size > 50 * MEGABYTE
    assert read < 2 * MEGABYTE


def test_a_bucket_that_is_not_there_is_3_and_the_others_run(run, storage, s3, tmp_path):
    storage.mkdir("one")
    storage.pipe("one/app.zip", good(1))
    result = run("fleet", "s3://nowhere/*.zip", "s3://one/*.zip", "--output", "runs", *FEW, *s3)
    assert result.code == 3
    assert "s3://nowhere/*.zip: " in result.err
    assert len(rows(tmp_path / "runs")) == 1


def test_wrong_credentials_are_told_with_the_reason_of_the_storage(run, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    option = "endpoint_url=http://127.0.0.1:1"
    result = run("fleet", "s3://bucket/*.zip", "--storage-option", option, "--output", "runs", *FEW)
    assert result.code == 3
    assert "NoCredentialsError" in result.err or "credentials" in result.err.lower()


def test_a_list_may_name_versions_of_an_object(run, storage, s3, tmp_path):
    storage.mkdir("kept")
    storage.call_s3("put_bucket_versioning", Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    storage.pipe("kept/app.zip", good(0))
    first = storage.call_s3("list_object_versions", Bucket="kept")["Versions"][0]["VersionId"]
    storage.pipe("kept/app.zip", good(1))
    (tmp_path / "list.jsonl").write_text(
        json.dumps({"url": "s3://kept/app.zip", "version": first}) + "\n" + json.dumps({"url": "s3://kept/app.zip"})
    )
    run("fleet", "@list.jsonl", "--output", "runs", *FEW, *s3)
    found = rows(tmp_path / "runs", columns="url, clusters, version_id")
    assert [(url.partition("?")[0], clusters) for url, clusters, _ in found] == [
        ("s3://kept/app.zip", 1),
        ("s3://kept/app.zip", 2),
    ]
    assert len({version for *_, version in found}) == 2


def test_options_of_the_storage_are_not_written_down(run, storage, s3, tmp_path):
    storage.mkdir("quiet")
    storage.pipe("quiet/app.zip", good(1))
    secret = ("--storage-option", "secret=do-not-write-me")
    run("fleet", "s3://quiet/*.zip", "--output", "runs", *FEW, *s3, *secret)
    written = [path for path in Path(tmp_path / "runs").rglob("*") if path.is_file()]
    assert written
    assert not any(b"do-not-write-me" in path.read_bytes() for path in written)


def test_an_update_is_judged_from_the_version_that_a_run_read(run, storage, s3, tmp_path):
    """The new version of the object renames a cluster, which CloudFormation does by replacing it."""
    storage.mkdir("updates")
    storage.call_s3("put_bucket_versioning", Bucket="updates", VersioningConfiguration={"Status": "Enabled"})
    files = assembly_files(2)
    storage.pipe("updates/app.zip", zipped(files))
    storage.pipe("updates/same.zip", zipped(assembly_files(3)))
    run("fleet", "s3://updates/*.zip", "--output", "before", *FEW, *s3)
    text = files["App2.template.json"].replace('"Version"', '"Name": "renamed", "Version"')
    storage.pipe("updates/app.zip", zipped({**files, "App2.template.json": text}))
    result = run("fleet", "s3://updates/*.zip", "--against", "before", "--output", "after", *FEW, *s3)
    assert result.code == 1, result.err
    found = rows(tmp_path / "after", "findings", "url, policy, baseline, because")
    new = [(url, policy) for url, policy, baseline, _ in found if baseline == "new"]
    assert {url for url, _ in new} == {"s3://updates/app.zip"}
    assert any("replace" in because for *_, because in found)
    assert {baseline for url, _, baseline, _ in found if url == "s3://updates/same.zip"} == {None}


def test_a_run_that_names_no_versions_is_nothing_to_compare_with(run, tmp_path):
    (tmp_path / "app.zip").write_bytes(good(1))
    run("fleet", "app.zip", "--output", "runs", *FEW)
    result = run("fleet", "app.zip", "--against", "runs", "--output", "after", *FEW)
    assert result.code == 2
    assert "names no version of any object" in result.err


def test_an_archive_is_audited_as_it_arrives(storage, s3, endpoint, monkeypatch, tmp_path):
    storage.mkdir("arriving")
    storage.mkdir("reports")
    storage.pipe("arriving/team one/cdk.out.zip", good(0))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EKS_GUARD_REPORTS", "s3://reports/eks-guard/")
    given = " ".join(f"{key}={value}" for key, value in options(endpoint).items())
    monkeypatch.setenv("EKS_GUARD_STORAGE_OPTIONS", given)
    event = {"Records": [{"s3": {"bucket": {"name": "arriving"}, "object": {"key": "team+one/cdk.out.zip"}}}]}
    (summary,) = arrival.handler(event)["archives"]
    assert (summary["status"], summary["clusters"], summary["closes_gate"]) == ("audited", 2, True)
    written = json.loads(storage.cat("reports/eks-guard/arriving/team one/cdk.out.zip.json"))
    assert len(written["findings"]) >= summary["failed"] > 0
