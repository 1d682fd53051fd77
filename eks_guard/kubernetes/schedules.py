"""The schedules of CronJobs, as `ParseStandard` reads them: https://pkg.go.dev/github.com/robfig/cron/v3 ."""

from __future__ import annotations

from eks_guard.matching import regex

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 6))
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NAMES = {
    "month": {name: n for n, name in enumerate(MONTHS, 1)},
    "day of week": {name: n for n, name in enumerate(DAYS)},
}
DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_ZONE = regex(r"(?:CRON_)?TZ=\S+\s+")
_DURATION = regex(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0")


def names_zone(schedule: str) -> bool:
    """Whether a schedule begins with a time zone: `TZ=Europe/Berlin 0 3 * * *`."""
    return schedule.startswith(("TZ=", "CRON_TZ="))


def mistake_in(schedule: str) -> str | None:
    """What is wrong with a schedule."""
    plain = _ZONE.sub("", schedule, count=1) if names_zone(schedule) else schedule
    if plain.startswith("@every "):
        return (
            None
            if _DURATION.fullmatch(plain.removeprefix("@every "))
            else f'"{schedule}" must name a duration such as 1h30m'
        )
    if plain.startswith("@"):
        return None if plain in DESCRIPTORS else f'unrecognized descriptor "{plain}"'
    fields = plain.split()
    if len(fields) != len(FIELDS):
        return f'expected exactly 5 fields, found {len(fields)}: "{schedule}"'
    wrong = (_mistake(text, *field) for text, field in zip(fields, FIELDS, strict=True))
    return next((f'"{schedule}": {says}' for says in wrong if says), None)


def _mistake(text: str, name: str, low: int, high: int) -> str | None:
    for part in filter(None, text.split(",")):  # the parser skips what is empty between commas
        span, slash, step = part.partition("/")
        if slash and not (step.isdigit() and int(step) > 0):
            return f"step of the range of {name} {part!r} must be a positive number"
        begin, dash, end = span.partition("-")
        if begin in ("*", "?"):
            continue
        first, last = _number(begin, name), _number(end if dash else begin, name)
        if first is None or last is None:
            return f"{name} {part!r} must be *, a number from {low} to {high}, a range or a list"
        if first < low or last > high:
            return f"{name} {part!r} must be in the range {low} to {high}"
        if first > last:
            return f"{name} {part!r} must begin before it ends"
    return None


def _number(text: str, name: str) -> int | None:
    named = NAMES.get(name, {}).get(text.lower())
    return named if named is not None else int(text) if text.isascii() and text.isdigit() else None


def is_zone(name: str) -> bool | None:
    """Whether a time zone is in the tz database; None where this machine has none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 (most manifests name no zone)

    for zone in (name, "Etc/UTC"):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        return zone == name
    return None
