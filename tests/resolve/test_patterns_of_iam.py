"""Patterns of IAM: `*` and `?` and nothing else, in time that grows with the text alone."""

from __future__ import annotations

import pytest

from eks_guard.resolve.identity.documents import may_match


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("sts:AssumeRole*", "sts:AssumeRoleWithWebIdentity", True),
        ("sts:?ssumeRole", "sts:AssumeRole", True),
        ("sts:?ssumeRole", "sts:ssumeRole", False),
        ("*", "", True),
        ("a*", "a\nb", True),
        ("A*", "abc", False),
        ("[ab]*", "ac", False),
        ("[ab]*", "[ab]c", True),
        ("a.c*", "abc", False),
    ],
)
def test_a_pattern_matches_as_iam_reads_it(pattern: str, text: str, matches: bool) -> None:
    assert may_match(pattern, text) is matches


@pytest.mark.parametrize("pattern", ["*" * 60 + "x", "*a" * 60 + "x", "*?" * 60 + "x"])
def test_no_pattern_takes_time_without_bound(pattern: str) -> None:
    assert not may_match(pattern, "a" * 3000)
