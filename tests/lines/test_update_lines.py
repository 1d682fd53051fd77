"""Every line that an update prints, written where it belongs: the app synthesizes, and the update is safe.

All updates of a language are one app, synthesized as deployed, with the mistakes, and with the printed lines; where these
are for a deploy before the change, once more with the change after it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from scene import LANGUAGES, Edit, synth
from update import STATES, Update, read_updates

from eks_guard.policy.packs import load_pack

ALL = bool(os.environ.get("EKS_GUARD_ALL_TESTS"))
UPDATES = read_updates()


@pytest.fixture
def findings(run, made_once):
    """The findings of an update from one state to another."""

    def assembly(language: str, state: str) -> Any:
        def make(folder: Path) -> str:
            wrong = call(language, "deployed", "wrong") if state in ("mended", "next") else []
            modules = {
                name: update.module(language, state, printed(wrong, update, language))
                for name, update in UPDATES.items()
            }
            return str(synth(folder, language, modules))

        return made_once(f"update-lines-{language}-{state}", make)

    def call(language: str, before: str, after: str) -> list[Any]:
        def make(_: Path) -> list[Any]:
            pair = assembly(language, before), assembly(language, after)
            return run(
                *("check", pair[1], "--against", pair[0], "--pack", "change-safety"),
                *("--format", "json", "--show-passed", "--today", "2026-11-26"),
            ).json["findings"]

        return made_once(f"update-lines-{language}-{before}-to-{after}", make)

    return call


def of(findings: list[Any], update: Update) -> list[Any]:
    return [one for one in findings if one["subject"]["stack"].split("/")[0] == update.name]


def printed(findings: list[Any], update: Update, language: str) -> Edit | None:
    """The lines of the first failure of the policy of an update."""
    failed = [one for one in of(findings, update) if (one["policy"], one["outcome"]) == (update.policy, "fail")]
    for edit in (failed[0]["fix"] or {"edits": ()})["edits"] if failed else ():
        if edit["language"] == language:
            return Edit(edit["lines"], tuple(edit["imports"]))
    return None


def test_every_policy_has_lines_that_are_tried():
    asked = {policy.id for policy in load_pack("change-safety")}
    assert {update.policy for update in UPDATES.values()} == asked


@pytest.mark.parametrize("language", LANGUAGES if ALL else LANGUAGES[:1])
@pytest.mark.parametrize("name", UPDATES)
def test_printed_lines_synthesize_and_make_the_update_safe(findings, name, language):
    update = UPDATES[name]
    wrong = findings(language, "deployed", "wrong")
    assert printed(wrong, update, language), [(one["policy"], one["because"]) for one in of(wrong, update)]
    steps = [("deployed", "mended"), ("mended", "next")] if update.earlier else [("deployed", "mended")]
    for before, after in steps:
        found = of(findings(language, before, after), update)
        outcomes = {one["outcome"] for one in found if one["policy"] == update.policy}
        assert outcomes <= set(update.then), [one["because"] for one in found if one["policy"] == update.policy]
        failed = {(one["policy"], *one["because"]) for one in found if one["outcome"] == "fail"}
        assert not {one for one in failed if one[0] not in (update.policy, *update.brings)}
        assert set(update.brings) <= {one[0] for one in failed}


def test_a_state_is_one_of_those_that_a_slot_names():
    assert {state for update in UPDATES.values() for state in STATES if update.module("python", state, None)} == set(
        STATES
    )
