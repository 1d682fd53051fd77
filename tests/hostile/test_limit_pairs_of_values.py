"""What each limit on values and their comparison does, as `test_limit_pairs.py` does for files."""

from __future__ import annotations

import datetime
import json
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from at_limits import assembly
from conftest import SAMPLES
from growing import manifest_of, objects_of
from growing_things import function
from inputs import CLUSTER, template
from test_limits_page import value_of

from eks_guard.assembly.assets import AssetLimitError
from eks_guard.assembly.budget import Budget
from eks_guard.assembly.following.conditions import by_values
from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.existence import can_both_exist
from eks_guard.assembly.following.expressions import Expression, Open
from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.following.resolution import Choice, Literal, Unresolved
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node
from eks_guard.audit import Options, audit
from eks_guard.change.cluster.config import Config
from eks_guard.change.cluster.handler import _by_code
from eks_guard.change.comparison import Comparison
from eks_guard.change.fates import Fates
from eks_guard.data import Tables
from eks_guard.model.describe import in_some
from eks_guard.model.value import Unknown
from eks_guard.report import Format, render
from eks_guard.report.markdown import render_within
from eks_guard.report.style import Style
from eks_guard.resolve import Knowledge, resolve
from eks_guard.resolve.kubectl.evidence.binary import WINDOW, _windows
from eks_guard.resolve.kubectl.handler_code import _source
from eks_guard.resolve.plain import plain
from eks_guard.resolve.twice import _candidates
from eks_guard.upgrade.answers import Insight
from eks_guard.upgrade.rules.insights import _item

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eks_guard.assembly.stack import Resource

TODAY = datetime.date(2026, 11, 24)


def stack_of(folder: Path, content: dict[str, Any]) -> Any:
    return load(str(assembly(folder, {"S": content}))).stacks[0]


def values_followed_for_each_other(folder: Path, size: int) -> str:
    stack = stack_of(folder, template())
    value: Any = "x"
    for _ in range(size):
        value = {"Fn::Select": ["0", [value]]}
    return reason(Follower(stack.assembly).follow(Node(stack, (), value)))


def references_behind_each_other(folder: Path, size: int) -> str:
    stack = stack_of(folder, template())
    value: Any = "x"
    for _ in range(size):
        value = {"Fn::Sub": ["${A}", {"A": value}]}
    return reason(Follower(stack.assembly).follow(Node(stack, (), value)))


def reason(found: object) -> str:
    return found.reason if isinstance(found, Unresolved | Unknown) else ""


def values_of_a_parameter(folder: Path, size: int) -> str:
    allowed = [str(n) for n in range(size)]
    content = {
        "Parameters": {"P": {"Type": "String", "AllowedValues": allowed}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "1"]}},
        **template(),
    }
    stack = stack_of(folder, content)
    return "" if by_values(Follower(stack.assembly), stack, "C") else "not told apart"


def conditions_to_try(folder: Path, size: int) -> str:
    """Pairs of parameters that are all equal, and not all: each way in which they may be equal is tried."""
    number = 7 if size == value_of("assembly.following.formulas.MAX_TRIED") else 14
    each = [{"Fn::Equals": [{"Ref": f"P{n}"}, {"Ref": f"Q{n}"}]} for n in range(number)]
    two = {"Type": "String", "AllowedValues": ["a", "b"]}
    content = {
        "Parameters": {f"{letter}{n}": two for n in range(number) for letter in "PQ"},
        "Conditions": {"All": all_of(each), "None": {"Fn::Not": [all_of(each)]}},
        "Resources": {"A": {**CLUSTER, "Condition": "All"}, "B": {**CLUSTER, "Condition": "None"}},
    }
    resources = stack_of(folder, content).resources
    return "" if can_both_exist(resources["A"], resources["B"]) is False else "unknown"


def all_of(conditions: list[Any]) -> Any:
    return conditions[0] if len(conditions) == 1 else {"Fn::And": [conditions[0], all_of(conditions[1:])]}


