"""Jobs and CronJobs: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go ."""

from __future__ import annotations

from typing import Any

from eks_guard.kubernetes.formats import domain_prefixed
from eks_guard.kubernetes.notes import Notes
from eks_guard.kubernetes.parts import has_open_keys, is_given, is_open, lacks, listed, mapping, number, text
from eks_guard.kubernetes.rules.workloads import judge_selector
from eks_guard.kubernetes.schedules import is_zone, mistake_in, names_zone

JOB = "job"
SCHEDULE = "schedule"
RESTART = "restart-policy"
MOST_PARALLEL = 100_000
FAILED_INDEXES = 29
REPLACEMENT = 29
SUCCESS_POLICY = 31
MANAGED_BY = 32
"""The minors from which on some fields of Jobs are no longer dropped:
https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/"""
NO_ZONE_IN_SCHEDULE = 29
"""The minor from which on a new schedule may not begin with TZ=: https://github.com/kubernetes/kubernetes/pull/121327"""


def job(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a Job, also of one in a CronJob."""
    pod = mapping(value.get("template")).get("spec")
    policy = mapping(pod).get("restartPolicy")
    place = f"{path}.template.spec.restartPolicy"
    if isinstance(pod, dict) and not is_given(policy) and not has_open_keys(pod):
        notes.wrong(
            place, RESTART, 'required: unsupported value "Always", the default; valid values: "OnFailure", "Never"'
        )
    elif policy == "Always":
        notes.wrong(place, RESTART, 'unsupported value "Always", supported values: "OnFailure", "Never"')
    if value.get("podFailurePolicy") is not None and policy == "OnFailure":
        notes.wrong(place, RESTART, 'must be "Never" when podFailurePolicy is used')
    indexed = value.get("completionMode") == "Indexed"
    if indexed and lacks(value, "completions"):
        notes.wrong(f"{path}.completions", JOB, "required when completion mode is Indexed")
    if value.get("backoffLimitPerIndex") is not None and not indexed and not is_open(value.get("completionMode")):
        says = "requires indexed completion mode: completionMode must be Indexed"
        notes.wrong(f"{path}.backoffLimitPerIndex", JOB, says)
    _judge_counts(value, path, notes)
    _judge_policies(value, path, notes)
    _judge_selector(value, path, notes)


def _judge_counts(value: dict[Any, Any], path: str, notes: Notes) -> None:
    indexed, parallel = value.get("completionMode") == "Indexed", number(value.get("parallelism"))
    if indexed and parallel is not None and parallel > MOST_PARALLEL:
        notes.wrong(f"{path}.parallelism", JOB, f"{parallel} must be less than or equal to {MOST_PARALLEL}")
    if (
        value.get("maxFailedIndexes") is not None
        and notes.minor >= FAILED_INDEXES
        and lacks(value, "backoffLimitPerIndex")
    ):
        notes.wrong(f"{path}.backoffLimitPerIndex", JOB, "required when maxFailedIndexes is specified")


def _judge_policies(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """What a Job makes of pods that fail, or of some that succeed."""
    if (
        value.get("podFailurePolicy") is not None
        and notes.minor >= REPLACEMENT
        and value.get("podReplacementPolicy") == "TerminatingOrFailed"
    ):
        says = 'unsupported value "TerminatingOrFailed", supported values: "Failed", where podFailurePolicy is used'
        notes.wrong(f"{path}.podReplacementPolicy", JOB, says)
    mode = value.get("completionMode")
    if value.get("successPolicy") is not None and notes.minor >= SUCCESS_POLICY and mode in (None, "NonIndexed"):
        notes.wrong(f"{path}.successPolicy", JOB, "requires indexed completion mode: completionMode must be Indexed")
    manager = value.get("managedBy")
    if is_given(manager) and notes.minor >= MANAGED_BY:
        notes.note(f"{path}.managedBy", JOB, domain_prefixed(manager))


def failure_rule(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """A rule on failed pods asks for exit codes or for conditions."""
    notes.exactly_one(value, path, ("onExitCodes", "onPodConditions"), JOB, "requirement")


def exit_codes(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The exit codes that a rule is about: in order, each once, and no success among those of failures."""
    codes = [number(code) for code in listed(value.get("values"))]
    known = [code for code in codes if code is not None]
    if value.get("operator") == "In" and 0 in known:
        notes.wrong(f"{path}.values[{codes.index(0)}]", JOB, "0 must not be among the values of the In operator")
    notes.unique(((f"{path}.values[{i}]", code) for i, code in enumerate(codes) if code is not None), JOB)
    if known != sorted(known):
        notes.wrong(f"{path}.values", JOB, f"{', '.join(map(str, known))} must be ordered")


def _judge_selector(value: dict[Any, Any], path: str, notes: Notes) -> None:
    selector, manual = value.get("selector"), value.get("manualSelector")
    in_cron_job = path != "spec"
    if manual is True and in_cron_job:
        notes.wrong(f"{path}.manualSelector", "selector", "unsupported value true, supported values: false")
    elif manual is True:
        judge_selector(value, path, notes, kind="job")
    elif isinstance(selector, dict) and selector and not is_open(manual):
        notes.wrong(
            f"{path}.selector", "selector", "`selector` will be auto-generated, and must not be written by hand"
        )


def cron_job(value: dict[Any, Any], path: str, notes: Notes) -> None:
    """The spec of a CronJob."""
    schedule = text(value.get("schedule"))
    if schedule:
        notes.note(f"{path}.schedule", SCHEDULE, mistake_in(schedule))
        if names_zone(schedule) and (notes.minor >= NO_ZONE_IN_SCHEDULE or is_given(value.get("timeZone"))):
            says = "cannot use TZ or CRON_TZ in schedule, use the timeZone field instead"
            notes.wrong(f"{path}.schedule", SCHEDULE, says)
    zone = value.get("timeZone")
    if isinstance(zone, str):
        known = is_zone(zone) if zone and zone.lower() != "local" else False
        says = f'unknown time zone "{zone}": must be in the tz database, such as Europe/Berlin'
        if known is False:
            notes.wrong(f"{path}.timeZone", SCHEDULE, says)


RULES = {
    "batch.v1.JobSpec": (job,),
    "batch.v1.PodFailurePolicyRule": (failure_rule,),
    "batch.v1.PodFailurePolicyOnExitCodesRequirement": (exit_codes,),
    "batch.v1.CronJobSpec": (cron_job,),
}
