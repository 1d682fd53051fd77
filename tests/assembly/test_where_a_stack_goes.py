"""Where a stack is deployed, read as CDK reads it."""

from __future__ import annotations

import pytest

from eks_guard.assembly.following.environment import partition_of
from eks_guard.assembly.stack import Environment


@pytest.mark.parametrize(
    ("text", "account", "region"),
    [
        ("aws://111122223333/eu-west-1", "111122223333", "eu-west-1"),
        ("aws://111122223333/eu-west-1/extra", "111122223333", "eu-west-1"),
        (" aws://111122223333/eu-west-1 ", "111122223333", "eu-west-1"),
        ("aws://aws://111122223333/eu-west-1", "111122223333", "eu-west-1"),
        ("aws://unknown-account/eu-west-1", None, "eu-west-1"),
        ("aws://111122223333/unknown-region", "111122223333", None),
        ("aws://111122223333/EU-WEST-1", "111122223333", None),
        ("AWS://111122223333/eu-west-1", None, None),
        ("aws://current_account/current_region", None, None),
        ("111122223333/eu-west-1", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_an_environment_is_read_as_cdk_reads_it(text: str | None, account: str | None, region: str | None) -> None:
    assert Environment.parse(text) == Environment(account, region)


def test_a_region_of_an_area_that_is_new_has_no_partition_that_is_known() -> None:
    assert partition_of("xy-new-central-1") is None
