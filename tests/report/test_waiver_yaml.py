"""Waivers as `init` and the page write them: each covers the finding that it was made for, whatever its name holds."""

from __future__ import annotations

import pytest
from conftest import TODAY

NAMES = ["Plain", "a*[b]?c", "q\"\\'u", "\U0001f600 beyond", "\u202egnp.exe", "tab\tnew\nline", "#: {}", "half \ud800"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_waiver_covers_its_finding_whatever_the_name_holds(run, write, name):
    template = {"Resources": {name: {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
    path = write("T.template.json", template)
    assert run("check", path, "--today", TODAY).code == 1
    assert run("init", path, "--today", TODAY).code == 0
    assert run("check", path, "--today", TODAY).code == 0
    assert run("check", path, "--today", "2027-06-01").code == 1