def structures_inside_each_other(folder: Path, size: int) -> str:
    stack = stack_of(folder, {"Parameters": {"P": {"Type": "String"}}, **template()})
    value: Any = {"Ref": "P"}
    for _ in range(size):
        value = [value]
    answer = same(Node(stack, ("a",), value), Node(stack, ("b",), value))
    return "" if answer else "unknown"


def names_made_of_names(folder: Path, size: int) -> str:
    """Roles that are named after the next one, the last of them by letters; the second part of the first name."""
    named = {f"R{n}": {"Fn::Sub": f"${{R{n + 1}}}"} for n in range(size - 1)} | {f"R{size - 1}": "oven-baker"}
    roles = {key: {"Type": "AWS::IAM::Role", "Properties": {"RoleName": name}} for key, name in named.items()}
    stack = stack_of(folder, template(**roles))
    cut = {"Fn::Select": [1, {"Fn::Split": ["-", {"Ref": "R0"}]}]}
    found = Follower(stack.assembly).follow(Node(stack, (), cut))
    return "" if isinstance(found, Literal) else "unknown"


def functions_inside_a_rule(folder: Path, size: int) -> str:
    """A rule that lets one value of a parameter pass, said by so many negations."""
    holds: Any = {"Fn::Equals": [{"Ref": "P"}, "a"]}
    for _level in range(size):
        holds = {"Fn::Not": [holds]}
    parameters = {"P": {"Type": "String", "AllowedValues": ["a", "b"]}}
    rules = {"R": {"Assertions": [{"Assert": holds}]}}
    stack = stack_of(folder, {**template(), "Parameters": parameters, "Rules": rules})
    return "" if isinstance(Node(stack, (), {"Ref": "P"}).follow(), Literal) else "passes"


def contents_of_a_manifest(folder: Path, size: int) -> str:
    """A manifest that names its object in one of so many ways, by conditions that ask for one value each."""
    name: Any = "oven"
    for n in range(size - 1):
        name = {"Fn::If": [f"Is{n}", f"oven-{n}", name]}
    text = {"Fn::Join": ["", ['[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"', name, '"}}]']]}
    conditions = {f"Is{n}": {"Fn::Equals": [{"Ref": "P"}, str(n)]} for n in range(size - 1)}
    content = {"Parameters": {"P": {"Type": "String"}}, "Conditions": conditions, **template(M=manifest_of(text))}
    manifest = resolve(load(str(assembly(folder, {"S": content}))), Knowledge(Tables())).manifests[0]
    found = manifest.branches
    return "" if isinstance(found, Unknown) and len(found.candidates) == size else "unknown"


def depth_of_a_property(folder: Path, size: int) -> str:
    found = plain(Literal(Node(stack_of(folder, template()), (), "x")), depth=size)
    return reason(found)


def depth_of_a_comparison(folder: Path, size: int) -> str:
    stack = stack_of(folder, template())
    node = Node(stack, ("Resources",), "x")
    return reason(comparison().same(node, node, depth=size))


def comparison() -> Comparison:
    pairing: Any = SimpleNamespace(stack_key=lambda stack: stack.id, key=id)
    return Comparison(pairing, lambda *_: Unknown("never asked"), lambda _: None)


def cases_of_a_comparison(folder: Path, size: int) -> str:
    node = Node(stack_of(folder, template()), (), {})
    branches = tuple(((("P", str(n)),), Literal(Node(node.stack, (), "x"))) for n in range(size))
    found = comparison()._choices(Choice(node, "P decides", branches), Literal(node.child("a", "x")), node, node, 0)
    return reason(found)


def resources_that_lean_on_each_other(folder: Path, size: int) -> str:
    """A row of so many that are asked about for each other: the last one is at the end of it."""
    fates: Any = Fates.__new__(Fates)
    numbers = count()
    fates.pairing = SimpleNamespace(key=lambda _: next(numbers))
    fates._known, fates._chain = {}, [("earlier", n) for n in range(size - 1)]
    fates._find = lambda _: SimpleNamespace(because="")
    return str(fates.of(SimpleNamespace()).because)


