"""Every line that a finding prints, written where the mistake was: the app synthesizes, and the policy passes.

All scenes of a language are one app, synthesized twice: with the mistakes, and with the printed lines in their place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scene import LANGUAGES, Edit, Scene, read_scenes, synth

from eks_guard.policy.packs import builtin_packs, load_pack

SCENES = read_scenes()
UPDATES = "change-safety"
"""The pack about updates, whose lines test_update_lines.py tries."""
PACKS = [word for pack in builtin_packs() if pack != UPDATES for word in ("--pack", pack)]
NO_LINES = {
    "framework-may-wait": "a command: a newer aws-cdk-lib",
    "handler-runtime-supported": "a command: a newer aws-cdk-lib",
    "helm-oci-supported": "a command: a newer aws-cdk-lib",
    "kubectl-evidence-consistent": "a command: the newest release of a layer",
}
"""Policies whose fix is no line of an app, and what it is."""


@pytest.fixture
def findings(run, made_once):
    """The findings of the app with the mistakes, or with the lines that those findings print."""

    def call(language: str, *, mended: bool) -> list[Any]:
        def make(folder: Path) -> list[Any]:
            wrong = call(language, mended=False) if mended else []
            edits = {name: edit for name in SCENES if (edit := printed(wrong, name, language))}
            modules = {name: scene.module(language, edits.get(name)) for name, scene in SCENES.items()}
            out = synth(folder, language, modules)
            found = []
            for day in sorted({scene.today for scene in SCENES.values()}):
                report = run("check", out, "--format", "json", "--show-passed", "--today", day, *PACKS).json
                found += [{**one, "today": day} for one in report["findings"]]
            return found

        return made_once(f"lines-{language}-{'mended' if mended else 'wrong'}", make)

    return call


def of(findings: list[Any], scene: Scene) -> list[Any]:
    asked = (one for one in findings if (one["policy"], one["today"]) == (scene.policy, scene.today))
    return [one for one in asked if f"{one['subject']['id']}/".startswith(f"{scene.name}/")]


def printed(findings: list[Any], name: str, language: str) -> Edit | None:
    """The lines of the first failure of a scene."""
    failed = [one for one in of(findings, SCENES[name]) if one["outcome"] == "fail" and one["fix"]]
    for edit in failed[0]["fix"]["edits"] if failed else ():
        if edit["language"] == language:
            return Edit(edit["lines"], tuple(edit["imports"]))
    return None


def test_every_policy_has_lines_that_are_tried_or_says_why_not():
    asked = {policy.id for pack in builtin_packs() if pack != UPDATES for policy in load_pack(pack)}
    assert {scene.policy for scene in SCENES.values()} | set(NO_LINES) == asked
    assert not {scene.policy for scene in SCENES.values()} & set(NO_LINES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCENES)
def test_printed_lines_synthesize_and_pass(findings, name, language):
    scene = SCENES[name]
    failed = [one for one in of(findings(language, mended=False), scene) if one["outcome"] == "fail"]
    assert failed, "nothing fails"
    assert printed(failed, name, language), failed[0]["fix"]
    outcomes = {one["outcome"]: one["because"] for one in of(findings(language, mended=True), scene)}
    assert set(outcomes) <= {"not-applicable", scene.then}, outcomes
    assert scene.then in (*outcomes, "not-applicable")
