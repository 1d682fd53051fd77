"""Records are the standard library's dataclasses in all that can be seen of them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from conftest import ROOT, SAMPLES

from eks_guard import records


def define(library: ModuleType, *, refusing: bool = True) -> Any:
    """A class of records, which refuse to be changed as in Python's development mode."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "REFUSING", refusing)
        return _defined(library)


def _defined(library: ModuleType) -> Any:
    @library.dataclass(frozen=True, slots=True)
    class Record:
        name: str
        place: str = library.field(compare=False)
        more: tuple[int, ...] = ()
        seen: dict[str, int] = library.field(default_factory=dict, compare=False, repr=False, metadata={"unit": "s"})

        def shout(self) -> str:
            return self.name.upper()

    Record.__qualname__ = "Record"
    return Record


Record, Open = define(records), define(records, refusing=False)
Twin = define(dataclasses)
CASES = [("a", "here"), ("a", "there"), ("b", "here", (1,)), ("b", "here", (1,), {"x": 1}), (["no hash"], "here")]


@pytest.mark.parametrize("one", CASES)
@pytest.mark.parametrize("other", CASES)
def test_records_are_equal_as_dataclasses_are(one, other):
    assert (Record(*one) == Record(*other)) is (Twin(*one) == Twin(*other))
    assert Record(*one) != Twin(*one)


@pytest.mark.parametrize("kind", ["Record", "Open"])
@pytest.mark.parametrize("case", CASES)
def test_records_look_hash_copy_and_pickle_as_dataclasses_do(case, kind, monkeypatch):
    monkeypatch.setitem(globals(), "Record", globals()[kind])  # pickle looks it up by its name
    made, twin = Record(*case), Twin(*case)
    assert repr(made) == repr(twin)
    assert dataclasses.astuple(made) == dataclasses.astuple(twin)
    assert made.shout is not None
    copies = (copy.deepcopy(made), copy.copy(made), pickle.loads(pickle.dumps(made)))
    for again in (*copies, dataclasses.replace(made), records.replace(made)):
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


def test_records_show_their_fields_as_dataclasses_do():
    for library in (records, dataclasses):
        assert [library.is_dataclass(value) for value in (Record, Record("a", "b"), "a")] == [True, True, False]
    assert [field.name for field in records.fields(Record)] == [field.name for field in dataclasses.fields(Twin)]
    of, wanted = dataclasses.fields(Record), dataclasses.fields(Twin)
    for one, other in zip(of, wanted, strict=True):
        assert repr(one) == repr(other)
    changed = records.replace(Record("a", "b"), name="c")
    assert (changed.name, changed.place) == ("c", "b")
    with pytest.raises(TypeError):
        records.replace(changed, none="d")


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


FORMS = [
    {},
    {"slots": True},
    {"frozen": True},
    {"frozen": True, "slots": True, "order": True},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True, "slots": True, "kw_only": True},
]


def _numbered(library: ModuleType, form: dict[str, bool]) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "REFUSING", True)
        return _numbered_by(library, form)


def _numbered_by(library: ModuleType, form: dict[str, bool]) -> Any:
    @library.dataclass(**form)
    class Numbered:
        number: int
        note: str = library.field(default="", compare=False)

    return Numbered


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_form_is_the_standard_library_s(form):
    made, twin = _numbered(records, form), _numbered(dataclasses, form)
    kinds = [[(p.name, p.kind, p.default) for p in inspect.signature(of).parameters.values()] for of in (made, twin)]
    assert kinds[0] == kinds[1]
    assert hasattr(made(number=1), "__dict__") is hasattr(twin(number=1), "__dict__")
    one, two = {"number": 1, "note": "x"}, {"number": 2}
    for asked in (
        lambda a, b: a == b,
        lambda a, b: a < b,
        lambda a, b: a >= b,
        lambda a, b: a != b,
        lambda a, b: a > "other",
        lambda a, b: len({a, b}),
        lambda a, b: setattr(a, "number", 3),
        lambda a, b: delattr(a, "number"),
    ):
        for left, right in ((one, two), (one, {**one, "note": "y"})):
            assert _outcome(asked, made(**left), made(**right)) == _outcome(asked, twin(**left), twin(**right))


def _outcome(asked: Any, left: Any, right: Any) -> Any:
    try:
        return asked(left, right)
    except Exception as refused:  # noqa: BLE001 (whatever the standard library raises)
        return type(refused)


def test_outside_of_the_development_mode_it_is_the_type_checker_that_refuses(tmp_path):
    made = Open("a", "b")
    made.name = "c"
    assert made == Open("c", "b")
    code = tmp_path / "changes.py"
    code.write_text("from eks_guard.model.value import Known\n\nKnown(1).value = 2\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(code)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert 'Property "value" defined in "Known" is read-only' in run.stdout


@pytest.mark.parametrize(
    "command", [["check"], ["check", "--format", "html"], ["inspect"], ["upgrade", "--to", "1.35"]]
)
def test_nothing_that_is_frozen_is_changed(command):
    sample = str(SAMPLES / "payment-wrong-layer" / "cdk.out")
    said = []
    for mode in ([], ["-X", "dev"]):
        run = subprocess.run(
            [sys.executable, *mode, "-m", "eks_guard", *command, sample], capture_output=True, text=True, check=False
        )
        said.append((run.returncode, run.stdout))
    assert said[0] == said[1]
    assert said[0][1]


def test_a_cached_property_is_found_once_and_can_be_forgotten():
    found: list[int] = []

    class Holder:
        @records.cached_property
        def number(self) -> int:
            """How often it was found."""
            found.append(1)
            return len(found)

    one, other = Holder(), Holder()
    assert [one.number, one.number, other.number, one.number] == [1, 1, 2, 1]
    assert vars(one) == {"number": 1}
    del one.number
    assert one.number == 3
    assert Holder.number.__doc__ == "How often it was found."
