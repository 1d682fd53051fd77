"""Patterns of policies: found in linear time, with the answers of Python's own engine."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_guard.patterns import LinearPattern, compile_pattern

PATTERNS = [
    r"^[a-z]+(-[a-z]+)*$", r"(a|ab)(c|bcd)*(d*)", r"\bkube-(proxy|dns)+\b.*$", r"^(?:\d{1,3}\.){3}\d{1,3}$",
    r"[^a-c]+x?[\w-]*", r"a*?b+?", r"(?i)prod.*-EU.*", r"(?m)^a+$\n^b+$", r"\Aa*\Z|b+", r"(?s)a.+b.+",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_repeats_in_several_places_runs_linearly(pattern):
    assert isinstance(compile_pattern(pattern), LinearPattern)


@given(st.sampled_from(PATTERNS), st.text("abcdx-.19 \nPERU_kube proxydns", max_size=12))
def test_the_answers_are_those_of_python(pattern, text):
    assert bool(compile_pattern(pattern).search(text)) is bool(re.search(pattern, text))


@pytest.mark.parametrize("pattern", [r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(a*)*b", r"^(a|aa)+$", r"(x+x+)+y"])
def test_no_pattern_takes_time_without_bound(pattern):
    assert not compile_pattern(pattern).search("a" * 2000 + "!")


@pytest.mark.parametrize(
    "pattern",
    ["(", "a" * 1001, "a{99999999999}", r"(a+)(b+)\1", "(?=a+)b+", "(" * 150 + ")" * 149, "((a{50}){50}){50}b*"],
)
def test_what_cannot_be_bounded_is_a_mistake(pattern):
    with pytest.raises(ValueError, match=r"expression|characters|several places|repeats"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["^a", *PATTERNS])
def test_a_pattern_is_shown_as_it_is_written(pattern):
    assert compile_pattern(pattern).pattern == pattern


def test_a_pattern_that_later_releases_may_read_otherwise_is_no_warning(recwarn):
    assert compile_pattern("[+--z]").search("-")
    assert not list(recwarn)
