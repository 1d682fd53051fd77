"""Line and column of a pointer, in JSON of any layout and in YAML."""

from __future__ import annotations

import json

import pytest
from conftest import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from eks_guard.assembly import positions
from eks_guard.assembly.documents import Document
from eks_guard.assembly.positions import locate
from eks_guard.model.value import escape_pointer

keys = st.text(max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)


def pointers(value, above=""):
    yield above
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from pointers(inner, f"{above}/{escape_pointer(key)}")


@given(document=documents, indent=st.sampled_from([None, 1, 4]), ascii_only=st.booleans())
def test_every_pointer_leads_to_its_key(document, indent, ascii_only):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    for pointer in pointers(document):
        line, column = locate(Document("T.json", content=text.encode("utf-8", "surrogatepass")), pointer) or (0, 0)
        if not line:  # a lone surrogate is no UTF-8
            return
        key = pointer.rpartition("/")[2]
        rest = text.split("\n")[line - 1][column - 1 :]
        parent_is_list = key.isdigit() and not rest.startswith(json.dumps(key))
        if pointer and not parent_is_list:
            unescaped = key.replace("~1", "/").replace("~0", "~")
            assert rest.startswith(json.dumps(unescaped, ensure_ascii=ascii_only))


def test_a_missing_key_leads_to_the_nearest_place_above():
    document = Document("T.json", content=b'{\n "a": {\n  "b": 1\n }\n}')
    assert locate(document, "/a/c/d") == (2, 2)
    assert locate(document, "/x") == (1, 1)


def test_the_last_of_two_equal_keys_counts_as_it_does_for_the_parser():
    assert locate(Document("T.json", content=b'{"a": 1,\n"a": 2}'), "/a") == (2, 1)


def test_minified_templates_have_columns():
    path = SAMPLES / "payment-wrong-layer" / "cdk.out" / "Payment.template.json"
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"))
    found = locate(
        Document("T.json", content=text.encode()), "/Resources/PaymentEksClusterD355F54E/Properties/Config/version"
    )
    assert found
    line, column = found
    assert line == 1
    assert text[column - 1 :].startswith('"version":"1.28"')


def test_yaml():
    document = Document("T.yaml", content=b"Resources:\n  C:\n    Properties:\n      - {a: 1}\n      - b: 2\n")
    assert locate(document, "/Resources/C/Properties/1/b") == (5, 9)
    assert locate(document, "/Resources/C/Gone") == (2, 3)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": ', b"\xff", b'{"a" 1}', b'{"a": {"b": '])
def test_a_broken_file_has_no_positions_and_raises_nothing(content):
    document = Document("T.json", content=content)
    first = locate(document, "/a/b")
    assert first in (None, (1, 1), (1, 2))
    assert locate(document, "/a/b") == first


def test_one_template_of_a_list():
    whole = Document("T.json", content=b'[{"a": 1},\n {"a": 2}]')
    assert locate(whole.items()[1], "/a") == (2, 3)
    assert whole.items()[0].whole is whole


def test_what_stands_behind_a_key_is_not_looked_at(monkeypatch):
    document = Document("T.json", content=b'{"a": 1,\n"b": [2],\n"c": 3}')
    assert document.data == {"a": 1, "b": [2], "c": 3}
    skipped, real = [], positions._next

    def counted(text, at):
        skipped.append(at)
        return real(text, at)

    monkeypatch.setattr(positions, "_next", counted)
    assert [(locate(document, pointer), len(skipped)) for pointer in ("/b", "/a", "/b/0", "/c", "/d")] == [
        ((2, 1), 1),
        ((1, 2), 1),
        ((2, 7), 2),
        ((3, 1), 3),
        ((1, 1), 4),
    ]


@pytest.mark.parametrize("indent", [1, None])
def test_many_places_of_one_file_are_as_far_as_those_of_many_files(indent):
    body = {f"key{number}": {"a": [number, {"b": "\u00e9\n"}]} for number in range(3 * positions.WORTH_LISTING)}
    content = json.dumps(body, indent=indent, ensure_ascii=False).encode()
    one, every = Document("T.json", content=content), list(pointers(body))
    for pointer in [*every, *reversed(every)]:
        assert locate(one, pointer) == locate(Document("T.json", content=content), pointer), pointer
