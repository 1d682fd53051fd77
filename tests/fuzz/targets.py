"""What is fuzzed: each target takes any bytes, and raises only what a user can mend. Anything else is a bug of ours."""

from __future__ import annotations

import datetime
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_resolving import json_values, templates

from eks_guard.assembly.assets import Asset, UnreadableAssetError
from eks_guard.assembly.documents import Document
from eks_guard.assembly.files import Root
from eks_guard.assembly.following.composed import text_of
from eks_guard.assembly.following.follower import Follower
from eks_guard.assembly.load import load
from eks_guard.assembly.positions import locate
from eks_guard.assembly.stack import Node
from eks_guard.assembly.yaml_template import parse_yaml
from eks_guard.audit import Options, audit
from eks_guard.errors import EksGuardError
from eks_guard.policy.compile import load_policies
from eks_guard.policy.config import load_config
from eks_guard.policy.selection import Wanted
from eks_guard.report import Format, render
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = datetime.date(2026, 11, 24)
SEPARATOR = b"\n--next file--\n"
NAMES = ("manifest.json", "S.template.json", "N.nested.template.json", "S.assets.json", "S.metadata.json", "tree.json")
RESPECTED = (EksGuardError,)


def fuzz_assembly(data: bytes) -> None:
    """Up to six files of a cloud assembly, audited and reported in every format."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in zip(NAMES, data.split(SEPARATOR), strict=False):
            (Path(folder) / name).write_bytes(content)
        with suppress(*RESPECTED):
            report = audit(Options(path=folder, today=TODAY))
            for format_ in Format:
                render(format_, report, Style())


def fuzz_template(data: bytes) -> None:
    """One template, JSON or YAML."""
    with suppress(*RESPECTED):
        audit(Options(path="-", today=TODAY, stdin=data))


def fuzz_yaml(data: bytes) -> None:
    """The YAML reader alone."""
    with suppress(*RESPECTED):
        parse_yaml("fuzz.yaml", data.decode("utf-8", errors="replace"))


def fuzz_manifest(data: bytes) -> None:
    """The text of a Kubernetes manifest, in a template that is right."""
    text = data.decode("utf-8", errors="replace")
    manifest = {"ClusterName": {"Ref": "Cluster"}, "ServiceToken": "arn", "Manifest": text}
    resources = {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34"}},
        "Manifest": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": manifest},
    }
    audit(Options(path="-", today=TODAY, stdin=json.dumps({"Resources": resources}).encode()))


def fuzz_policy(data: bytes) -> None:
    """A policy file, judged where it compiles."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.yaml"
        path.write_bytes(data)
        with suppress(*RESPECTED):
            load_policies([path])
            audit(Options(path="-", today=TODAY, stdin=TEMPLATE, wanted=Wanted(policies=(path,))))


def fuzz_config(data: bytes) -> None:
    """A configuration file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "eks-guard.yaml"
        path.write_bytes(data)
        with suppress(*RESPECTED):
            load_config(path)


def fuzz_zip(data: bytes) -> None:
    """The probe that looks into a layer's zip."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asset.zip"
        path.write_bytes(data)
        with suppress(UnreadableAssetError):
            member = Asset(str(path), Root(Path(folder))).member("kubectl/kubectl", "bin/kubectl")
            if member:
                with member.open() as stream:
                    stream.read(1 << 20)


def fuzz_positions(data: bytes) -> None:
    """A place in a document: what is found lies inside of it."""
    pointer, _, content = data.partition(b"\n")
    document = Document("fuzz.json", content=content)
    found = locate(document, pointer.decode("utf-8", errors="replace"))
    if found:
        line, column = found
        lines = document.text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(value=json_values, template=templates)
def _references(value: Any, template: dict[str, Any]) -> None:
    with suppress(*RESPECTED):
        assembly = load("-", json.dumps(template).encode())
        for stack in assembly.stacks:
            references = Follower(assembly)
            references.follow(Node(stack, ("Resources",), value))
            text_of(references, Node(stack, ("Resources",), value), lambda _: "?")


@settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(template=templates | st.builds(lambda value: {"Resources": {"Cluster": value}}, json_values))
def _cfnlint(template: dict[str, Any]) -> None:
    from cfnlint.template import Template

    from eks_guard import cfnlint_rules

    rules = [
        rule for rule in vars(cfnlint_rules).values() if isinstance(rule, type) and bool(getattr(rule, "id", None))
    ]
    cfn = Template("", template)
    for rule in rules:
        if rule.__module__ == cfnlint_rules.__name__:
            for match in rule().match(cfn):
                assert match.message


def fuzz_references(data: bytes) -> None:
    """Any value in any template, followed: hypothesis builds both out of the bytes."""
    _feed(_references, data)


def fuzz_cfnlint(data: bytes) -> None:
    """The rules of the cfn-lint door on any template: hypothesis builds it out of the bytes."""
    _feed(_cfnlint, data)


def _feed(test: Any, data: bytes) -> None:
    test.hypothesis.fuzz_one_input(data)


TEMPLATE = json.dumps(
    {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34", "Tags": [{"Key": "a"}]}}}}
).encode()
TARGETS: dict[str, Callable[[bytes], None]] = {
    "assembly": fuzz_assembly,
    "template": fuzz_template,
    "yaml": fuzz_yaml,
    "manifest": fuzz_manifest,
    "policy": fuzz_policy,
    "config": fuzz_config,
    "zip": fuzz_zip,
    "positions": fuzz_positions,
    "references": fuzz_references,
    "cfnlint": fuzz_cfnlint,
}
