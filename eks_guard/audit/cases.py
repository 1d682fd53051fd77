"""Runs the `.test.yaml` cases beside policies: the words of each become a template, which is audited like any other."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

from eks_guard.assembly.load import load
from eks_guard.audit.update_cases import GRAVEST_FIRST, judge_update
from eks_guard.data import Tables
from eks_guard.errors import PolicyError
from eks_guard.model.declaration import Declarations
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import CaseResult
from eks_guard.model.version import Version
from eks_guard.policy.cases.schema import CasesFile
from eks_guard.policy.cases.template import Hashes, template_of
from eks_guard.policy.compile import CASES_ENDING, load_policy
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.kinds import asks_by_path, subjects_of
from eks_guard.policy.names import nearest
from eks_guard.policy.source import read_source
from eks_guard.policy.written import validate
from eks_guard.resolve import Knowledge, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from eks_guard.model.estate import Estate
    from eks_guard.model.finding import Verdict
    from eks_guard.model.policy import Policy
    from eks_guard.policy.cases.schema import CaseFile
    from eks_guard.policy.source import Source

TODAY = datetime.date(2026, 1, 1)
"""The day of a case that names none."""


def run_cases(paths: list[Path]) -> list[CaseResult]:
    """Run all cases at some paths. Raises PolicyError with everything that is wrong with their files."""
    results: list[CaseResult] = []
    mistakes: list[str] = []
    for file in (case_file for path in paths for case_file in _case_files(path)):
        try:
            results.extend(_run_file(file))
        except PolicyError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise PolicyError(mistakes)
    return results


def _case_files(path: Path) -> list[Path]:
    if not path.exists():
        raise PolicyError([f"{path}: no such file or folder"])
    if path.is_dir():
        files = sorted(path.rglob(f"*{CASES_ENDING}"))
        if not files:
            raise PolicyError([f"{path}: found no cases, expected files that end in {CASES_ENDING}"])
        return files
    beside = (
        path if path.name.endswith(CASES_ENDING) else path.with_name(path.name.removesuffix(".yaml") + CASES_ENDING)
    )
    return [beside]


def _run_file(file: Path) -> list[CaseResult]:
    source = read_source(file)
    written = validate(CasesFile, source)
    beside = [path.stem for path in sorted(file.parent.glob("*.yaml")) if not path.name.endswith(CASES_ENDING)]
    if written and written.policy not in beside:
        hint = nearest(written.policy, beside)
        source.wrong(("policy",), f"found {written.policy!r}, which is not a policy in this folder{hint}")
    if written:
        for index, case in enumerate(written.cases):
            _check_words(source, index, case)
    source.check()
    assert written, "a file without mistakes has a shape"
    policy = load_policy(file.with_name(f"{written.policy}.yaml"))
    tables = Tables()
    results = []
    for index, case in enumerate(written.cases):
        verdict = _verdict(policy, case, tables)
        line = source.positions.get(("cases", index), (1, 1))[0]
        results.append(_result(file, line, policy.id, case, verdict))
    return results


def _verdict(policy: Policy, case: CaseFile, tables: Tables) -> Verdict | None:
    """The gravest verdict on the subjects of a case; None where it has none."""
    today = datetime.date.fromisoformat(case.today) if case.today else TODAY
    if case.before is not None or case.after is not None:
        return judge_update(case, policy, tables, today)
    estate, about = estate_of(case, tables)
    context = Context(tables, today, estate)
    verdicts = [
        judge(policy, subject, context)
        for kind in policy.match
        for subject in subjects_of(estate, kind, bodies=asks_by_path(policy))
        if kind == "cluster" or about is None or (subject.resource and subject.resource.logical_id == about)
    ]
    return min(verdicts, key=lambda verdict: GRAVEST_FIRST.index(verdict.outcome), default=None)


def estate_of(case: CaseFile, tables: Tables) -> tuple[Estate, str | None]:
    """The estate that the words of a case come to, and the logical id of its subject if it is about one."""
    expanded = template_of(case, _hashes(tables))
    assembly = load("-", json.dumps(expanded.template).encode())
    return resolve(assembly, Knowledge(tables, _declared(expanded.declared_version))), expanded.subject


def _declared(version: str | None) -> Declarations:
    """The version of an imported cluster, as a project declares it."""
    return Declarations(clusters=(("*", Version.parse(version)),)) if version else Declarations()


def _hashes(tables: Tables) -> Hashes:
    """Published hashes by what they stand for, so that cases can speak of versions."""
    published: dict[str | None, str] = {}
    for digest, layer in tables.published_layers.items():
        published.setdefault(str(layer.kubectl.of_minor) if layer.kubectl else None, digest)
    handlers = {code.takes_oci_charts: digest for digest, code in tables.kubectl_handlers.items()}
    return Hashes(published, handlers)


def _result(file: Path, line: int, policy: str, case: CaseFile, verdict: Verdict | None) -> CaseResult:
    outcome = verdict.outcome if verdict else Outcome.NOT_APPLICABLE
    expected: str = case.outcome
    found = str(outcome)
    if case.severity and verdict and outcome is Outcome.FAIL:
        expected, found = f"{expected} ({case.severity})", f"{found} ({Severity(verdict.severity)})"
    because = tuple(observation.says for observation in verdict.decisive) if verdict else ()
    return CaseResult(str(file), line, policy, case.name, expected, found, because)


def _check_words(source: Source, index: int, case: CaseFile) -> None:
    """Versions in words are checked where they stand."""
    words = case.cluster
    for text in (words.version, *words.kubectl, *words.witnesses) if words else ():
        if text not in ("none", "unknown") and not text.startswith("number "):
            try:
                Version.parse(text)
            except ValueError as error:
                source.wrong(("cases", index, "cluster"), str(error))
