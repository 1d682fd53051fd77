"""Each built-in policy is seen to fail: on a real app or on a situation, beside its own cases."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import yaml
from conftest import ASSEMBLIES, SAMPLES, TODAY
from laid_out import SITUATIONS, lay_out

from eks_guard.audit import Options, audit
from eks_guard.errors import AssemblyError
from eks_guard.model.outcome import Outcome
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.policy.selection import Wanted

OF_UPDATES = "change-safety"
"""Its policies are about two assemblies; tests/change/ has a failing pair for each."""
PACKS = tuple(pack for pack in builtin_packs() if pack != OF_UPDATES)
LACKING: set[str] = set()
"""Policies that so far fail in their cases alone; none may be added without a reason."""


def inputs(folder: Path) -> Iterator[Path]:
    yield from (path for root in (SAMPLES, ASSEMBLIES) for path in sorted(root.rglob("cdk.out")) if path.is_dir())
    for name, file in SITUATIONS.items():
        for path, content in yaml.safe_load(file.read_text(encoding="utf-8"))["files"].items():
            lay_out(folder / name / path, content)
        yield folder / name


def failing(path: Path) -> set[str]:
    day = datetime.date.fromisoformat(TODAY)
    try:
        report = audit(Options(path=str(path), today=day, wanted=Wanted(packs=PACKS)))
    except AssemblyError:
        return set()
    return {finding.policy.id for finding in report.findings if finding.outcome is Outcome.FAIL}


def test_every_policy_fails_somewhere_beside_its_cases(tmp_path):
    asked = {policy.id for pack in PACKS for policy in load_pack(pack)}
    seen: set[str] = set()
    for path in inputs(tmp_path):
        seen |= failing(path)
    assert asked - seen == LACKING
