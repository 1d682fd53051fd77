"""Schedules as Kubernetes reads them."""

from __future__ import annotations

import pytest

from eks_guard.kubernetes.quantities import amount, is_quantity
from eks_guard.kubernetes.schedules import mistake_in

GOOD = [
    "* * * * *",
    "*/5 * * * *",
    "0 0 1,15 * *",
    "5-10/2 1 * jan-mar MON",
    "3/10 * * * ?",
    "@hourly",
    "@every 90s",
    "TZ=UTC 0 0 * * *",
]
BAD = [
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 7",
    "*/0 * * * *",
    "10-5 * * * *",
]


@pytest.mark.parametrize("schedule", GOOD)
def test_a_schedule_is_taken(schedule: str) -> None:
    assert mistake_in(schedule) is None


@pytest.mark.parametrize("schedule", BAD)
def test_a_schedule_is_refused(schedule: str) -> None:
    assert mistake_in(schedule)


@pytest.mark.parametrize("text", ["1", "0.5", ".5", "1.", "100m", "1Ki", "2e3", "1E", "-1", "+1", 3, 0.1, " 1Gi "])
def test_a_quantity_is_taken(text: object) -> None:
    assert is_quantity(text)


@pytest.mark.parametrize("text", ["", "1 Gi", "1GiB", "512MB", "1K", "one", "1e", "1.2.3", "1ki", True, None, "٣"])
def test_a_quantity_is_refused(text: object) -> None:
    assert not is_quantity(text)


def test_quantities_compare_by_their_amounts() -> None:
    assert amount("1Gi") == amount("1024Mi") == amount(2**30)
    assert amount("100m") == amount("0.1") == amount(0.1)
    assert amount("1e3") == amount("1k") == 1000
