"""JSON and YAML that say two things, or what JSON cannot hold; and work that must not grow faster than its input."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.documents import Document
from eks_guard.assembly.following.texts import split_sub
from eks_guard.assembly.metadata import user_frame
from eks_guard.assembly.positions import locate
from eks_guard.errors import TemplateError

CLUSTER = '{"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24", "Version": "1.36"}}'


def parse(text: str, name: str = "T.yaml"):
    return Document(name, content=text.encode()).data


def test_a_key_that_is_there_twice_is_refused(check, write):
    found = check(write("T.template.json", f'{{"Resources": {{"C": {CLUSTER}}}}}'))
    assert found.code == 3
    assert "found the key 'Version' twice" in found.err
    with pytest.raises(TemplateError, match=r"T.yaml:2:1: .*'a' twice"):
        parse("a: 1\na: 2")


@pytest.mark.parametrize(
    "text",
    ["a: !!binary aGk=", "a: !!set {b}", "? [a]\n: b", "a: !!timestamp 2026-01-01", "a: !!omap [b: 1]", "a: !!int x"],
)
def test_what_json_cannot_hold_is_refused(text):
    with pytest.raises(TemplateError):
        parse(text)


def test_an_intrinsic_in_a_key_is_refused_as_cloudformation_refuses_it():
    with pytest.raises(TemplateError, match=r"T.yaml:2:3: .*!Sub in a key: CloudFormation fills in nothing there"):
        parse("StringEquals:\n  !Sub '${Issuer}:aud': sts.amazonaws.com\n")


def test_yaml_is_read_as_cloudformation_does():
    read = parse("1: a\ntrue: b\n2026-01-01: 2026-01-02\ninner: {8080: .inf, <<: x}\nlist: [{3: c}, !Sub '${A}']")
    assert read == {
        "1": "a", "true": "b", "2026-01-01": "2026-01-02", "inner": {"8080": ".inf", "<<": "x"},
        "list": [{"3": "c"}, {"Fn::Sub": "${A}"}],
    }  # fmt: skip
    json.dumps(read, allow_nan=False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_template_in_another_encoding_is_told(check, write, tmp_path, encoding):
    write("topic.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    (tmp_path / "input" / "old.json").write_bytes(f'{{"Resources": {{"C": {CLUSTER}}}}}'.encode(encoding))
    assert check(tmp_path / "input").code == 3


def test_lines_are_counted_once_for_each_file():
    text = json.dumps(
        {"Resources": {f"R{n}": {"Tags": [{"Key": str(m)} for m in range(3)]} for n in range(50)}}, indent=1
    )
    document = Document("T.json", content=text.encode())
    for n in range(50):
        line, column = locate(document, f"/Resources/R{n}/Tags/2/Key") or (0, 0)
        assert text.splitlines()[line - 1][column - 1 :] == '"Key": "2"'
    assert len(document.places._lists) == 50


def test_a_yaml_file_is_composed_once():
    document = Document("T.yaml", content=b"a:\n  b: 1\n  c: 2\n")
    assert [locate(document, "/a/b"), locate(document, "/a/c")] == [(2, 3), (3, 3)]
    assert document.yaml_root is document.yaml_root


def test_ten_thousand_openings_are_one_piece_of_text():
    pieces = list(split_sub("${" * 10_000))
    assert pieces == [("${" * 10_000, None)]


@pytest.mark.parametrize(
    ("frame", "place"),
    [
        ("new Shop (/srv/app/shop.ts:12:5)", ("/srv/app/shop.ts", "12", "5")),
        ("/srv/app/shop.py:7", ("/srv/app/shop.py", "7", None)),
        ("    at /srv/app/shop.js:3:1", ("/srv/app/shop.js", "3", "1")),
        ("file:///srv/app/shop.mjs:3:1", ("file:///srv/app/shop.mjs", "3", "1")),
        ("C:\\app\\shop.ts:3:1", ("C:\\app\\shop.ts", "3", "1")),
        ("...node_modules/x.js:1:1", None),
        ("(" * 5000, None),
        ("a:1" * 5000, None),
    ],
)
def test_a_frame_is_read_from_its_end(frame, place):
    match = user_frame(frame)
    assert (match and (match["file"], match["line"], match["column"])) == place


def test_stages_that_double_reach_the_limit(run, tmp_path):
    folder = tmp_path / "cdk.out"
    for level in range(20):
        folder.mkdir()
        twice = {f"S{n}": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "n"}} for n in range(2)}
        manifest = {"version": "36.0.0", "artifacts": twice if level < 19 else {}}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        folder = folder / "n"
    result = run("check", tmp_path / "cdk.out")
    assert result.code == 3
    assert "more than 10000 stages and stacks" in result.err
