"""What is made once for all workers: its failure is everybody's, and what was skipped leaves nothing behind."""

from __future__ import annotations

import pytest


def test_it_is_made_once(made_once):
    def make(folder):
        made.append(folder.name)
        return {"a": [1]}

    made: list[str] = []
    for _ in range(2):
        assert made_once("made-once", make) == {"a": [1]}
    assert made == ["made-once"]


def test_who_asks_again_gets_the_failure_without_another_try(made_once):
    def fail(_):
        tried.append(1)
        raise AssertionError("it does not synthesize")

    tried: list[int] = []
    for _ in range(2):
        with pytest.raises(AssertionError, match="it does not synthesize"):
            made_once("made-to-fail", fail)
    assert tried == [1]


def test_what_was_skipped_half_way_is_begun_anew(made_once):
    def half(folder):
        folder.mkdir()
        pytest.skip("a program is missing")

    for _ in range(2):
        with pytest.raises(pytest.skip.Exception):
            made_once("half-made", half)
