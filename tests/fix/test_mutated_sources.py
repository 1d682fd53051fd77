"""However a source is rewritten, a patch of it parses and changes the one call and its import, or there is none."""

from __future__ import annotations

import datetime
import os
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import DECOYS, Text, mutate
from projects import project, recorded
from test_shapes import PATCHED, SHAPES

from eks_guard.audit import Options, audit
from eks_guard.data import Tables
from eks_guard.fix.plan import make_plan, mendable, positions
from eks_guard.fix.project import Project
from eks_guard.fix.source import BOM
from eks_guard.fix.syntax import GRAMMARS, parse, walk
from eks_guard.policy.config import Config, find_config, load_config
from eks_guard.policy.selection import Wanted

EXAMPLES = 1000 if os.environ.get("EKS_GUARD_ALL_TESTS") else 60
POLICIES = ("kubectl-version-skew", "kubectl-layer-present")
ONE_FILE = sorted(
    name
    for name in SHAPES
    if name not in ("ts-other-file", "ts-reexport", "ts-release", "py-package", "ts-crlf")
    and not name.startswith(("ts-loop",))
)
MUST_STAY = ("ts-inline", "ts-variable", "js-require", "py-kwargs", "py-dict", "ts-factory")
"""Shapes that are patched whatever is rewritten around them."""


@cache
def report_of(name):
    with tempfile.TemporaryDirectory() as folder:
        target = recorded(name, Path(folder))
        config = find_config(target)
        options = Options(
            path=str(target / "cdk.out"),
            today=datetime.date(2026, 11, 24),
            wanted=Wanted(select=POLICIES),
            config=load_config(config) if config and config.parent == target else Config(),
        )
        return audit(options)


def main_file(name):
    return next(file for file in ("app.ts", "app.js", "app.mjs", "app.py") if (project_of(name) / file).exists())


def project_of(name):
    return Path(__file__).parent / "shapes" / name


def source_text(name):
    """The text of a shape, with the places that the report points at."""
    content = (project_of(name) / main_file(name)).read_text(encoding="utf-8")
    grammar = GRAMMARS["." + main_file(name).rpartition(".")[2]]
    lines = content.split("\n")
    found = {}
    for source in sources(report_of(name)):
        begin = sum(len(line) + 1 for line in lines[: source.line - 1])
        column = len(lines[source.line - 1].encode("utf-16-le")[: 2 * (source.column - 1)].decode("utf-16-le"))
        indent = len(lines[source.line - 1]) - len(lines[source.line - 1].lstrip())
        found[source] = begin + (column if source.column > 1 else indent)
    return Text(content, grammar, tuple(found.values())), tuple(found)


def sources(report):
    found = [cluster.source for cluster in report.clusters]
    found += [layer.source for cluster in report.clusters for p in cluster.kubectl for layer in p.layers]
    found += [finding.location.source for finding in report.findings]
    return tuple(dict.fromkeys(source for source in found if source))


def moved(report, places):
    """The report with other positions."""
    clusters = {cluster.id: with_places(cluster, places) for cluster in report.clusters}
    findings = tuple(
        replace(
            finding,
            subject=replace(finding.subject, cluster=clusters[finding.subject.cluster.id]),
            location=replace(finding.location, source=places.get(finding.location.source)),
        )
        for finding in report.findings
    )
    return replace(report, clusters=tuple(clusters.values()), findings=findings)


def with_places(cluster, places):
    kubectl = tuple(
        replace(p, layers=tuple(replace(layer, source=places.get(layer.source)) for layer in p.layers))
        for p in cluster.kubectl
    )
    return replace(cluster, at=replace(cluster.at, source=places.get(cluster.source)), kubectl=kubectl)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.data())
def test_a_patch_of_a_rewritten_source_touches_only_the_call_and_its_import(data):
    name = data.draw(st.sampled_from(ONE_FILE))
    text, known = source_text(name)
    for _ in range(data.draw(st.integers(0, 5))):
        text = mutate(text, data.draw)
    before = text.content.encode()
    if parse(before, text.grammar).has_error:
        return
    places = {
        source: replace(source, line=line, column=column)
        for source, (line, column) in zip(known, map(text.position, text.marks), strict=True)
    }
    report = moved(report_of(name), places)
    with tempfile.TemporaryDirectory() as folder:
        target = project(name, Path(folder))
        (target / main_file(name)).write_bytes(before)
        plan = make_plan(report, mendable(report), Project(target, positions(report)), Tables(None), review=True)
    after = plan.after.get(main_file(name), before)
    assert not parse(after, text.grammar).has_error
    assert calls(after, text.grammar) == calls(before, text.grammar)
    decoy = next((decoy for decoy in DECOYS.values() if decoy.strip() in text.content), None)
    assert decoy is None or decoy.strip() in after.decode()
    if name in MUST_STAY:
        assert plan.patched, [answer.reason for answer in plan.answers]
    if not plan.patched:
        assert after == before
        assert all(answer.reason for answer in plan.answers)
    elif SHAPES[name] == PATCHED:
        assert b"KubectlV36Layer" in after


def calls(content, grammar):
    """How many calls of each kind a source has, without those of the layers."""
    root = parse(content.removeprefix(BOM), grammar)
    nodes = [node for node in walk(root) if node.type in ("new_expression", "call", "call_expression")]
    texts = [node.text or b"" for node in nodes]
    return len([text for text in texts if b"Kubectl" not in text.split(b"(")[0] and b"require" not in text[:9]])
