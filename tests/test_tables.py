"""The built-in tables have the shape that is asked of those that replace them."""

from __future__ import annotations

import json

import pytest

from eks_guard.data import HERE
from eks_guard.data.schema import TABLES, mistakes


@pytest.mark.parametrize("name", TABLES)
def test_a_built_in_table_could_replace_itself(name):
    assert mistakes(name, json.loads((HERE / name).read_text(encoding="utf-8"))) == []
