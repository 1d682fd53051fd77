"""`--quiet` leaves out what is not an answer; `--verbose` adds how the answer came about."""

from __future__ import annotations

import re

from conftest import SAMPLES

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"


def test_quiet_leaves_out_notes_and_no_finding(run, write):
    write(
        "eks-guard.yaml", "waivers: [{policy: endpoint-private, subject: none, reason: none, expires: 2099-01-01}]", "."
    )
    loud, quiet = run("check", WRONG), run("check", WRONG, "--quiet")
    assert "note: " in loud.err
    assert quiet.err == ""
    assert (quiet.out, quiet.code) == (loud.out, 1)
    assert run("check", WRONG, "-q").err == ""


def test_quiet_never_hides_that_nothing_was_judged(run, write):
    empty = write("empty.template.json", {"Resources": {}})
    assert "found no EKS cluster" in run("check", empty, "--quiet").err
    broken = write("broken.template.json", "{")
    assert run("check", broken, "--quiet").err


def test_verbose_says_what_was_read_by_what_it_was_judged_and_for_how_long(run):
    result = run("check", WRONG, "--verbose", "--format", "json")
    assert result.json["schema"] == "eks-guard.report/1"
    assert re.search(r"eks-guard \d+\.\d+\.\d+ on Python 3\.\d+\.\d+, judging as of 2026-11-24", result.err)
    assert "configuration: none found" in result.err
    assert "packs: deploy-safety, baseline" in result.err
    times = re.findall(r"^(.*?)  +(\d+\.\d{3}) s$", result.err, re.MULTILINE)
    assert [stage.split()[0] for stage, _ in times] == ["starting", "reading", "resolving", "judging", "writing", "in"]
    assert abs(sum(float(seconds) for _, seconds in times[:-1]) - float(times[-1][1])) < 0.01


def test_verbose_names_the_configuration_that_was_obeyed(run, write):
    write("eks-guard.yaml", "fail-on: high", ".")
    assert re.search(r"^configuration: .*eks-guard\.yaml$", run("check", WRONG, "-v").err, re.MULTILINE)
