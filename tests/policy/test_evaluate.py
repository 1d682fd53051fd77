"""Three values: any failed observation decides, else any unknown, else it passes."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from conftest import ASSEMBLIES
from hypothesis import given
from hypothesis import strategies as st

from eks_guard.assembly.load import load
from eks_guard.data import Tables
from eks_guard.model.finding import Subject
from eks_guard.model.outcome import Outcome
from eks_guard.model.value import Candidate, Known, Place, Unknown, lift
from eks_guard.policy.compile import load_policy
from eks_guard.policy.evaluate import judge
from eks_guard.policy.facts.fact import Context
from eks_guard.resolve import Knowledge, resolve

TABLES = Tables()
NOTHING = resolve(load("-", b'{"Resources": {}}'), Knowledge(TABLES))
CONTEXT = Context(TABLES, datetime.date(2026, 11, 24), NOTHING)
POLICY = """\
id: mine
title: a claim
severity: high
match: "Custom::Thing"
{when}
expect:
  - {expect}
{unknown}
rationale: Because.
remediation: Do it.
"""
OPEN: Unknown[Any] = Unknown("open")


@pytest.fixture
def outcome(write):
    def call(expect, body, when="", unknown=""):
        policy = load_policy(write("mine.yaml", POLICY.format(expect=expect, when=when, unknown=unknown)))
        subject = Subject("nodegroup", "S/N", "S", Place("T", "/Resources/N"), body={"Properties": body})
        return str(judge(policy, subject, CONTEXT).outcome)

    return call


@pytest.mark.parametrize(
    ("expect", "body", "expected"),
    [
        ("{path: $.Properties.A, equals: 1}", {"A": 1}, "pass"),
        ("{path: $.Properties.A, equals: .nan}", {"A": 1}, "fail"),
        ("{path: $.Properties.A, equals: 1}", {"A": True}, "fail"),
        ("{path: $.Properties.A, equals: 1}", {}, "fail"),
        ("{path: $.Properties.A, excludes: x}", {}, "fail"),
        ("{path: '$.Properties.A[*]', matches: x}", {"A": []}, "fail"),
        ("{path: $.Properties.A, equals: 1, absent: fail}", {}, "fail"),
        ("{path: $.Properties.A, equals: 1, absent: pass}", {}, "pass"),
        ("{path: $.Properties.A, equals: 1, absent: skip}", {}, "not-applicable"),
        ("{path: $.Properties.A, equals: 1, absent: pass}", {"A": 2}, "fail"),
        ("{path: $.Properties.A, equals: 3}", {"A": "3"}, "pass"),
        ("{path: $.Properties.A, equals: '3'}", {"A": 3}, "pass"),
        ("{path: $.Properties.A, equals: 3}", {"A": 3.0}, "pass"),
        ("{path: $.Properties.A, equals: true}", {"A": "true"}, "pass"),
        ("{path: $.Properties.A, equals: 'false'}", {"A": False}, "pass"),
        ("{path: $.Properties.A, equals: true}", {"A": "yes"}, "fail"),
        ("{path: $.Properties.A, equals: true}", {"A": 1}, "fail"),
        ("{path: $.Properties.A, one_of: [1, 2]}", {"A": "2"}, "pass"),
        ("{path: $.Properties.A, contains: [443]}", {"A": ["443", 80]}, "pass"),
        ("{path: $.Properties.A, excludes: ['80']}", {"A": [443, 80]}, "fail"),
        ("{path: $.Properties.A, at_least: 3}", {"A": "3"}, "pass"),
        ("{path: $.Properties.A, at_least: 3}", {"A": "10"}, "pass"),
        ("{path: $.Properties.A, at_least: '3'}", {"A": 10}, "pass"),
        ("{path: $.Properties.A, at_least: 3}", {"A": "many"}, "fail"),
        ("{path: $.Properties.A, at_least: 0}", {"A": True}, "fail"),
        ("{path: $.Properties.A, between: ['9', 10]}", {"A": "9.5"}, "pass"),
        ("{path: $.Properties.A, matches: ^443$}", {"A": 443}, "pass"),
        ("{path: $.Properties.A, equals: 1, default: 1}", {}, "pass"),
        ("{path: $.Properties.A, equals: 1, default: 2}", {}, "fail"),
        ("{path: $.Properties.A, equals: 1}", {"A": OPEN}, "unknown"),
        ("{path: $.Properties.A.B, equals: 1, default: 1}", {"A": OPEN}, "unknown"),
        ("{path: '$.Properties.A[*]', one_of: [1, 2]}", {"A": [1, 2]}, "pass"),
        ("{path: '$.Properties.A[*]', one_of: [1, 2]}", {"A": [1, 3, OPEN]}, "fail"),
        ("{path: '$.Properties.A[*]', one_of: [1, 2]}", {"A": [1, OPEN]}, "unknown"),
        ("{path: $.Properties.A, contains: [x]}", {"A": ["x", "y"]}, "pass"),
        ("{path: $.Properties.A, excludes: x}", {"A": ["x", "y"]}, "fail"),
        ("{path: $.Properties.A, contains: x}", {"A": 3}, "fail"),
        ("{path: $.Properties.A, at_least: 2}", {"A": 2}, "pass"),
        ("{path: $.Properties.A, at_most: 2}", {"A": 3}, "fail"),
        ("{path: $.Properties.A, at_most: 2}", {"A": "2"}, "pass"),
        ("{path: $.Properties.A, between: [1, 3]}", {"A": 3}, "pass"),
        ("{path: $.Properties.A, matches: ^AL2_}", {"A": "AL2_x86_64"}, "pass"),
        ("{path: $.Properties.A, matches: ^AL2_}", {"A": 2}, "fail"),
        ("{path: $.Properties.A, exists: true}", {"A": OPEN}, "pass"),
        ("{path: $.Properties.A, exists: false}", {"A": OPEN}, "fail"),
        ("{path: $.Properties.A, exists: false}", {}, "pass"),
        ("{path: $.Properties.A.B, exists: true}", {"A": OPEN}, "unknown"),
        (
            "{path: $.Properties.A, exists: true}",
            {"A": Unknown("if", None, (Candidate(1, ()), Candidate(None, ())))},
            "unknown",
        ),
        ("{path: $.Properties.A, equals: 1}", {"A": Unknown("if", None, (Candidate(2, ()), Candidate(3, ())))}, "fail"),
        (
            "{path: $.Properties.A, at_least: 2}",
            {"A": Unknown("if", None, (Candidate(2, ()), Candidate(3, ())))},
            "pass",
        ),
    ],
)
def test_a_path(outcome, expect, body, expected):
    assert outcome(expect, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"On": True, "A": 2}, "fail"),
        ({"On": False, "A": 2}, "not-applicable"),
        ({"A": 2}, "not-applicable"),
        ({"On": OPEN, "A": 2}, "unknown"),
        ({"On": OPEN, "A": 1}, "pass"),
        ({"On": True, "A": OPEN}, "unknown"),
    ],
)
def test_when(outcome, body, expected):
    when = "when: [{path: $.Properties.On, equals: true}]"
    assert outcome("{path: $.Properties.A, equals: 1}", body, when=when) == expected


@pytest.mark.parametrize(("unknown", "expected"), [("report", "unknown"), ("fail", "fail"), ("pass", "pass")])
def test_what_an_unknown_makes_of_a_policy(outcome, unknown, expected):
    assert outcome("{path: $.Properties.A, equals: 1}", {"A": OPEN}, unknown=f"unknown: {unknown}") == expected


values = st.integers(0, 3)
whens = st.dictionaries(st.sampled_from(["IsProd", "Stage"]), st.sampled_from(["true", "false"]), max_size=2)


@given(st.lists(st.tuples(values, whens), min_size=1, max_size=4), values, st.integers(0, 3))
def test_learning_an_unknown_never_reverses_a_verdict(candidates, threshold, index):
    branches = tuple(Candidate(value, tuple(sorted(when.items()))) for value, when in candidates)
    before = lift(lambda value: value >= threshold, Unknown("open", None, branches))
    learned = lift(lambda value: value >= threshold, Known(branches[index % len(branches)].value))
    assert isinstance(before, Unknown) or before == learned


@given(values, values, values)
def test_values_under_one_condition_are_never_mixed_across_its_branches(one, other, shift):
    left = Unknown("if", None, (Candidate(one, (("C", "true"),)), Candidate(other, (("C", "false"),))))
    right = Unknown("if", None, (Candidate(one + shift, (("C", "true"),)), Candidate(other + shift, (("C", "false"),))))
    assert lift(lambda a, b: b - a, left, right) == Known(shift)


def test_every_outcome_has_a_word():
    assert {str(outcome) for outcome in Outcome} == {"pass", "fail", "unknown", "not-applicable"}


def test_an_upgrade_goes_one_minor_up_and_takes_the_layer_with_it(check):
    (finding,) = check(ASSEMBLIES / "mistakes" / "cdk.out", "--stack", "Extended").json["findings"]
    typescript, python = finding["fix"]["typescript"].splitlines(), finding["fix"]["python"].splitlines()
    assert typescript[-2:] == [
        "version: eks.KubernetesVersion.V1_34,",
        "kubectlLayer: new KubectlV34Layer(this, 'Kubectl')",
    ]
    assert python[-2:] == ["version=eks.KubernetesVersion.V1_34,", 'kubectl_layer=KubectlV34Layer(self, "Kubectl")']


@pytest.mark.parametrize(
    ("version", "written", "instead"),
    [
        ("1.35", "autoscaling/v2beta2 HorizontalPodAutoscaler", "; use autoscaling/v2"),
        ("1.35", "flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema", "; use flowcontrol.apiserver.k8s.io/v1"),
        ("1.28", "flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema", "; use flowcontrol.apiserver.k8s.io/v1beta3"),
        ({"Ref": "Open"}, "flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema", "; use flowcontrol.apiserver.k8s.io/v1"),
        ("1.35", "extensions/v1beta1 PodSecurityPolicy", '"extensions/v1beta1""'),
    ],
)
def test_what_is_to_be_written_instead_is_served_itself(check, write, version, written, instead):
    api_version, kind = written.split()
    manifest = json.dumps([{"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}}])
    template = {
        "Parameters": {"Open": {"Type": "String"}},
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}},
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {"ClusterName": {"Ref": "Cluster"}, "Manifest": manifest},
            },
        },
    }
    report = check(write("T.template.json", json.dumps(template))).json
    (said,) = (finding["because"] for finding in report["findings"] if finding["policy"] == "api-version-served")
    assert said[0].endswith(instead)


@pytest.mark.parametrize(
    ("stack", "line", "later"),
    [
        ("Extended", "deletionProtection: true  // aws-cdk-lib 2.258 or newer", "Cannot update cluster encryption"),
        ("Auto", "DeletionProtection: true", "CloudFormation replaces"),
    ],
)
def test_each_spelling_of_a_cluster_is_told_what_holds_for_it(check, write, stack, line, later):
    auto = {"Resources": {"Auto": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}}}
    alone = write("T.template.json", json.dumps(auto))
    asked = [alone] if stack == "Auto" else [ASSEMBLIES / "mistakes" / "cdk.out", "--stack", stack]
    found = {finding["policy"]: finding for finding in check(*asked, "--pack", "hardening").json["findings"]}
    assert found["deletion-protected"]["fix"]["edits"][0]["lines"].strip() == line
    assert later in found["secrets-customer-key"]["because"][0]


@pytest.mark.parametrize(
    ("version", "support", "said"),
    [
        ("1.33", "EXTENDED", "Kubernetes 1.33 is in extended support, which EKS bills at six times"),
        ("1.33", {"Ref": "Open"}, "until 2027-07-29, unless its support type is STANDARD"),
        ("1.33", "STANDARD", "standard support for Kubernetes 1.33 has ended, and EKS automatically upgrades"),
        ({"Ref": "Old"}, "EXTENDED", "every version it can have (1.32 if Old is 1.32, 1.33 if Old is 1.33)"),
    ],
)
def test_what_the_end_of_standard_support_means(check, write, version, support, said):
    properties = {"Version": version, "UpgradePolicy": {"SupportType": support}}
    template = {
        "Parameters": {"Open": {"Type": "String"}, "Old": {"Type": "String", "AllowedValues": ["1.32", "1.33"]}},
        "Resources": {"Cluster": {"Type": "AWS::EKS::Cluster", "Properties": properties}},
    }
    found = check(write("T.template.json", json.dumps(template))).json["findings"]
    (because,) = next(finding["because"] for finding in found if finding["policy"] == "cluster-version-supported")
    assert said in because


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ((True, "Cluster", "argocd"), "fail"),
        ((True, "Chart", "argocd"), "pass"),
        ((True, "Other", "argocd"), None),  # that chart may have the namespace among its objects
        ((False, "Cluster", "argocd"), "unknown"),  # nothing in the app makes it
        ((True, "Cluster", "kube-system"), None),
    ],
)
def test_an_object_waits_for_the_chart_that_makes_its_namespace(check, write, case, outcome):
    creates, waits_for, namespace = case
    chart = {"ClusterName": {"Ref": "Cluster"}, "Namespace": namespace, "CreateNamespace": creates}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "repo", "namespace": namespace}}
    template = {
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "Chart": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": chart},
            "Other": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {**chart, "Namespace": "default"}},
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "DependsOn": waits_for,
                "Properties": {"ClusterName": {"Ref": "Cluster"}, "Manifest": json.dumps([secret])},
            },
        },
    }
    found = check(write("T.template.json", json.dumps(template)), "--show-passed").json["findings"]
    about = [finding for finding in found if finding["policy"] == "namespace-created-first"]
    assert {finding["outcome"] for finding in about} - {"not-applicable"} == ({outcome} if outcome else set())
    failing = [finding["fix"]["title"] for finding in about if finding["outcome"] == "fail"]
    assert failing == (["Deploy T/Manifest after T/Chart"] if outcome == "fail" else [])


def test_instances_are_told_of_the_image_that_they_can_name(check):
    findings = check(ASSEMBLIES / "mistakes" / "cdk.out", "--stack", "Wrong").json["findings"]
    fixes = {f["subject"]["kind"]: f["fix"]["typescript"] for f in findings if f["policy"] == "node-ami-supported"}
    assert "amiType: " in fixes["nodegroup"]
    assert "machineImageType: eks.MachineImageType.BOTTLEROCKET" in fixes["self-managed-nodegroup"]
