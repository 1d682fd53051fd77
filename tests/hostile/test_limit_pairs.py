"""What each limit of docs/limits.md does: nothing at its value, and what the page says just above it.

Limits on time and memory are measured in `test_limits.py`; here each function makes something of a size and returns
what is said of it.
"""

from __future__ import annotations

import base64
import datetime
import io
import json
import stat
import struct
import tarfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from at_limits import assembly
from inputs import template
from test_limits_page import value_of

from eks_guard.assembly.analytics import classes_in
from eks_guard.assembly.archive_root import ArchiveRoot
from eks_guard.assembly.archives import Archive, read_archive
from eks_guard.assembly.assets import Asset, UnreadableAssetError
from eks_guard.assembly.budget import Budget
from eks_guard.assembly.constraints import listed
from eks_guard.assembly.construct_tree import ConstructTree
from eks_guard.assembly.constructs import source_position
from eks_guard.assembly.files import Root
from eks_guard.assembly.following.conditions import decide
from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.following.resolution import Literal, choice
from eks_guard.assembly.load import load
from eks_guard.assembly.stack import Node
from eks_guard.assembly.tar_streams import _Bounded
from eks_guard.audit import Options, audit
from eks_guard.audit.update import saved_fingerprints
from eks_guard.cli.given import given_values
from eks_guard.data.schema import read_table
from eks_guard.errors import EksGuardError
from eks_guard.fix.project import Project
from eks_guard.fix.source import Refusal
from eks_guard.fleet.own_config import own_config
from eks_guard.hook import _payload
from eks_guard.kubernetes.chart_schema import NotFollowedError, errors_of
from eks_guard.model.describe import shortened
from eks_guard.model.value import Candidate, Known, Unknown, choose, lift
from eks_guard.patterns import compile_pattern
from eks_guard.policy.paths import parse_path
from eks_guard.policy.source import read_source
from eks_guard.reading import read_regular_file
from eks_guard.report import Format, render
from eks_guard.report.style import Style
from eks_guard.resolve.kubectl.evidence.memory import MAX_VALUE, Memory
from eks_guard.resolve.workloads.chart_files import ChartFiles
from eks_guard.upgrade.answer_files import read_insights

if TYPE_CHECKING:
    from collections.abc import Callable


TODAY = datetime.date(2026, 11, 24)
MEGABYTE = 1024 * 1024
KEY = "a" * 64


def of_bytes(folder: Path, name: str, size: int) -> Path:
    """A file of some bytes, which takes no room on the disk."""
    path = folder / name
    with path.open("wb") as file:
        file.truncate(size)
    return path


