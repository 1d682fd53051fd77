"""A JSON report is read back as it was written, by this release and from the first one."""

from __future__ import annotations

import datetime
import json

import pytest
import yaml
from conftest import ASSEMBLIES, SAMPLES, TODAY
from laid_out import SITUATIONS, lay_out

from eks_guard.api import project_options
from eks_guard.audit import audit
from eks_guard.errors import AssemblyError
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.report import Format, render
from eks_guard.report.json_report import saved
from eks_guard.report.reading import is_report, read_report
from eks_guard.report.style import Style

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
RIGHT = SAMPLES / "payment-fixed" / "cdk.out"
ASSEMBLED = {
    path.parent.relative_to(folder).as_posix(): path
    for folder in (SAMPLES, ASSEMBLIES)
    for path in sorted(folder.rglob("cdk.out"))
    if path.is_dir()
}
WAIVER = {"subject": "*", "reason": "r", "expires": datetime.date(2027, 1, 1)}
BEFORE_0_2 = ("complete", "gate", "not_judged", "configuration", "gone", "previous")


def there_and_back(path, **options):
    packs = ("deploy-safety", "baseline", "hardening", "workload-hardening")
    report = audit(project_options(str(path), packs=packs, today=TODAY, **{"config": {}, **options}))
    for every in (False, True):
        written = render(Format.JSON, report, Style(show_passed=every)).encode()
        assert is_report(written)
        assert read_report(written, "report.json") == saved(report, show_passed=every)
    return report


@pytest.mark.parametrize("name", ASSEMBLED)
def test_a_report_of_a_real_app_is_read_as_it_was_written(name):
    assert there_and_back(ASSEMBLED[name]).findings


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_report_of_a_situation_is_read_as_it_was_written(tmp_path, name):
    for file, content in yaml.safe_load(SITUATIONS[name].read_text(encoding="utf-8"))["files"].items():
        lay_out(tmp_path / file, content)
    there_and_back(tmp_path)


def test_a_report_with_waivers_of_an_update_is_read_as_it_was_written():
    policies = {finding.policy.id for finding in there_and_back(WRONG).findings if finding.outcome is Outcome.FAIL}
    waivers = [{**WAIVER, "policy": policy} for policy in policies]
    report = there_and_back(WRONG, against=str(RIGHT), config={"waivers": waivers})
    assert report.waived
    assert report.change
    assert any(finding.baseline for finding in report.findings)


@pytest.fixture
def written(check):
    return check(WRONG, "--show-passed").json


def read(document):
    return read_report(json.dumps(document).encode(), "report.json")


def test_a_report_of_0_1_0_is_read(written):
    for key in BEFORE_0_2:
        del written[key]
    del written["summary"]["not_judged"]
    for finding in written["findings"]:
        del finding["ruling"], finding["baseline"]
        finding["fix"] = finding["fix"] and {"typescript": "t", "python": "p"}
    found = read(written)
    assert found.gate is None
    assert found.findings[0].severity in Severity
    assert found.open_fingerprints


def test_what_a_later_release_adds_is_passed_over(written):
    expected = read(written)
    written["findings"][0]["later"] = written["later"] = {"a": 1}
    assert read(written) == expected


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"findings": [{"policy": 1}]}, "/findings/0/policy: not what `check --format json` writes"),
        ({"findings": None}, "/findings: "),
        (
            {"schema": "eks-guard.report/2"},
            "found a report of the format eks-guard.report/2, expected eks-guard.report/1",
        ),
    ],
)
def test_what_is_no_report_is_said_with_its_place(written, broken, said):
    with pytest.raises(AssemblyError) as raised:
        read({**written, **broken})
    assert said in str(raised.value)


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"\xff", b"[]", b"1"])
def test_what_is_no_json_object_is_said(content):
    with pytest.raises(AssemblyError, match=r"^report\.json: "):
        read_report(content, "report.json")


def test_a_template_that_names_the_format_is_no_report():
    assert not is_report(json.dumps({"Resources": {"x" * 300: {"Type": "eks-guard.report/1"}}}).encode())
    assert not is_report(b"x" * 300 + b"eks-guard.report/1")


# as the state before


@pytest.fixture
def against(check, tmp_path):
    """Save what `check` says of one app, and check another against it."""

    def call(before, after, *options):
        path = tmp_path / "before.json"
        path.write_text(check(before, *options).out, encoding="utf-8")
        return check(after, "--against", path, "--fail-on-new")

    return call


def test_what_passed_in_a_saved_report_and_fails_now_is_new(against):
    result = against(RIGHT, WRONG, "--show-passed")
    states = {finding["policy"]: finding["baseline"] for finding in result.json["findings"]}
    assert states["kubectl-version-skew"] == "new"
    assert states["cluster-version-creatable"] == "unchanged"
    assert result.code == 1


def test_only_what_was_open_in_a_saved_report_can_be_gone(against):
    assert len(against(WRONG, RIGHT).json["gone"]) == len(against(WRONG, RIGHT, "--show-passed").json["gone"]) == 1


def test_a_saved_report_may_have_been_reformatted(check, tmp_path):
    path = tmp_path / "before.json"
    path.write_text(json.dumps(check(WRONG).json, sort_keys=True), encoding="utf-8")
    assert check(WRONG, "--against", path, "--fail-on-new").code == 0


def test_a_saved_report_that_was_cut_off_is_said(check, tmp_path):
    path = tmp_path / "before.json"
    path.write_text(check(WRONG).out[:500], encoding="utf-8")
    result = check(WRONG, "--against", path)
    assert result.code == 3
    assert f"{path}: not what `check --format json` writes" in result.err
