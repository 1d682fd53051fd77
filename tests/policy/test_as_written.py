"""Each file in as_written/ is a small input as people write it, and what a report must and must not say about it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from laid_out import lay_out

WRITTEN = {path.stem: path for path in sorted((Path(__file__).parent / "as_written").glob("*.yaml"))}
KEYS = {"policy", "subject", "outcome", "says", "never", "fix", "never_fix", "place", "proof", "never_proof"}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_report_says_what_is_so_and_nothing_else(check, tmp_path, name):
    written = yaml.safe_load(WRITTEN[name].read_text(encoding="utf-8"))
    for file, content in written["files"].items():
        lay_out(tmp_path / "input" / file, content)
    path = tmp_path / "input" / written.get("check", next(iter(written["files"])))
    result = check(path, "--show-passed", *written.get("options", ()))
    for expected in written["findings"]:
        assert_said(result.json["findings"], expected)
    for identity in written.get("never_findings", ()):
        assert not [one for one in result.json["findings"] if one["subject"]["id"].endswith(identity)]
    noted = "\n".join((result.err, *_texts([result.json["notes"], result.json["problems"], result.json["not_judged"]])))
    assert_words(noted, written.get("notes"), written.get("never_notes"))


def assert_said(findings, expected):
    """All findings of a policy about a subject have the outcome; one of those shown has the words, none the others."""
    assert set(expected) <= KEYS, set(expected) - KEYS
    found = [
        one
        for one in findings
        if one["policy"] == expected["policy"] and one["subject"]["id"].endswith(expected.get("subject", ""))
    ]
    assert {one["outcome"] for one in found} == {expected["outcome"]}, [one["because"] for one in found]
    for one in found:
        assert_words(_joined(one["because"]), expected.get("says"), expected.get("never"))
        assert_words(_joined([one["remediation"], one["fix"]]), expected.get("fix"), expected.get("never_fix"))
        assert_words(_joined(one["location"]), expected.get("place"), None)
        assert_words(
            _joined([step["says"] for step in one["trace"]]), expected.get("proof"), expected.get("never_proof")
        )


def assert_words(text, wanted, unwanted):
    for word in wanted or ():
        assert word in text
    for word in unwanted or ():
        assert word not in text


def _joined(value):
    return "\n".join(_texts(value))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
