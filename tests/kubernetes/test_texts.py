"""Manifest text with open parts, and what kubectl cannot read of it."""

from __future__ import annotations

import json
import re

import pytest

from eks_guard.kubernetes.parts import OpenText
from eks_guard.kubernetes.reading import objects_in, unreadable
from eks_guard.kubernetes.texts import _STRING_OR_MARK, _STRING_OR_PLACEHOLDER, OpenParts, with_quotes
from eks_guard.model.value import Known, Unknown


def parsed(before: str, after: str):
    parts = OpenParts()
    return parts.parse(f"{before}{parts.mark('decided later')}{after}")


def test_an_open_part_in_quotes_is_open_text() -> None:
    found = parsed('[{"a":"x-', '"}]')
    assert isinstance(found, Known)
    assert found.value.json == [{"a": OpenText(("x-", None), "decided later")}]


@pytest.mark.parametrize(("before", "after"), [('[{"replicas":', "}]"), ('[{"list":', ',"b":"{"}]'), ("[", "]")])
def test_an_open_part_without_quotes_is_unknown(before: str, after: str) -> None:
    found = parsed(before, after)
    assert isinstance(found, Known)
    assert "Unknown" in repr(found.value.json)


def test_an_open_key_keeps_its_value() -> None:
    found = parsed('[{"', '":1}]')
    assert isinstance(found, Known)
    assert found.value.json == [{OpenText((None,), "decided later"): 1}]


def test_a_text_that_is_open_as_a_whole_is_unknown() -> None:
    assert isinstance(parsed("", ""), Unknown)


def test_a_text_whose_form_the_deployment_decides_is_unknown() -> None:
    assert isinstance(parsed('[{"a"', "}]"), Unknown)


def test_a_text_without_open_parts_is_json_or_is_not() -> None:
    sound, broken = OpenParts().parse("[1]"), OpenParts().parse("a: b")
    assert isinstance(sound, Known)
    assert sound.value.json == [1]
    assert isinstance(broken, Known)
    assert broken.value.mistake


def test_placeholders_without_quotes_get_some() -> None:
    assert with_quotes('{"a":${b},"c":"${d} \\"${e}\\""}') == '{"a":"${b}","c":"${d} \\"${e}\\""}'


HOSTILE = ['"' + '\\"' * 2000, '"' * 2001, '\\"' * 2000, '"' + "\\" * 4001, "${" * 2000, '${"' * 2000, '"${a}\\' * 2000]


@pytest.mark.parametrize("pattern", [_STRING_OR_MARK, _STRING_OR_PLACEHOLDER])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_character_of_a_text_is_looked_at_more_than_twice(pattern: re.Pattern[str], text: str) -> None:
    looked_at = at = 0
    while at < len(text):
        found = pattern.match(text, at)
        ahead = next((n for n in range(at + 1, len(text)) if text[n] in '$}"'), len(text))
        looked_at += (found.end() if found else ahead) - at
        at = found.end() if found else at + 1
        assert found or text[at - 1] != '"', "a quote is matched where it begins"
    assert looked_at <= 2 * len(text)


@pytest.mark.parametrize(
    ("pieces", "text", "fits"),
    [
        (("a", None), "abc", True),
        (("a", None), "bc", False),
        ((None, "c"), "abc", True),
        (("a", None, "a"), "a", False),
        (("a", None, "a"), "aa", True),
        ((None, "b", None), "abc", True),
        ((None, "b", None), "ac", False),
        (("a", None, "b", None, "a"), "aba", True),
        (("a", None, "b", None, "a"), "aab", False),
        ((None,), "", True),
        (("ab", None, "b", None, "bc"), "abbc", False),
        ((None, "ab", None, "ab"), "abab", True),
    ],
)
def test_open_pieces_may_make_a_text(pieces: tuple[str | None, ...], text: str, fits: bool) -> None:
    assert OpenText(pieces).may_be(text) is fits


OBJECT = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mills"}}


@pytest.mark.parametrize(
    ("manifest", "word"),
    [
        ([], "empty list"),
        (OBJECT, "list of objects"),
        ("text", "list of objects"),
        ([[OBJECT]], "spread"),
        ([json.dumps(OBJECT)], "parse the text"),
        ([None], "invalid object"),
        ([OpenText((None,))], "parse the text"),
        ([{}], "kind not set"),
        ([{**OBJECT, "apiVersion": 1}], "apiVersion isn't string type"),
        ([{"api_version": "v1", "kind": "Namespace"}], "api_version"),
        ([{"apiVersion": "v1", "kind": "List", "items": [{"kind": "Namespace"}]}], "apiVersion not set"),
    ],
)
def test_what_kubectl_cannot_read_is_said(manifest, word: str) -> None:
    says = [str(mistake) for mistake in unreadable(manifest)]
    assert any(word in line for line in says), says


@pytest.mark.parametrize(
    "manifest", [[OBJECT], [Unknown("later")], [{**OBJECT, "kind": OpenText((None,))}], [{OpenText((None,)): 1}]]
)
def test_what_kubectl_may_read_is_left(manifest) -> None:
    assert unreadable(manifest) == ()


def test_objects_inside_a_list_are_found_there() -> None:
    (item,) = objects_in([{"apiVersion": "v1", "kind": "List", "items": [OBJECT]}])
    assert (item.place, item.in_list, str(item)) == ("[0].items[0]", True, "Namespace mills")


def test_objects_inside_a_list_in_a_list_are_found_there() -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [OBJECT]}
    (item,) = objects_in([{"apiVersion": "v1", "kind": "List", "items": [inner]}])
    assert (item.place, item.in_list) == ("[0].items[0].items[0]", True)
