"""`assert_safe_update`: an update in a test of the app's own."""

from __future__ import annotations

import json

import pytest

from eks_guard.errors import AssemblyError
from eks_guard.testing import assert_safe_update


def write(folder, version):
    folder.mkdir()
    body = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}
    (folder / "Prod.template.json").write_text(json.dumps({"Resources": {"C": body}}))
    return folder


def test_a_safe_update_passes(tmp_path):
    assert_safe_update(write(tmp_path / "a", "1.33"), write(tmp_path / "b", "1.34"), start=tmp_path)


def test_another_fails_with_the_report(tmp_path):
    with pytest.raises(AssertionError, match="version-step"):
        assert_safe_update(write(tmp_path / "a", "1.32"), write(tmp_path / "b", "1.34"), start=tmp_path)


def test_a_previous_assembly_that_is_missing_is_no_pass(tmp_path):
    with pytest.raises(AssemblyError, match="PREVIOUS"):
        assert_safe_update(tmp_path / "none", write(tmp_path / "b", "1.34"), start=tmp_path)