def levels_of_settings(folder: Path, size: int) -> str:
    """Settings of a cluster inside each other: how many levels are told apart."""
    node = Node(stack_of(folder, template()), (), nested(size))

    class Written(Config):
        def __init__(self) -> None:
            pass

        def leaf(self, path: tuple[str, ...]) -> tuple[Node, Node]:
            found = node
            for key in path:
                found = found.child(key, found.raw[key])
            return found, found

    return "" if [len(path) for path in Written().leaves()] == [size] else "compared as one"


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else "x"


def branches_in_a_sentence(folder: Path, size: int) -> str:
    return in_some([((f"Stage{n}", "dev"),) for n in range(size)])


def values_in_a_sentence(folder: Path, size: int) -> str:
    return in_some([(("Stage", str(n)),) for n in range(size)])


def manifests_of_one_object(folder: Path, size: int) -> str:
    """The last of so many manifests is compared with all before it."""
    manifests = {f"M{n}": manifest_of(json.dumps(objects_of(1)), Overwrite=True) for n in range(size + 1)}
    folder = assembly(folder, {"S": template(**manifests)})
    return render(Format.JSON, audit(Options(path=str(folder), today=TODAY)), Style())


def things_of_open_names(folder: Path, size: int) -> str:
    declared: Any = [
        SimpleNamespace(expressions=(Expression((Open("parameter", None, str(n)),)),)) for n in range(size)
    ]
    return "" if len(list(_candidates(declared))) == size * (size - 1) // 2 else "by equal names"


def things_of_one_name(folder: Path, size: int) -> str:
    declared: Any = [SimpleNamespace(expressions=(Expression(("a",)),)) for _ in range(size + 1)]
    with_last = [pair for pair in _candidates(declared) if pair[1] is declared[-1]]
    return "" if len(with_last) == size else "not named"


def details_of_an_insight(folder: Path, size: int) -> str:
    insight = Insight("Deprecated APIs", None, "WARNING", "", tuple(str(n) for n in range(size)))
    journey: Any = SimpleNamespace(
        first=0, answers=SimpleNamespace(insights=None), of_cluster=lambda *arguments: arguments
    )
    return str(_item(journey, insight))


