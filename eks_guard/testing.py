"""One assertion over what a CDK app synthesizes: `assert_passes(app)`.

`pytest_plugins = ["eks_guard.testing"]` in the top conftest.py makes it the fixture `eks_guard`, too.
"""

from __future__ import annotations

import glob
import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

import pytest

from eks_guard.api import Keywords, project_options
from eks_guard.audit import audit
from eks_guard.errors import AssemblyError
from eks_guard.model.fix import Language
from eks_guard.records import dataclass, replace
from eks_guard.report import Format, render
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from eks_guard.model.report import Report


@pytest.fixture
def eks_guard(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`assert_passes`, with the eks-guard.yaml that is found upwards from the test's own file."""
    return partial(assert_passes, start=request.path.parent)


def assert_passes(
    synthesized: Any, *, require_cluster: bool = True, start: Path | None = None, **keywords: Unpack[Keywords]
) -> None:
    """Assert that the gate is open for an App, a Stage, a Stack, a Template, or the path of a cdk.out.

    The message of a failure is the report. A test that judges nothing fails, unless `require_cluster` is False.
    Raises EksGuardError for what cannot be judged, TypeError for what is none of these.
    """
    __tracebackhide__ = True
    target = _target(synthesized)
    options = project_options(target.path, start, **keywords)
    report = audit(replace(options, stack=target.stack, stdin=target.template))
    if report.problems:
        raise AssemblyError("\n".join(report.problems))
    if report.failed:
        raise AssertionError(_message(report))
    if require_cluster and not report.clusters:
        raise AssertionError(
            f"{target.stack or target.path}: found no EKS cluster, so there was nothing to judge; "
            "assert on what holds the cluster, or say require_cluster=False"
        )


def assert_safe_update(
    before: Any, after: Any, *, start: Path | None = None, packs: Sequence[str] = ("change-safety",), **keywords: Any
) -> None:
    """Assert that the update from `before`, which is deployed, to `after` loses nothing and can be carried out.

    Both are what `assert_passes` takes; `before` is mostly the path of the cdk.out that was deployed last, or of an
    archive of it. Raises as `assert_passes` does.
    """
    __tracebackhide__ = True
    new, old = _target(after), _target(before)
    if old.template is not None:
        raise TypeError(f"before: found {before!r}, expected an App, a Stage, a Stack or a path")
    options = project_options(new.path, start, packs=packs, **keywords)
    report = audit(replace(options, stack=new.stack, stdin=new.template, against=old.path))
    if report.problems:
        raise AssemblyError("\n".join(report.problems))
    if report.failed:
        raise AssertionError(_message(report))


def _message(report: Report) -> str:
    """The policies, for pytest's summary shows one line, and then the report."""
    closing = dict.fromkeys(finding.policy.id for finding in report.findings if report.gate.is_closed_by(finding))
    notes = "".join(f"note: {note}\n" for note in report.notes)
    return f"{', '.join(closing)}\n{render(Format.TEXT, replace(report, language=Language.PYTHON), Style())}{notes}"


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to look: a path, the stacks in it as a glob, or one template's text."""

    path: str
    stack: str | None = None
    template: bytes | None = None


def _target(synthesized: Any) -> _Target:
    """Told apart by what they can do, so that nobody who has no aws_cdk imports it."""
    if isinstance(synthesized, str | os.PathLike):
        return _Target(os.fspath(synthesized))
    if hasattr(synthesized, "to_json"):  # a Template
        return _Target("template", template=json.dumps(synthesized.to_json()).encode())
    if hasattr(synthesized, "synth"):  # a Stage, of which App is the outermost
        return _Target(_synthesize(synthesized), stack=_below(synthesized.node.path))
    if hasattr(synthesized, "template_file"):  # a Stack
        stack = _deployed(synthesized)
        return _Target(_synthesize(stack), stack=glob.escape(stack.node.path))
    raise TypeError(f"found {synthesized!r}, expected an App, a Stage, a Stack, a Template or a path")


def _synthesize(construct: Any) -> str:
    """The folder that the whole app is written to, once: CDK refuses where constructs were added since."""
    return str(construct.node.root.synth().directory)


def _below(path: str) -> str | None:
    return f"{glob.escape(path)}/*" if path else None


def _deployed(stack: Any) -> Any:
    """The stack that is deployed on its own: a nested one is judged with the one around it."""
    parent = stack.nested_stack_parent
    return _deployed(parent) if parent else stack
