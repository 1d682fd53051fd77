"""A chart waits for less than Lambda lets its handler run, and rolls back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.imports import refer
from eks_guard.fix.members import made_by_cluster
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal, Spot
from eks_guard.model.value import Known, Value
from eks_guard.model.workloads import Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.fix.edits import Edit

ANNOUNCES = (("Custom::AWSCDK-EKS-HelmChart", ("Atomic", "Timeout")),)
LONGEST = 840
MINUTES = 14


def propose(job: Job) -> Change | Refusal:
    """Return the edits that make a chart atomic, and its timeout shorter where it is too long."""
    found = made_by_cluster(job, ("addHelmChart",), "HelmChart", "chart-")
    if isinstance(found, Refusal):
        return found
    call, index = found
    chart = job.finding.subject.thing
    assert isinstance(chart, Chart), "the policy is about charts"
    edits: list[Edit] = []
    if not (isinstance(chart.atomic, Known) and chart.atomic.value):
        text = "True" if call.source.dialect.name == "python" else "true"
        atomic = set_property(job.names, call, "atomic", lambda _: (text, ()), index)
        if isinstance(atomic, Refusal):
            return atomic
        edits += atomic
    if not _is_short(chart.timeout):
        timeout = set_property(job.names, call, "timeout", lambda spot: _minutes(job, spot), index)
        if isinstance(timeout, Refusal):
            return timeout
        edits += timeout
    return Change(tuple(edits), call.place, f"chart {call.place}", ANNOUNCES)


def _is_short(timeout: Value[str | None]) -> bool:
    """Return whether a timeout, in CDK's spelling such as `600s`, is below Lambda's; Helm's default of 300 s is."""
    if not isinstance(timeout, Known):
        return False
    seconds = (timeout.value or "0").removesuffix("s")
    return seconds.isdecimal() and int(seconds) <= LONGEST


def _minutes(job: Job, spot: Spot) -> tuple[str, Sequence[Edit]] | Refusal:
    module = "aws_cdk" if spot.source.dialect.name == "python" else "aws-cdk-lib"
    known = refer(job.names, spot, ("Duration",), module)
    return known if isinstance(known, Refusal) else (f"{known[0]}.minutes({MINUTES})", known[1])


RECIPE = Recipe(("helm-timeout-below-lambda",), propose, Safety.SAFE)
