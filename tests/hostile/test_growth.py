"""Input twice as large takes about twice the work: calls of functions are counted, so no clock decides.

What happens inside of one call, such as a search by a regular expression, is bounded by limits, whose tests are in
`test_limits.py`.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from growing import (
    NESTED,
    conditions_in_a_row,
    empty_lists,
    everything_of_one_cluster,
    exports_and_imports,
    many_manifests,
    nested_stacks,
    objects_by_clusters,
    one_frame,
    one_long_manifest,
    one_object_again_and_again,
    open_braces,
    policies_of_roles,
    stacks_of_clusters,
    templates_of_a_list,
    versions_by_parameters,
    write,
    yaml_clusters,
)
from growing_things import THINGS
from watched import watched

from eks_guard.assembly.budget import Budget
from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.following.counting import bounds
from eks_guard.assembly.following.expressions import Expression, Open, joined
from eks_guard.assembly.load import load
from eks_guard.audit import Options, audit
from eks_guard.errors import EksGuardError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

TODAY = datetime.date(2026, 11, 24)
WITHIN_ONE_CALL = (one_frame, open_braces, empty_lists)
ENOUGH = 2.3
"""How much the work may grow where the input doubles: a little more than twice, since some lookups are logarithmic."""

ENOUGH_OF_ONE = 3
"""The same of one function, which may be called for the first time by the larger input."""
OFTEN = 400
"""Calls of one function that say something."""
PATTERNS = Path(re.__file__).parent
"""What compiles patterns: a cache decides whether it runs, and what ran before decides what is in the cache."""


def calls(folder: Path, against: str | None = None) -> Counter[str]:
    """How often an audit calls each function; `against` is what is deployed."""
    counted: Counter[CodeType] = Counter()
    built_in = 0

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal built_in
        if event == "call":
            counted[frame.f_code] += 1
        elif event == "c_call":
            built_in += 1

    options = Options(path=str(folder), today=TODAY, against=against)
    with watched(count), suppress(EksGuardError):
        audit(options)
    found = Counter({"built in": built_in})
    for code, number in counted.items():
        if Path(code.co_filename).parent == PATTERNS:
            continue
        found[f"{Path(code.co_filename).name}:{code.co_firstlineno} {code.co_qualname}"] += number
    return found


def work(folder: Path, against: str | None = None) -> int:
    """How many functions an audit calls."""
    return calls(folder, against).total()


INPUTS = [
    one_object_again_and_again,
    everything_of_one_cluster,
    one_frame,
    open_braces,
    many_manifests,
    one_long_manifest,
    objects_by_clusters,
    stacks_of_clusters,
    yaml_clusters,
    empty_lists,
    nested_stacks,
    templates_of_a_list,
    exports_and_imports,
    policies_of_roles,
    conditions_in_a_row,
    versions_by_parameters,
]


@pytest.mark.parametrize("build", [*INPUTS, *THINGS], ids=lambda build: build.__name__)
def test_input_that_doubles_takes_twice_the_work(tmp_path: Path, monkeypatch, build: Callable[[Path, int], Path]):
    """In all, and in each function: what is quadratic in one place only is found although it is still small."""
    monkeypatch.setattr("eks_guard.resolve.twice.MAX_COMPARED", 5)
    monkeypatch.setattr("eks_guard.assembly.asset_manifests.MANY", 20)
    work(build(tmp_path / "warm", 1))  # what is imported or cached once is not counted
    small, large = (calls(build(tmp_path / str(size), size)) for size in (4, 8))
    assert large.total() > small.total() or build in WITHIN_ONE_CALL, "the input reaches what is measured"
    assert_twice(small, large)


def assert_twice(small: Counter[str], large: Counter[str]) -> None:
    """In all, and in each function."""
    assert large.total() < ENOUGH * small.total()
    grown = {name: (small[name], number) for name, number in large.items() if number > OFTEN}
    assert {name: both for name, both in grown.items() if both[1] > ENOUGH_OF_ONE * both[0]} == {}


@pytest.mark.parametrize("build", [*INPUTS, *THINGS], ids=lambda build: build.__name__)
def test_an_update_of_input_that_doubles_takes_twice_the_work(tmp_path, monkeypatch, build):
    monkeypatch.setattr("eks_guard.resolve.twice.MAX_COMPARED", 5)
    monkeypatch.setattr("eks_guard.assembly.asset_manifests.MANY", 20)
    folders = [build(tmp_path / str(size), size) for size in (1, 4, 8)]
    _, small, large = (calls(folder, str(folder)) for folder in folders)
    assert_twice(small, large)


def test_things_that_double_are_counted_in_twice_the_work():
    """Each depends on a condition of its own, but for pairs that share one."""

    def steps(number: int) -> int:
        conditions = {f"C{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "y"]} for n in range(number // 2)}
        parameters = {f"P{n}": {"Type": "String"} for n in range(number // 2)}
        inner: dict[str, Any] = {"Parameters": parameters, "Conditions": conditions, "Resources": {}}
        (stack,) = load("-", json.dumps(inner).encode()).stacks
        things = [(((((stack.question("Conditions", f"C{n // 2}"), "true"),),)), 1) for n in range(number)]
        taken = 0

        def count(_frame: FrameType, _event: str, _argument: object) -> None:
            nonlocal taken
            taken += 1

        with watched(count):
            assert bounds(stack.follower, things, ()) == (0, number)
        return taken

    assert steps(800) < ENOUGH * steps(400)


def other_logical_ids(folder: Path, size: int, side: str) -> Path:
    """Add-ons and node groups that keep their names and change their logical ids."""
    of_cluster = {"ClusterName": {"Ref": "Cluster"}}
    resources: dict[str, Any] = {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "c"}}}
    for number in range(8 * size):
        addon, group = {"AddonName": f"a{number}"}, {"NodegroupName": f"g{number}"}
        resources[f"Addon{number}{side}"] = {"Type": "AWS::EKS::Addon", "Properties": {**of_cluster, **addon}}
        resources[f"Group{number}{side}"] = {"Type": "AWS::EKS::Nodegroup", "Properties": {**of_cluster, **group}}
    return write(folder, S={"Resources": resources})


def stacks_of_one_name(folder: Path, size: int, _side: str) -> Path:
    """Half of them each in an account of its own, half of them nowhere in particular."""
    write(folder, S={"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})
    environments = [f"aws://{number}/eu-central-1" for number in range(16 * size)] + [
        "aws://unknown-account/x"
    ] * 16 * size
    artifacts = {
        f"S{number}": {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": "S.template.json", "stackName": "same"},
        }
        for number, environment in enumerate(environments)
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    return folder


@pytest.mark.parametrize("build", [other_logical_ids, stacks_of_one_name], ids=lambda build: build.__name__)
def test_an_update_from_other_input_that_doubles_takes_twice_the_work(tmp_path, build):
    found = []
    for size in (1, 4, 8):
        before, after = (build(tmp_path / f"{size}{side}", size, side) for side in ("A", "B"))
        found.append(calls(after, str(before)))
    assert_twice(*found[1:])


def branches_inside_each_other(folder: Path, depth: int) -> Path:
    """A version that conditions choose, each in a branch of the one before."""
    version: Any = "1.35"
    for number in range(depth):
        version = {"Fn::If": [f"Q{number}", version, "1.34"]}
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}
    parameters = {f"P{number}": {"Type": "String"} for number in range(depth)}
    conditions = {f"Q{number}": {"Fn::Equals": [{"Ref": f"P{number}"}, "x"]} for number in range(depth)}
    return write(folder, S={"Parameters": parameters, "Conditions": conditions, "Resources": {"Cluster": cluster}})


def test_the_branches_of_an_update_are_told_apart_by_looking_at_each_condition_once(tmp_path):
    folder = branches_inside_each_other(tmp_path / "app", 40)
    found = calls(folder, str(folder))
    read = {name: number for name, number in found.items() if name.endswith(" _declaration")}
    assert read
    assert sum(read.values()) <= 4 * 40


def stages_inside_each_other(folder: Path, depth: int) -> Path:
    """Each stage lists the next one twice."""
    for level in range(depth):
        below = folder.joinpath(*("n" for _ in range(level)))
        below.mkdir(parents=True, exist_ok=True)
        stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "n"}}
        artifacts: dict[str, Any] = {"A": stage, "B": stage} if level < depth - 1 else {}
        (below / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    return folder


def test_stages_that_double_at_each_level_end_at_a_limit(tmp_path, monkeypatch):
    """Two to the power of the depth are listed; what is read before the limit does not depend on the depth."""
    monkeypatch.setattr("eks_guard.assembly.budget.MAX_STACKS", 500)
    small, large = (work(stages_inside_each_other(tmp_path / str(depth), depth)) for depth in (12, 24))
    assert large < ENOUGH * small, f"{small} calls, then {large}"


def texts_through_nested_stacks(folder: Path, size: int) -> Path:
    """Each nested stack multiplies the text that it is passed by the size, and so do the versions of its clusters."""
    text = {"Fn::Join": ["", [{"Ref": "P"}] * size]}

    def stack(name: str, passed: Any) -> dict[str, Any]:
        properties = {"TemplateURL": f"{name}.template.json", "Parameters": {"P": passed}}
        return {name: {"Type": NESTED, "Properties": properties}}

    clusters = {f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": text}} for n in range(4)}
    inner = {"InnerA": stack("InnerB", text), "InnerB": stack("InnerC", text), "InnerC": clusters}
    declared = {"Parameters": {"P": {"Type": "String"}}}
    templates = {name: {**declared, "Resources": resources} for name, resources in inner.items()}
    return write(folder, S={"Resources": stack("InnerA", "x")}, **templates)


def test_text_that_multiplies_is_put_together_up_to_a_limit(tmp_path, monkeypatch):
    """Three levels make it eight times as long where the size doubles; no more is made of it than of one at the limit."""
    monkeypatch.setattr("eks_guard.assembly.following.texts.MAX_TEXT", 2_000)
    monkeypatch.setattr("eks_guard.assembly.following.composed.MAX_TEXT", 2_000)
    monkeypatch.setattr(
        Open, "__repr__", lambda _: pytest.fail("all of a text is written out to look at its beginning")
    )
    small, large = (characters(texts_through_nested_stacks(tmp_path / str(n), n), monkeypatch) for n in (20, 40))
    assert small > 2_000, "the input reaches what is measured"
    assert large < ENOUGH * small, f"{small} characters, then {large}"


def json_inside_json(folder: Path, levels: int) -> Path:
    """Versions that are JSON in JSON: each level doubles the backslashes of the one inside it."""
    value: Any = 'a"b'
    for _ in range(levels):
        value = {"Fn::ToJsonString": {"a": value}}
    clusters = {f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": value}} for n in range(4)}
    return write(folder, S={"Transform": "AWS::LanguageExtensions", "Resources": clusters})


def test_json_inside_json_is_put_together_up_to_a_limit(tmp_path, monkeypatch):
    """Twice the levels make the square of what is escaped; what is put together grows by no more than the levels."""
    monkeypatch.setattr("eks_guard.assembly.following.texts.MAX_TEXT", 2_000)
    monkeypatch.setattr("eks_guard.assembly.following.composed.MAX_TEXT", 2_000)
    small, large = (characters(json_inside_json(tmp_path / str(n), n), monkeypatch) for n in (12, 24))
    assert small > 2_000, "the input reaches what is measured"
    assert large < ENOUGH * small, f"{small} characters, then {large}"


@pytest.mark.parametrize("times", [1, 4])
def test_a_long_text_is_put_together_once(tmp_path, monkeypatch, times):
    """One cluster asks for it more than once, and so do others that ask for the cluster."""
    version = {"Fn::Join": ["", ["x" * 20_000] * 2]}
    clusters = {f"C{n}": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}} for n in range(times)}
    folder = write(tmp_path / "app", S={"Resources": clusters})
    assert characters(folder, monkeypatch) == 40_000 * times


def characters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many characters of texts an audit puts together."""
    counted = 0

    def write_down(_: Budget, size: int) -> None:
        nonlocal counted
        counted += size

    with monkeypatch.context() as patched:
        patched.setattr(Budget, "write", write_down)
        audit(Options(path=str(folder), today=TODAY))
    return counted