def report_of_classes(folder: Path, size: int) -> str:
    text = ("1!a," * ((size - 3) // 4)).ljust(size - 3, ",") + "2!b"
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode()
    return "" if ("2", "b") in classes_in(f"v2:deflate64:{packed}") else "silent"


def deep_report_of_classes(folder: Path, size: int) -> str:
    text = "{" * (size - 1) + "2!b" + "}" * (size - 1)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode()
    return "" if ("2", "b") in classes_in(f"v2:deflate64:{packed}") else "silent"


def tar_of(folder: Path, *entries: tarfile.TarInfo, content: bytes = b"") -> Archive:
    path = folder / "a.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for entry in entries:
            tar.addfile(entry, io.BytesIO(content[: entry.size]))
    archive = read_archive(str(path), path.open("rb"))
    assert isinstance(archive, Archive)
    return archive


def file_of(name: str, size: int = 0) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def link_to(name: str, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


def kept_file(folder: Path, size: int) -> str:
    content = b"{}".ljust(size)
    archive = tar_of(folder, file_of("S.template.json", size), content=content)
    assert archive.read("S.template.json", size) == content
    return "" if archive._kept else "inflated again"


def links_in_a_row(folder: Path, size: int) -> str:
    links = [link_to(f"l{n}", f"l{n + 1}") for n in range(size)]
    return "" if tar_of(folder, *links, file_of(f"l{size}")).target("l0") else "missing"


def long_link(folder: Path, size: int) -> str:
    path, name = folder / "a.zip", "x" * size
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, name)
        archive.writestr(name, b"")
    opened = read_archive(str(path), path.open("rb"))
    assert opened
    return "" if opened.target("link") else "missing"


def large_member(folder: Path, size: int) -> str:
    """A file whose size is only said, since it would take half of the memory that is promised."""
    archive = tar_of(folder, file_of("asset.zip", 10), content=b"0123456789")
    archive.members["asset.zip"] = replace(archive.members["asset.zip"], size=size)
    located = ArchiveRoot(folder / "a.tar.gz", archive, "").locate("", "asset.zip")
    assert located
    return said(lambda: located.open("rb"))


def said(call: Callable[[], object]) -> str:
    """What a call refuses with; nothing if it does not."""
    try:
        call()
    except (EksGuardError, UnreadableAssetError, ValueError, OSError) as error:
        return "; ".join(getattr(error, "mistakes", None) or [str(error)])
    return ""


def large_directory(folder: Path, size: int) -> str:
    path = folder / "asset.zip"
    path.write_bytes(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, size, 0, 0))
    return said(lambda: Asset(str(path), Root(folder)).member("kubectl"))


def piece_of_tar(folder: Path, size: int) -> str:
    return said(lambda: _Bounded(io.BytesIO()).read(size))


class Far(io.BytesIO):
    """A stream that is somewhere."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def tell(self) -> int:
        return self.place


def large_tar(folder: Path, size: int) -> str:
    return said(lambda: _Bounded(Far(size)).read(1))


def tree_file(folder: Path, size: int) -> str:
    of_bytes(folder, "tree.json", size)
    notes: list[str] = []
    ConstructTree(Root(folder), notes).info("App")
    return notes[0]


def parameters_file(folder: Path, size: int) -> str:
    path = folder / "p.json"
    path.write_text("{}".ljust(size))
    return said(lambda: given_values([str(path)]))


def table_file(folder: Path, size: int) -> str:
    path = folder / "t.json"
    path.write_text("{}".ljust(size))
    return said(lambda: read_table(path))


def policy_file(folder: Path, size: int) -> str:
    path = folder / "p.yaml"
    path.write_text("id: a\n".ljust(size))
    return said(lambda: read_source(path))


def insights_file(folder: Path, size: int) -> str:
    path = folder / "i.json"
    path.write_text('{"insights": []}'.ljust(size))
    return said(lambda: read_insights([path]))


def saved_report(folder: Path, size: int) -> str:
    path = folder / "r.json"
    path.write_text(render(Format.JSON, audit(Options(path="-", today=TODAY, stdin=b'{"Resources": {}}')), Style()))
    with path.open("a") as file:
        for _ in range((size - path.stat().st_size) // MEGABYTE):
            file.write(" " * MEGABYTE)
    with path.open("a") as file:
        file.write(" " * (size - path.stat().st_size))
    found = saved_fingerprints(str(path))
    path.unlink()
    return "read as an assembly" if found is None else ""


def payload(folder: Path, size: int) -> str:
    return said(lambda: _payload(b"{}".ljust(size)))


def pattern_of_characters(folder: Path, size: int) -> str:
    return said(lambda: compile_pattern("a" * size))


def pattern_of_places(folder: Path, size: int) -> str:
    return said(lambda: compile_pattern(f"a{{{size - 1}}}"))


def path_of_characters(folder: Path, size: int) -> str:
    return said(lambda: parse_path("$." + "a" * (size - 2)))


def cache_entry(folder: Path, size: int) -> str:
    """An entry of ours never reaches the limit: at it, this is one in front of spaces, which is none of ours either."""
    memory = Memory(folder / "cache")
    memory.keep(KEY, f"v1.99.999+{'a' * 40}")
    path = folder / "cache" / KEY
    path.write_text(path.read_text().ljust(size))
    assert Memory(folder / "cache").recall(KEY) is None
    return said(lambda: read_regular_file(path, MAX_VALUE))


def configuration(folder: Path, size: int) -> str:
    (folder / "eks-guard.yaml").write_text("packs: [baseline]\n".ljust(size))
    return said(lambda: own_config(Root(folder)))


def folders_inside_each_other(folder: Path, size: int) -> str:
    out = assembly(folder / "cdk.out", {"S": template()})
    below = out.joinpath(*"abcdefgh"[:size])
    below.mkdir(parents=True)
    (below / "other.template.json").write_text(json.dumps(template()))
    found = audit(Options(path=str(out), today=TODAY)).not_judged
    return "" if any("other.template.json" in one.where for one in found) else "not looked for"


def path_of_a_template(folder: Path, size: int) -> str:
    out = assembly(folder / "cdk.out", {"S": template()})
    name = "S.template.json"
    path = f"{'./' * ((size - len(name)) // 2)}{'/' * ((size - len(name)) % 2)}{name}"
    manifest = out / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"{name}"', f'"{path}"'))
    report = audit(Options(path=str(out), today=TODAY))
    assert report.problems or report.clusters
    return " ".join(report.problems)


def groups_of_a_pattern(folder: Path, size: int) -> str:
    return "" if listed(f"{'(' * size}a|b{')' * size}", 64) == ("a", "b") else "not told apart"


def files_of_an_app(folder: Path, size: int) -> str:
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    for number in range(size - 1):
        (folder / "a" / f"{number}.ts").touch()
    (folder / "a" / "one-more.ts").touch()
    (folder / "b" / "app.ts").touch()
    return "" if Project(folder).exists("b/app.ts") else "not looked at"


def source_file(folder: Path, size: int) -> str:
    of_bytes(folder, "app.ts", size)
    found = Project(folder).content("app.ts")
    return found.reason if isinstance(found, Refusal) else ""


def candidates(folder: Path, size: int) -> str:
    branches = [((("P", str(n)),), Known(n)) for n in range(size)]
    found = choose(branches, "P decides", None)
    assert isinstance(found, Unknown)
    return "" if found.candidates else found.reason


def combinations(folder: Path, size: int) -> str:
    value = Unknown("P decides", None, tuple(Candidate(n, (("P", str(n)),)) for n in range(size)))
    found = lift(lambda _: "always", value)
    return found.reason if isinstance(found, Unknown) else found.value


def value_in_a_sentence(folder: Path, size: int) -> str:
    return shortened("x" * size)


def chart_file(folder: Path, size: int) -> str:
    chart = folder / "chart"
    chart.mkdir(exist_ok=True)
    (chart / "values.yaml").write_text("a: 1\n".ljust(size, "\n"))
    files = ChartFiles(Asset(str(chart), Root(folder)))
    files.document("values.yaml")
    return " ".join(files.unread)


def chart_values(folder: Path, size: int) -> str:
    chart = folder / "chart"
    chart.mkdir(exist_ok=True)
    (chart / "values.yaml").write_text("[" + "1," * ((size - 1) // 2) + "]" + ("\n" if size % 2 else ""))
    files = ChartFiles(Asset(str(chart), Root(folder)))
    files.document("values.yaml")
    return " ".join(files.unread)


def chart_levels(folder: Path, size: int) -> str:
    chart = folder / "chart"
    chart.mkdir(exist_ok=True)
    (chart / "values.yaml").write_text("[" * size + "1" + "]" * size)
    files = ChartFiles(Asset(str(chart), Root(folder)))
    files.document("values.yaml")
    return " ".join(files.unread)


def steps_of_a_schema(_: Path, size: int) -> str:
    """Each item of a list is a step, beside those in which its schema is judged."""
    of_schema = 7
    try:
        return " ".join(map(str, errors_of(list(range(size - of_schema)), {"minItems": 0})))
    except NotFollowedError as error:
        return str(error)


def chart_of_files(folder: Path, size: int) -> str:
    chart = folder / "chart"
    chart.mkdir(exist_ok=True)
    for number in range(size):
        (chart / f"{number:05}.yaml").touch()
    return "" if len(ChartFiles(Asset(str(chart), Root(folder))).names) == size else "not read"


def conditions_inside_each_other(folder: Path, size: int) -> str:
    names: dict[str, Any] = {f"C{n}": {"Fn::And": [{"Condition": f"C{n + 1}"}] * 2} for n in range(size // 2)}
    names[f"C{size // 2}"] = {"Fn::Equals": ["a", "a"]} if size % 2 == 0 else {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}
    folder = assembly(folder, {"S": {"Conditions": names, **template()}})
    found = load(str(folder))
    return "" if decide(Follower(found), found.stacks[0], "C0") else "unknown"


def construct_path_of_characters(folder: Path, size: int) -> str:
    cluster = {"Type": "AWS::EKS::Cluster", "Metadata": {"aws:cdk:path": "S" + "/" * (size - 1)}}
    stack = load(str(assembly(folder, {"S": {"Resources": {"C": cluster}}}))).stacks[0]
    stack.metadata.entries["/S/"] = [{"type": "aws:cdk:creationStack", "data": ["at f (app.ts:1:2)"]}]
    return "" if source_position(stack.resources["C"]) else "no line"


def branches(folder: Path, size: int) -> str:
    found = load(str(assembly(folder, {"S": template()})))
    node = Node(found.stacks[0], (), {})
    each = [((("P", str(n)),), Literal(Node(found.stacks[0], (), str(n)))) for n in range(size)]
    return "" if getattr(choice(node, "P decides", each), "branches", None) else "unresolved"


PAIRS: dict[str, tuple[Callable[[Path, int], str], str]] = {
    "assembly.analytics.MAX_TEXT": (report_of_classes, "silent"),
    "assembly.analytics.MAX_DEPTH": (deep_report_of_classes, "silent"),
    "assembly.archives.MAX_KEPT_FILE": (kept_file, "inflated again"),
    "assembly.archives.MAX_LINK": (long_link, "missing"),
    "assembly.archives.MAX_MEMBER_BYTES": (large_member, "more than 536870912 bytes"),
    "assembly.assets.MAX_DIRECTORY_BYTES": (large_directory, "more than the limit of 16777216"),
    "assembly.budget.MAX_INFLATED_BYTES": (lambda _, size: said(lambda: Budget().inflate(size)), "be inflated"),
    "assembly.construct_tree.MAX_TREE_BYTES": (tree_file, "more than 268435456 bytes"),
    "assembly.constructs.MAX_PATH": (construct_path_of_characters, "no line"),
    "assembly.contents.MAX_LINKS": (links_in_a_row, "missing"),
    "assembly.files.MAX_PATH": (path_of_a_template, "a path of 4097 characters, expected at most 4096"),
    "assembly.finite_patterns.MAX_DEPTH": (groups_of_a_pattern, "not told apart"),
    "assembly.following.holding.MAX_CONDITION_DEPTH": (conditions_inside_each_other, "unknown"),
    "assembly.following.resolution.MAX_BRANCHES": (branches, "unresolved"),
    "assembly.tar_streams.MAX_PIECE": (piece_of_tar, "over the limit"),
    "assembly.tar_streams.MAX_TAR_BYTES": (large_tar, "holds more than 2147483648 bytes"),
    "model.describe.MAX_SHOWN": (value_in_a_sentence, "…"),
    "assembly.unlisted.MAX_DEPTH": (folders_inside_each_other, "not looked for"),
    "audit.update.MAX_REPORT_BYTES": (saved_report, "read as an assembly"),
    "cli.given.MAX_BYTES": (parameters_file, "4194304 bytes"),
    "data.schema.MAX_BYTES": (table_file, "more than 16777216 bytes"),
    "fix.project.MAX_BYTES": (source_file, "larger than 4 MB"),
    "fix.project.MAX_FILES": (files_of_an_app, "not looked at"),
    "fleet.own_config.MAX_BYTES": (configuration, "more than 1048576 bytes"),
    "hook.MAX_PAYLOAD_BYTES": (payload, "larger than the limit of 67108864 bytes"),
    "model.value.MAX_CANDIDATES": (candidates, "P decides"),
    "model.value.MAX_COMBINED": (combinations, "P decides"),
    "patterns.MAX_PATTERN": (pattern_of_characters, "expected at most 1000"),
    "patterns.MAX_STATES": (pattern_of_places, "repeats more than 5000 places"),
    "policy.paths.MAX_PATH": (path_of_characters, "expected at most 1000"),
    "policy.source.MAX_BYTES": (policy_file, "more than 1048576 bytes"),
    "resolve.kubectl.evidence.memory.MAX_VALUE": (cache_entry, "more than 192 bytes"),
    "kubernetes.chart_schema.MAX_STEPS": (steps_of_a_schema, "more than 1000000 steps"),
    "resolve.workloads.chart_files.MAX_BYTES": (chart_file, "values.yaml"),
    "resolve.workloads.chart_files.MAX_LEVELS": (chart_levels, "values.yaml"),
    "resolve.workloads.chart_files.MAX_FILES": (chart_of_files, "not read"),
    "resolve.workloads.chart_files.MAX_VALUES": (chart_values, "values.yaml"),
    "upgrade.answer_files.MAX_BYTES": (insights_file, "more than 16777216 bytes"),
}
"""For each limit, what is made of a size, and what is said of it just above."""
OF_FILES = ("fix.project.MAX_FILES", "resolve.workloads.chart_files.MAX_FILES")
"""Limits that are lowered, since as many files take half a minute to write."""


@pytest.mark.parametrize("limit", PAIRS)
def test_a_limit_is_said_just_above_it_and_not_at_it(tmp_path, monkeypatch, limit):
    build, says = PAIRS[limit]
    if limit in OF_FILES:
        monkeypatch.setattr(f"eks_guard.{limit}", 50)
    at, above = (tmp_path / name for name in ("at", "above"))
    at.mkdir()
    above.mkdir()
    assert says not in build(at, value_of(limit))
    assert says in build(above, value_of(limit) + 1)
