"""Archives in S3, by a server of moto's: the same rows, little transfer, and reasons where a bucket says no."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import pytest
from conftest import SAMPLES, TODAY

from eks_guard import arrival
from eks_guard.fleet.storage import Storage
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
    transferred = rows(tmp_path / "s3", columns="status, bytes, bytes_read")
    assert all(read <= 2 * size for _, size, read in transferred), "a tar is opened twice, nothing else is read twice"
    assert (
        "40 archives, 40 already judged"
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
    assert "no object has a version" in result.err


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


def unpacked(storage, folder: str, files: dict) -> None:
    for name, content in files.items():
        storage.pipe(f"{folder}/{name}", content if isinstance(content, bytes) else content.encode())


SAID = {"clusters": "* EXCLUDE (run, url)", "findings": "* EXCLUDE (run, url)"}
"""Everything but where it was read."""


def said(output: Path) -> dict:
    return {table: rows(output, table, columns) for table, columns in SAID.items()}


@pytest.mark.parametrize("sample", ["payment-wrong-layer", "bad-citizen-cfn"])
def test_an_unpacked_assembly_in_a_bucket_says_what_its_folder_says(run, storage, s3, tmp_path, sample):
    files = real_files(SAMPLES / sample / "cdk.out")
    storage.mkdir(sample)
    unpacked(storage, f"{sample}/team/app/cdk.out", files)
    code = run("fleet", SAMPLES / sample / "cdk.out", "--output", "folder", *FEW).code
    assert run("fleet", f"s3://{sample}/team/app/cdk.out/", "--output", "s3", *FEW, *s3).code == code
    assert said(tmp_path / "s3") == said(tmp_path / "folder")
    ((url, status, size, read),) = rows(tmp_path / "s3", columns="url, status, bytes, bytes_read")
    assert (url, status, size) == (f"s3://{sample}/team/app/cdk.out", "audited", sum(map(len, files.values())))
    assert 0 < read < size


@pytest.mark.parametrize(
    "name", ["mixed", "mixed/", "mixed/**", "mixed/*/app*/cdk.out", "mixed/*/app*/cdk.out/", "mixed/**/manifest.json"]
)
def test_unpacked_assemblies_are_found_among_archives(run, storage, s3, tmp_path, name):
    """Nested assemblies, and zips that are assets, belong to the app around them; a manifest of a web app is none."""
    if not storage.exists("mixed"):
        storage.mkdir("mixed")
        inner = {f"assembly-Prod/{key}": text for key, text in assembly_files(1).items()}
        unpacked(storage, "mixed/one/app-1/cdk.out", {**assembly_files(1), **inner, "asset.0.zip": zipped({"a": "b"})})
        unpacked(storage, "mixed/two/app-2/cdk.out", {**assembly_files(2), "empty/": ""})
        storage.pipe("mixed/two/site/manifest.json", b'{"name": "a web app"}')
        storage.pipe("mixed/two/packed.zip", good(1))
    run("fleet", f"s3://{name}", "--output", "runs", "--labels-from", "s3://mixed/{team}/{app}/cdk.out/", *FEW, *s3)
    found = dict(rows(tmp_path / "runs", columns="url, status"))
    folders = {url: found.pop(url) for url in list(found) if url.endswith("/cdk.out")}
    assert folders == {"s3://mixed/one/app-1/cdk.out": "audited", "s3://mixed/two/app-2/cdk.out": "audited"}
    packed = found.pop("s3://mixed/two/packed.zip", None)
    assert (packed == "audited") is ("app" not in name and "manifest" not in name)
    assert set(found) <= {"s3://mixed/two/site/manifest.json"}
    assert set(found.values()) <= {"refused"}
    labels = dict(rows(tmp_path / "runs", columns="url, labels"))
    assert labels["s3://mixed/one/app-1/cdk.out"] == {"team": "one", "app": "app-1"}


def test_an_unpacked_assembly_is_known_until_one_of_its_objects_changes(run, storage, s3, tmp_path):
    storage.mkdir("nightly")
    unpacked(storage, "nightly/cdk.out", assembly_files(1))
    (tmp_path / "list.jsonl").write_text('{"url": "s3://nightly/cdk.out/", "team": "one"}\n')
    arguments = ("fleet", "@list.jsonl", "--output", "runs", *FEW, *s3)
    assert "known" not in run(*arguments).err
    assert "1 archive, 1 already judged" in run(*arguments).err
    storage.pipe("nightly/cdk.out/App1.template.json", assembly_files(2)["App2.template.json"].encode())
    assert "known" not in run(*arguments).err
    assert rows(tmp_path / "runs", columns="status, labels") == [("audited", {"team": "one"})]


def test_keys_that_nobody_should_trust_refuse_the_folder(run, storage, s3, tmp_path):
    storage.mkdir("hostile")
    unpacked(storage, "hostile/out/cdk.out", assembly_files(0))
    storage.call_s3("put_object", Bucket="hostile", Key="hostile", Body=b"")
    storage.call_s3("put_object", Bucket="hostile", Key="out/cdk.out/a/../../x", Body=b"{}")
    unpacked(storage, "hostile/huge/cdk.out", {**assembly_files(0), "App0.template.json": b" " * 70 * MEGABYTE})
    unpacked(storage, "hostile/leads/cdk.out", assembly_files(0))
    manifest = json.loads(assembly_files(0)["manifest.json"])
    manifest["artifacts"]["App0"]["properties"]["templateFile"] = "../../out/cdk.out/App0.template.json"
    storage.pipe("hostile/leads/cdk.out/manifest.json", json.dumps(manifest).encode())
    run("fleet", "s3://hostile/*/cdk.out", "--output", "runs", *FEW, *s3)
    found = {url: (status, reason) for url, status, reason in rows(tmp_path / "runs", columns="url, status, reason")}
    assert {status for status, _ in found.values()} == {"refused"}
    assert "'a/../../x' is outside the folder" in found["s3://hostile/out/cdk.out"][1]
    assert "more than 67108864 bytes" in found["s3://hostile/huge/cdk.out"][1]
    assert "leads out of" in found["s3://hostile/leads/cdk.out"][1]


def test_a_folder_that_changes_under_the_reader_is_read_once_more(run, storage, s3, tmp_path, monkeypatch):
    """Somebody writes into it after each time that its files are listed."""
    storage.mkdir("moving")
    unpacked(storage, "moving/cdk.out", assembly_files(0))
    before, written = Storage.below, iter(range(100))

    def then_written(self, url):
        yield from before(self, url)
        storage.pipe("moving/cdk.out/notes.txt", str(next(written)).encode())

    monkeypatch.setattr(Storage, "below", then_written)
    assert run("fleet", "s3://moving/cdk.out", "--output", "runs", *FEW, *s3).code == 3
    assert rows(tmp_path / "runs", columns="status, reason") == [("refused", "changed while it was read")]
