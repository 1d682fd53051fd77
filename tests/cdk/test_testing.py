"""The assertion for unit tests: on real CDK apps, and on folders without CDK."""

from __future__ import annotations

import datetime
import subprocess
import sys
from functools import partial
from importlib import import_module

import pytest
from apps import need_python
from conftest import SAMPLES, TODAY

from eks_guard import testing
from eks_guard.errors import AssemblyError, PolicyError

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
CURRENT = SAMPLES / "payment-current" / "cdk.out"
SKEW = "kubectl-version-skew"
CLUSTER = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Ref": "V"}}}
assert_passes = partial(testing.assert_passes, today=TODAY)


@pytest.fixture
def payment(monkeypatch):
    """A stack with a private cluster on 1.36, and the kubectl layer of a version or none."""
    monkeypatch.setenv("CDK_VALIDATION", "false")  # of the process of jsii, which starts with the first test
    need_python()
    from aws_cdk import Stack
    from aws_cdk import aws_eks as eks

    def make(scope, layer, name="Payment", stack=Stack):
        stack = stack(scope, name)
        cluster = eks.Cluster(
            stack, "Cluster", version=eks.KubernetesVersion.V1_36,
            kubectl_layer=getattr(import_module(f"aws_cdk.lambda_layer_kubectl_v{layer}"), f"KubectlV{layer}Layer")(stack, "Kubectl"),
            endpoint_access=eks.EndpointAccess.PRIVATE, default_capacity=0, cluster_logging=list(eks.ClusterLoggingTypes),
        )  # fmt: skip
        cluster.add_manifest("Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "payment"}})
        return stack

    return make


def message(synthesized, **options):
    with pytest.raises(AssertionError) as caught:
        assert_passes(synthesized, **options)
    return str(caught.value)


def test_a_good_app_passes(payment):
    from aws_cdk import App

    app = App()
    payment(app, 36)
    assert_passes(app)


def test_a_broken_app_fails_with_the_report_and_the_lines_to_write_in_python(payment):
    from aws_cdk import App

    app = App()
    payment(app, 24)
    said = message(app)
    assert "\nhigh  kubectl-version-skew  Payment/Cluster\n" in said
    assert "carries kubectl 1.24.0, the control plane runs 1.36" in said
    assert "└ layer" in said
    assert 'kubectl_layer=KubectlV36Layer(self, "Kubectl")' in said
    assert "TypeScript" not in said
    assert "1 failed (1 high)" in said
    assert "\033" not in said


def test_a_stack_is_judged_without_its_neighbours(payment):
    from aws_cdk import App

    app = App()
    broken, good = payment(app, 24, "Payment"), payment(app, 36, "Payment2")
    assert_passes(good)
    assert "Payment/Cluster" in message(broken)
    assert "Payment2/" not in message(broken)


def test_a_stage_is_judged_without_its_neighbours(payment):
    from aws_cdk import App, Stage

    app = App()
    dev, prod = Stage(app, "Dev"), Stage(app, "Prod")
    payment(dev, 24)
    stack = payment(prod, 36)
    assert_passes(prod)
    assert_passes(stack)
    assert "Dev/Payment/Cluster" in message(dev)
    assert "Dev/Payment/Cluster" in message(app)


def test_a_nested_stack_is_judged_with_the_one_around_it(payment):
    from aws_cdk import App, NestedStack, Stack

    outer = Stack(App(), "Outer")
    inner = payment(outer, 24, "Inner", stack=NestedStack)
    assert SKEW in message(inner)
    assert message(inner) == message(outer)


def test_a_template_is_judged_by_what_it_shows(payment):
    from aws_cdk import App
    from aws_cdk.assertions import Template

    assert_passes(Template.from_stack(payment(App(), 36)))
    assert SKEW in message(Template.from_stack(payment(App(), 24)))
    bad = Template.from_json({"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.20"}}}})
    assert "cluster-version-creatable" in message(bad)


# without CDK


def test_a_path_is_judged_without_importing_cdk():
    code = f"import sys; from eks_guard.testing import assert_passes; assert_passes({str(CURRENT)!r}, today={TODAY!r});"
    subprocess.run([sys.executable, "-c", f"{code} assert not {{'aws_cdk', 'jsii'}} & set(sys.modules)"], check=True)
    assert SKEW in message(WRONG)


