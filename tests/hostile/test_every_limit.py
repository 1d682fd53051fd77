"""Each limit in the code has input just below it and just above it, in one of the tables of this folder."""

from __future__ import annotations

import test_limit_pairs
import test_limit_pairs_of_values
import test_limits
from test_limits_page import NO_LIMITS_OF_INPUT, limits_in_code


def test_every_limit_is_tried_from_both_sides():
    tables = (test_limits.MEASURED, test_limit_pairs.PAIRS, test_limit_pairs_of_values.PAIRS)
    tried = sorted(name for table in tables for name in table)
    assert tried == sorted(limits_in_code() - NO_LIMITS_OF_INPUT)


def test_what_is_measured_is_input_that_is_there():
    assert set(test_limits.MEASURED.values()) <= {*test_limits.LIMITS, *test_limits.OTHER}
