"""Steps from one Kubernetes version or authentication mode to another, which EKS takes one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.change.lines import set_mode
from eks_guard.change.wording import old_place, place_of
from eks_guard.model.change import Effect, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version, minors_between

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Mapping

    from eks_guard.assembly.stack import Node
    from eks_guard.data.rows import Support
    from eks_guard.model.fix import Fix

ROLLBACK = (
    "{old} to {new}: EKS accepts this as a rollback only within seven days of the upgrade, which the template "
    "does not show, and refuses it later"
)
KEEP = "Keep the deployed version: EKS rolls back one minor version only, within seven days of its upgrade."
CONFIG_MAP = "CONFIG_MAP"
"""The mode of a cluster that is given none."""
_STEP = 1


def version_step(
    old: Node, new: Node, values: tuple[Any, Any], support: Mapping[Version, Support], today: datetime.date
) -> Effect | None:
    """What a change of the Kubernetes version asks of EKS; None where there is no step to judge."""
    before, after = values
    trace = (
        Step(0, "before", f"the version is {before or 'not set'}", old_place(old)),
        Step(1, "after", f"the version is {after or 'not set'}", place_of(new)),
    )

    def effect(value: Any, says: str, instead: Version | None = None, remedy: str | None = None) -> Effect:
        return Effect(Question.VERSION_STEP, value, says, place_of(new), trace, remedy, instead)

    if after is None:
        return None
    if before is None:
        reason = f"the version is set to {after}; unset meant the newest version on the day of creation"
        return effect(Unknown(reason), reason)
    open_ = _open("version before or after", before, after)
    if open_:
        return effect(Unknown(open_), open_)
    try:
        deployed = Version.parse(before)
        step = minors_between(Version.parse(after), deployed)
    except ValueError as error:
        return effect(Unknown(str(error)), str(error))
    if step == -1 and not _is_out_of_support(Version.parse(after), support, today):
        says = ROLLBACK.format(old=before, new=after)
        return effect(Unknown(says), says)
    if step < 0:
        return effect(Known(step), f"from {before} back to {after}: EKS refuses it", deployed.of_minor, KEEP)
    if step > _STEP:
        says = f"from {before} to {after} in one step: EKS upgrades one minor version at a time and refuses it"
        return effect(Known(step), says, Version(deployed.major, deployed.minor + _STEP))
    return effect(Known(step), f"from {before} to {after}")


def is_refused(step: Effect) -> bool:
    """Whether EKS is known to refuse a step from one version to another."""
    return isinstance(step.value, Known) and step.value.value not in (0, _STEP)


def mode_step(
    old: Node,
    new: Node,
    values: tuple[Any, Any],
    refused: Collection[tuple[str | None, str | None]],
    unknown: Mapping[tuple[str | None, str | None], str],
) -> Effect | None:
    """What another authentication mode asks of EKS; None where it stays."""
    before, after = values
    if before == after:
        return None
    trace = (
        Step(0, "before", f"the authentication mode is {_mode(before)}", old_place(old)),
        Step(1, "after", f"the authentication mode is {_mode(after)}", place_of(new)),
    )
    says = f"from {_mode(before)} to {_mode(after)} in one step"
    place = place_of(new)
    open_ = _open("authentication mode", before, after)
    if open_:
        return Effect(Question.MODE_STEP, Unknown(open_), open_, place, trace)
    if (before, after) in refused:
        back, fix = _mode_instead(before, after)
        return Effect(Question.MODE_STEP, Known("refused"), f"{says}, which is refused", place, trace, back, fix=fix)
    if (before, after) in unknown:
        doubt = f"unknown whether EKS takes a cluster {says}: {unknown[before, after]}"
        return Effect(Question.MODE_STEP, Unknown(doubt), doubt, place, trace)
    return Effect(Question.MODE_STEP, Known("allowed"), says, place, trace)


def _mode_instead(before: str | None, after: str | None) -> tuple[str | None, Fix]:
    """What to deploy instead of a mode that is refused: the one in between, or the deployed one."""
    deployed = before or CONFIG_MAP
    if deployed == CONFIG_MAP and after == "API":
        return None, set_mode("API_AND_CONFIG_MAP")
    return f"Keep {deployed}: a cluster never goes back to an earlier mode.", set_mode(deployed)


def _mode(value: Any) -> str:
    return "not decided" if isinstance(value, Unknown) else value or "not set (CONFIG_MAP)"


def _is_out_of_support(version: Version, support: Mapping[Version, Support], today: datetime.date) -> bool:
    row = support.get(version.of_minor)
    return bool(row and row.end_of_extended and row.end_of_extended < today)


def _open(name: str, *values: Any) -> str | None:
    """Why a step between two values cannot be judged; None where both are text, or not set."""
    if any(isinstance(value, Unknown) for value in values):
        return f"the {name} is decided when the stack is deployed"
    found = next((value for value in values if not isinstance(value, str | None)), None)
    return None if found is None else f"found {found!r} as the {name}, expected text"