def test_a_construct_path_that_doubles_is_looked_up_in_twice_the_characters(tmp_path):
    small, large = (characters_looked_up(tmp_path / str(size), size) for size in (2_000, 4_000))
    assert small > 2_000, "the input reaches what is measured"
    assert large < ENOUGH * small, f"{small} characters, then {large}"


def characters_looked_up(folder: Path, size: int) -> int:
    """How many characters of paths are looked up for the line of code of a cluster."""
    looked_up = 0

    class Frames(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            nonlocal looked_up
            looked_up += len(path)
            return super().get(path, default)

    cluster = {"Type": "AWS::EKS::Cluster", "Metadata": {"aws:cdk:path": "a/" * (size // 2)}}
    (stack,) = load(str(write(folder, S={"Resources": {"C": cluster}}))).stacks
    stack.metadata.user_frames = Frames()
    assert source_position(stack.resources["C"]) is None
    return looked_up


def test_a_text_is_joined_without_a_copy_for_each_piece():
    copies = 0

    class Piece(str):
        __slots__ = ()

        def __add__(self, other: str) -> Piece:
            nonlocal copies
            copies += 1
            return Piece(f"{self}{other}")

    made = joined(Expression((Piece(n),)) for n in range(100))
    assert made.text == "".join(map(str, range(100)))
    assert copies == 0
