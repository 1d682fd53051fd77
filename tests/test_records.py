"""Records are the standard library's dataclasses in all that can be seen of them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import field
from typing import Any

import pytest

from eks_guard import records


class Fields:
    name: str
    place: str = field(compare=False)
    more: tuple[int, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    def shout(self) -> str:
        return self.name.upper()


def define(decorator: Any, name: str) -> Any:
    body = {key: value for key, value in vars(Fields).items() if key not in ("__dict__", "__weakref__")}
    return decorator(frozen=True, slots=True)(
        type(name, (), {**body, "__qualname__": "Record", "__module__": __name__})
    )


Record = define(records.dataclass, "Record")
Twin = define(dataclasses.dataclass, "Record")
CASES = [("a", "here"), ("a", "there"), ("b", "here", (1,)), ("b", "here", (1,), {"x": 1}), (["no hash"], "here")]


@pytest.mark.parametrize("one", CASES)
@pytest.mark.parametrize("other", CASES)
def test_records_are_equal_as_dataclasses_are(one, other):
    assert (Record(*one) == Record(*other)) is (Twin(*one) == Twin(*other))
    assert Record(*one) != Twin(*one)


@pytest.mark.parametrize("case", CASES)
def test_records_look_hash_copy_and_pickle_as_dataclasses_do(case):
    made, twin = Record(*case), Twin(*case)
    assert repr(made) == repr(twin)
    assert dataclasses.astuple(made) == dataclasses.astuple(twin)
    assert made.shout is not None
    for again in (copy.deepcopy(made), copy.copy(made), pickle.loads(pickle.dumps(made)), dataclasses.replace(made)):
        assert again == made
        assert dataclasses.astuple(again) == dataclasses.astuple(made)
    try:
        hash(twin)
    except TypeError:
        with pytest.raises(TypeError):
            hash(made)
    else:
        assert hash(made) == hash(Record(*case))


def test_records_take_what_dataclasses_take_and_refuse_the_rest():
    assert list(inspect.signature(Record).parameters) == list(inspect.signature(Twin).parameters)
    assert Record.__match_args__ == Twin.__match_args__
    assert Record("a", "b").seen is not Record("a", "b").seen
    wrong: list[tuple[Any, ...]] = [(), ("a",), ("a", "b", (), {}, 5)]
    for arguments in wrong:
        with pytest.raises(TypeError):
            Record(*arguments)
    made = Record(place="here", name="a")
    for change in (lambda: setattr(made, "name", "b"), lambda: delattr(made, "name"), lambda: setattr(made, "new", 1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()


def test_what_a_class_defines_itself_stays():
    class Own:  # noqa: PLW1641 (the decorator adds it, as the standard library's does)
        value: int

        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "mine"

    own: Any = records.dataclass(frozen=True, slots=True)(Own)
    assert own(1) == own(2)
    assert repr(own(1)) == "mine"
    assert isinstance(hash(own(1)), int)


def test_every_other_form_is_the_standard_library_s():
    made: Any = records.dataclass(frozen=True, slots=True, order=True)(
        type("Ordered", (), {"__annotations__": {"value": int}})
    )
    assert made(1) < made(2)