def program_of_bytes(folder: Path, size: int) -> str:
    """A program in pieces, the last of which may be one byte more; nothing of it is kept."""
    pieces = [b"x" * WINDOW] * (size // WINDOW - 1) + ([b"x"] if size % WINDOW else [])
    waiting = iter(pieces)
    stream: Any = SimpleNamespace(read=lambda _: next(waiting, b""))
    member: Any = SimpleNamespace(name="kubectl", asset=SimpleNamespace(name="a.zip"))
    layer: Any = SimpleNamespace(assembly=SimpleNamespace(root=SimpleNamespace(budget=Budget())))
    try:
        for _ in _windows(layer, member, stream, b"x" * WINDOW):
            pass
    except AssetLimitError as error:
        return str(error)
    return ""


def findings_in_a_comment(folder: Path, size: int) -> str:
    """A report that fits into the comment, or has a byte less than it takes."""
    report = audit(Options(path=str(SAMPLES / "bad-citizen" / "cdk.out"), today=TODAY))
    most = value_of("report.markdown.MAX_BYTES")
    whole = render_within(report, most)
    return whole if size == most else render_within(report, len(whole.encode()) - 1)


def function_of(folder: Path, name: str, size: int) -> Resource:
    """A function whose code is one file, which says of itself that it handles clusters."""
    digest = "a" * 64
    out = assembly(folder, {"S": {"Resources": {"F": function("Layer")}}})
    asset = out / f"asset.{digest}"
    asset.mkdir()
    (asset / name).write_bytes(b"resourcesVpcConfig ".ljust(size))
    source = {"source": {"path": asset.name, "packaging": "zip"}, "destinations": {}}
    (out / "S.assets.json").write_text(json.dumps({"version": "36.0.0", "files": {digest: source}}))
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"]["A"] = {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}}
    (out / "manifest.json").write_text(json.dumps(manifest))
    return load(str(out)).stacks[0].resources["F"]


def code_of_a_kubectl_handler(folder: Path, size: int) -> str:
    found = _source(function_of(folder, "index.py", size), "index.py")
    return reason(found)


def code_of_a_cluster_handler(folder: Path, size: int) -> str:
    """The classes that fit the code: all of them where it has no marks, none where it is not read to its end."""
    resource = function_of(folder, "index.js", size)
    every: Any = SimpleNamespace(marks=(), behaviours=(SimpleNamespace(since="1.0.0"),))
    return "" if _by_code(resource.stack.assembly, every, resource, "a" * 64) else "the release decides"  # type: ignore[arg-type]


PAIRS: dict[str, tuple[Callable[[Path, int], str], str]] = {
    "assembly.following.conditions.MAX_VALUES": (values_of_a_parameter, "not told apart"),
    "assembly.following.formulas.MAX_TRIED": (conditions_to_try, "unknown"),
    "assembly.following.expressions.MAX_PARTS_DEPTH": (structures_inside_each_other, "unknown"),
    "assembly.following.resolution.MAX_DEPTH": (values_followed_for_each_other, "more references than can be followed"),
    "assembly.following.resolution.MAX_HOPS": (references_behind_each_other, "more references than can be followed"),
    "assembly.following.rules.MAX_DEPTH": (functions_inside_a_rule, "passes"),
    "assembly.following.spelled.MAX_DEPTH": (names_made_of_names, "unknown"),
    "change.cluster.config.MAX_LEVELS": (levels_of_settings, "compared as one"),
    "change.cluster.handler.MAX_CODE": (code_of_a_cluster_handler, "the release decides"),
    "change.comparison.MAX_CASES": (cases_of_a_comparison, "P decides"),
    "change.comparison.MAX_DEPTH": (depth_of_a_comparison, "nested deeper than any resource"),
    "change.fates.MAX_CHAIN": (resources_that_lean_on_each_other, "too many resources depend on each other"),
    "model.describe.MAX_BRANCHES": (branches_in_a_sentence, "further cases"),
    "model.describe.MAX_VALUES": (values_in_a_sentence, "further cases"),
    "policy.facts.declared_objects.MAX_TWINS": (manifests_of_one_object, "more than 20 manifests"),
    "report.markdown.MAX_BYTES": (findings_in_a_comment, "more findings do not fit here"),
    "resolve.kubectl.evidence.binary.MAX_BINARY": (program_of_bytes, "larger than 268435456 bytes"),
    "resolve.kubectl.handler_code.MAX_CODE": (code_of_a_kubectl_handler, "larger than 1048576 bytes"),
    "resolve.plain.MAX_DEPTH": (depth_of_a_property, "nested deeper than any resource"),
    "resolve.twice.MAX_COMPARED": (things_of_open_names, "by equal names"),
    "resolve.twice.MAX_TWINS": (things_of_one_name, "not named"),
    "resolve.workloads.branches.MAX_BRANCHES": (contents_of_a_manifest, "unknown"),
    "upgrade.rules.insights.MAX_DETAILS": (details_of_an_insight, "and 1 more"),
}
"""For each limit, what is made of a size, and what is said of it just above."""


@pytest.mark.parametrize("limit", PAIRS)
def test_a_limit_is_said_just_above_it_and_not_at_it(tmp_path, limit):
    build, says = PAIRS[limit]
    assert says not in build(tmp_path / "at", value_of(limit))
    assert says in build(tmp_path / "above", value_of(limit) + 1)
