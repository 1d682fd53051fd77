"""Facts about the functions that CDK brings along: whether Lambda still takes their runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_words
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.policy import Link
from eks_guard.model.value import Known, Value, lift
from eks_guard.policy.facts.calendar import FAR
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import OUT_OF_ALPHA, leave_alpha_fix
from eks_guard.policy.operators import BOOLEAN, INTEGER
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.kubectl import ProviderFunction


def _runtime_creatable(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    observations = []
    for function, more in _by_runtime(cluster):
        end = lift(context.tables.lambda_runtimes.get, function.runtime)
        day = end.value if isinstance(end, Known) else None
        stopped, since = ("stopped creating", f" on {day}") if day else ("no longer creates", "")
        runtime = in_words(function.runtime)
        says = (
            f"Lambda {stopped} functions with {runtime}{since}, which {function.id}{more} uses: a new deploy "
            f'will fail with "The runtime parameter of {runtime} is no longer supported for creating or updating AWS '
            'Lambda functions"'
        )
        creatable = lift(lambda day: day is None or day > context.today, end)
        observations.append(_from_alpha(_about_runtime(function, creatable, says), function, context))
    return tuple(observations)


def _runtime_days(cluster: Cluster, context: Context) -> tuple[Observation, ...]:
    observations = []
    for function, more in _by_runtime(cluster):
        end = lift(context.tables.lambda_runtimes.get, function.runtime)
        days = lift(lambda day: (day - context.today).days if day else FAR, end)
        if isinstance(days, Known) and days.value <= 0:
            continue  # what has ended is not about to end
        when = f" from {end.value} on, in {in_words(days)} days" if isinstance(end, Known) and end.value else ""
        says = f"Lambda stops creating functions with {in_words(function.runtime)}{when}: {function.id}{more} uses it"
        observations.append(_from_alpha(_about_runtime(function, days, says), function, context))
    return tuple(observations)


def _from_alpha(observed: Observation, function: ProviderFunction, context: Context) -> Observation:
    """With the fix of the alpha package for a handler out of it; the functions that call it are of aws-cdk-lib."""
    if function.calls or not isinstance(observed.value, Known):
        return observed
    fix = leave_alpha_fix(context.estate.resources.package_of(function.resource))
    return replace(observed, fix=fix, remedy=OUT_OF_ALPHA) if fix else observed


def _by_runtime(cluster: Cluster) -> Iterator[tuple[ProviderFunction, str]]:
    """One function for each runtime, with how many more have it."""
    alike: dict[Value[str], list[ProviderFunction]] = {}
    for function in cluster.functions:
        runtime = function.runtime
        alike.setdefault(Known(runtime.value) if isinstance(runtime, Known) else runtime, []).append(function)
    for first, *others in alike.values():
        yield first, f" (and {len(others)} more)" if others else ""


def _about_runtime(function: ProviderFunction, value: Value[Any], says: str) -> Observation:
    place = function.runtime.place or function.place
    steps = (Step(0, "function", function.id, function.place), Step(1, "runtime", in_words(function.runtime), place))
    return Observation(value, says if isinstance(value, Known) else f"unknown: {value.reason}", place, steps)


FACTS = (
    Fact(
        "handler.runtime_creatable",
        BOOLEAN,
        "Whether Lambda still creates functions with the runtime of CDK's functions; one for each runtime in use.",
        "true",
        _runtime_creatable,
        link=Link.HANDLER,
        by_day=True,
    ),
    Fact(
        "handler.runtime_days_left",
        INTEGER,
        (
            "Days until Lambda stops creating functions with a runtime of CDK's functions; a very large number if no "
            "end is announced."
        ),
        "400",
        _runtime_days,
        link=Link.HANDLER,
        by_day=True,
    ),
)