def test_options_are_those_of_check(write, tmp_path):
    assert_passes(SAMPLES / "payment-fixed" / "cdk.out", today=datetime.date(2024, 6, 1))
    template = {"Parameters": {"V": {"Type": "String"}}, "Resources": {"C": CLUSTER}}
    asked = write("T.template.json", template)
    assert_passes(asked, packs=["deploy-safety"])
    assert "unknown  cluster-version-creatable" in message(asked, packs=["deploy-safety"], strict=True)
    assert_passes(asked, fail_on="high", packs=["deploy-safety", "baseline"], config={"disable": ["endpoint-private"]})
    assert "medium  " in message(asked, config={"disable": ["endpoint-private"]})
    (tmp_path / "own.yaml").write_text(
        "id: own\ntitle: a title\nseverity: low\nmatch: cluster\n"
        "expect: [{fact: cluster.version, at_least: '1.37'}]\nrationale: A reason.\nremediation: A remedy.\n",
        encoding="utf-8",
    )
    assert "low  own  Payment/PaymentEksCluster" in message(CURRENT, policies=[tmp_path / "own.yaml"])


def test_waivers_come_in_a_file_or_as_its_keys(tmp_path):
    names = (SKEW, "cluster-version-creatable")
    waivers = [
        {"policy": name, "subject": "*", "reason": "é 💥", "expires": datetime.date(2027, 1, 1)} for name in names
    ]
    assert_passes(WRONG, config={"waivers": waivers})
    said = message(WRONG, config={"waivers": waivers[:1]})
    assert f"{SKEW}  Payment/PaymentEksCluster: é 💥 (until 2027-01-01)" in said
    said = message(WRONG, config={"waivers": waivers}, today="2027-01-02")
    assert "note: config: the waiver of kubectl-version-skew for '*' expired on 2027-01-01" in said
    file = tmp_path / "eks-guard.yaml"
    file.write_text(f"disable: [{', '.join(names)}]", encoding="utf-8")
    assert_passes(WRONG, config=file)


def test_a_test_that_judges_nothing_fails(write):
    path = write("T.template.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    assert "found no EKS cluster, so there was nothing to judge" in message(path)
    assert_passes(path, require_cluster=False)


@pytest.mark.parametrize(
    ("synthesized", "options", "error", "says"),
    [
        (42, {}, TypeError, "found 42, expected an App, a Stage, a Stack, a Template or a path"),
        ("gone", {}, AssemblyError, "gone: no such file or folder"),
        (CURRENT, {"pack": ["cis-eks"]}, TypeError, "unexpected keyword argument 'pack'"),
        (CURRENT, {"packs": "cis-eks"}, TypeError, "packs: found 'cis-eks', expected a list"),
        (CURRENT, {"packs": ["cis"]}, PolicyError, "which is not a pack"),
        (CURRENT, {"fail_on": "hgh"}, ValueError, "found 'hgh', expected info, low, medium or high"),
        (CURRENT, {"config": {"disable": ["no-such-policy"]}}, PolicyError, "which is not a policy"),
        (CURRENT, {"config": {"waive": []}}, PolicyError, "config:1:2: waive"),
        (CURRENT, {"config": "gone.yaml"}, PolicyError, "gone.yaml: no such file"),
    ],
)
def test_what_is_wrong_is_no_pass(synthesized, options, error, says):
    with pytest.raises(error) as caught:
        assert_passes(synthesized, **options)
    assert says in str(caught.value)


def test_what_could_not_be_read_is_no_pass(write):
    with pytest.raises(AssemblyError):
        assert_passes(write("T.template.json", '{"Resources": {"AWS::EKS::'))


def test_the_fixture_finds_the_configuration_beside_the_test_and_hides_our_frames(tmp_path):
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["eks_guard.testing"]', encoding="utf-8")
    test = f"def test_payment(eks_guard):\n    eks_guard({str(WRONG)!r}, today={TODAY!r})\n"
    for name in ("waived", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"test_{name}.py").write_text(test, encoding="utf-8")
    disable = f"disable: [{SKEW}, cluster-version-creatable]"
    (tmp_path / "waived" / "eks-guard.yaml").write_text(disable, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", tmp_path]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in result.stdout
    assert f"E       high  {SKEW}  Payment/PaymentEksCluster" in result.stdout
    assert "_message(report)" not in result.stdout
