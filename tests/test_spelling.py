"""Which name is surely meant: one slip of the fingers away, and nothing more."""

from __future__ import annotations

import pytest

from eks_guard.spelling import slip


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("corends", ["coredns", "vpc-cni"], "coredns"),
        ("cordns", ["coredns"], "coredns"),
        ("coreddns", ["coredns"], "coredns"),
        ("coredms", ["coredns"], "coredns"),
        ("COREDNS", ["coredns"], "coredns"),
        ("coredns", ["coredns"], None),
        ("cerodns", ["coredns"], None),
        ("kubedns", ["coredns"], None),
        ("Rule", ["Role"], None),
        ("Rloe", ["Role"], "Role"),
        ("Jb", ["Job"], "Job"),
        ("", ["a"], "a"),
        ("x", [], None),
    ],
)
def test_a_slip_is_one_letter_or_case(name, known, meant):
    assert slip(name, known) == meant


def test_another_letter_may_be_another_name():
    assert slip("mx-south", ["me-south"]) == "me-south"
    assert slip("mx-south", ["me-south"], changed=False) is None
