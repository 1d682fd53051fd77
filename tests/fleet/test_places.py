"""What is known of each archive lies on disk, and says what a dict would say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eks_guard.fleet.places import Places

TEXTS = st.text(alphabet="ab/é\U0001f600\udc80\0", max_size=4)


@given(st.lists(st.tuples(TEXTS, st.integers(min_value=0, max_value=2**40))))
def test_places_are_those_of_a_dict_in_the_order_of_their_texts(pairs):
    expected = dict(pairs)
    with Places() as places:
        for text, place in pairs:
            places[text] = place
        assert len(places) == len(expected)
        assert {text: places.get(text) for text in expected} == expected
        assert list(places.in_order()) == [expected[text] for text in sorted(expected)]
        assert "never" not in places


@given(st.lists(TEXTS))
def test_a_text_is_new_once(texts):
    with Places() as places:
        assert [places.add(text) for text in texts] == [text not in texts[:index] for index, text in enumerate(texts)]
