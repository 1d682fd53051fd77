"""Which folder is the app's, seen from one of its templates."""

from __future__ import annotations

import pytest
from conftest import SAMPLES

from eks_guard.assembly.load import outermost_assembly


@pytest.mark.parametrize(("folder", "app"), [("assembly-Dev", "payment-stages"), (".", "payment-stages")])
def test_stages_lie_in_the_folder_of_the_app(folder, app):
    assembly = SAMPLES / app / "cdk.out"
    assert outermost_assembly(assembly / folder) == assembly


def test_a_project_with_a_manifest_of_another_kind_is_no_assembly(tmp_path):
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}', encoding="utf-8")
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    (assembly / "manifest.json").write_text("{}", encoding="utf-8")
    assert outermost_assembly(assembly) == assembly


def test_a_folder_without_a_manifest_is_none(tmp_path):
    assert outermost_assembly(tmp_path) is None
