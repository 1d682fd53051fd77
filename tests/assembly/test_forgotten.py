"""What is kept of a file that was searched: nothing of a large one that nobody is likely to parse."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.documents import FAMILIES, Document
from eks_guard.errors import TemplateError

LARGE, SMALL = 2000, 20


@pytest.fixture
def document(tmp_path):
    """A template of so many resources of a type, searched for the types of EKS."""

    def call(count: int, kind: str) -> Document:
        path = tmp_path / "T.template.json"
        path.write_text(json.dumps({"Resources": {f"R{n}": {"Type": kind} for n in range(count)}}), encoding="utf-8")
        found = Document(path.name, str(path))
        assert found.may_have_type(*FAMILIES) is kind.startswith(FAMILIES)
        path.unlink()
        return found

    return call


def test_a_large_template_without_eks_is_forgotten(document):
    with pytest.raises(TemplateError, match="no such file"):
        _ = document(LARGE, "AWS::SNS::Topic").content


@pytest.mark.parametrize(("count", "kind"), [(SMALL, "AWS::SNS::Topic"), (LARGE, "AWS::EKS::Cluster")])
def test_a_small_template_and_one_with_eks_are_kept(document, count, kind):
    assert len(document(count, kind).data["Resources"]) == count


def test_what_was_forgotten_is_read_again(tmp_path):
    path = tmp_path / "T.template.json"
    path.write_text(json.dumps({"Resources": {f"R{n}": {"Type": "AWS::SNS::Topic"} for n in range(LARGE)}}))
    found = Document(path.name, str(path))
    assert not found.mentions("Federated")
    assert found.mentions("AWS::SNS::Topic")
    assert len(found.data["Resources"]) == LARGE
