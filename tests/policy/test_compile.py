"""Policy files: everything that is wrong is said at once, with line and column."""

from __future__ import annotations

import pytest

from eks_guard.errors import PolicyError
from eks_guard.model.policy import Expectation
from eks_guard.policy.compile import load_policies, load_policy

GOOD = """\
id: mine
title: a claim
severity: high
match: cluster
expect:
  - fact: cluster.version
    at_least: "1.30"
rationale: Because.
remediation: Do it.
"""

TEN_MISTAKES = """\
id: other
titel: a claim
severity: critical
match: clutser
when:
  - fact: kubectl.usde
    equals: true
expect:
  - fact: cluster.version
    at_least: 1.30
  - fact: cluster.version
    equals: "1.30"
    one_of: ["1.30"]
  - path: Properties.Version
    exists: true
  - fact: kubectl.present
    between: [1, 2]
  - equals: 3
rationale: Because.
rationale: Again.
"""


def mistakes_of(write, text, name="mine.yaml"):
    path = write(name, text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    return [line.removeprefix(f"{path}:") for line in caught.value.mistakes]


def test_a_good_policy_is_read(write):
    policy = load_policy(write("mine.yaml", GOOD))
    assert (policy.id, str(policy.severity), policy.match) == ("mine", "high", ("cluster",))
    (line,) = policy.expect
    assert isinstance(line, Expectation)
    assert str(line.operand) == "1.30"


def test_ten_mistakes_are_said_at_once_and_in_order(write):
    assert mistakes_of(write, TEN_MISTAKES) == [
        "1:1: id: found 'other', expected the name of the file, 'mine'",
        "1:1: remediation: missing",
        "1:1: title: missing",
        "2:1: titel: not a known key; did you mean title?",
        "3:1: severity: found 'critical', expected 'info', 'low', 'medium' or 'high'",
        "4:1: match: found 'clutser', expected access-entry, addon, capability, cluster, fargate-profile, handler, "
        "helm-chart, manifest, nodegroup, object, object-value, oidc-provider, patch, pod-identity-association, role, self-managed-nodegroup, "
        "service-account, service-account-role, stack or a CloudFormation type; did you mean cluster?",
        "6:5: when.0.fact: found 'kubectl.usde', which is not a fact; did you mean kubectl.used?",
        '10:5: expect.0.at_least: found the number 1.3, expected a quoted version such as "1.30": YAML reads 1.30 as 1.3',
        "11:5: expect.1: found equals and one_of, expected exactly one of "
        "equals, one_of, contains, excludes, at_least, at_most, between, matches, exists",
        "14:5: expect.2.path: found 'Properties.Version', expected a JSONPath from the resource, such as $.Properties.AmiType",
        "17:5: expect.3.between: applies to numbers and versions, not to boolean",
        "18:5: expect.4: found neither fact nor path, expected one of them",
        "20:1: rationale: found twice, expected once",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("  - {fact: cluster.version}", "found no operator"),
        ("  - {fact: cluster.version, path: $.A, exists: true}", "found both fact and path"),
        ('  - {fact: cluster.version, equals: "1.30", default: "1.29"}', "found a default with a fact"),
        ("  - {fact: cluster.version, one_of: []}", "expected a list with at least one value"),
        ('  - {fact: cluster.version, between: ["1.30"]}', "expected a list of two"),
        ('  - {fact: cluster.version, between: ["1.31", "1.30"]}', "the lowest value is above the highest"),
        ("  - {fact: cluster.version, equals: latest}", "expected a version like '1.33'"),
        ("  - {fact: cluster.version, exists: 1}", "expected true or false"),
        ("  - {fact: endpoint.public, equals: 'yes'}", "found 'yes', expected true or false"),
        ("  - {fact: kubectl.minor_skew, at_most: true}", "found True, expected a whole number"),
        ("  - {fact: kubectl.minor_skew, contains: [1]}", "does not apply to integer"),
        ("  - {fact: access.authentication_mode, matches: '('}", "is not a regular expression"),
        ("  - {fact: logging.types, equals: api}", "expected a list of text values"),
        ("  - {path: '$.A[?(', exists: true}", "which is not a JSONPath"),
        (
            "  - {fact: kubectl.used, equals: true, severity: grave}",
            "expected 'info', 'low', 'medium' or 'high'; did you mean",
        ),
    ],
)
def test_what_a_line_must_not_say(write, line, says):
    text = GOOD.replace('  - fact: cluster.version\n    at_least: "1.30"', line)
    (mistake,) = mistakes_of(write, text)
    assert mistake.startswith("6:")
    assert says.split("; did")[0] in mistake


@pytest.mark.parametrize(
    ("match", "line", "says"),
    [
        ("cluster", "{path: $.Properties.Config.name, exists: true}", "6:6: expect.0.path: a cluster has no resource to look into; ask a fact"),
        ("nodegroup", "{path: $.Properties.AmiTpye, equals: x}", "AWS::EKS::Nodegroup has no AmiTpye there; did you mean AmiType?"),
        ("nodegroup", "{path: $.Properties.ScalingConfig.MinSiz, at_least: 2}", "has no MinSiz there; did you mean MinSize?"),
        ("nodegroup", "{path: $.Propertes.AmiType, exists: true}", "a resource has no Propertes, expected a section of it such as $.Properties; did you mean Properties?"),
        ("nodegroup", "{path: $.AmiType, exists: true}", "a resource has no AmiType, expected a section of it such as $.Properties"),
        ("manifest", "{path: $.kind, exists: true}", "are one text in $.Properties.Manifest; ask a fact (`eks-guard facts`), or match object"),
        ("manifest", "{path: $.metadata.labels.team, exists: true}", "or match object"),
        ("manifest", "{path: '$..containers[*].image', excludes: latest}", "the objects of a manifest are one text"),
        ("'AWS::EKS::NodeGroup'", "{path: $.Properties.AmiType, exists: true}", "not a CloudFormation resource type; did you mean AWS::EKS::Nodegroup?"),
        ("nodegroup", "{path: $.Properties.ScalingConfig.MinSize, at_least: three}", "found 'three', expected a number"),
        ("nodegroup", "{path: $.Properties.AmiType, equals: x, absent: maybe}", "found 'maybe', expected 'fail', 'pass' or 'skip'"),
        ("nodegroup", "{path: $.Properties.AmiType, equals: x, absent: pass, default: y}", "found absent beside default"),
        ("nodegroup", "{path: $.Properties.AmiType, exists: true, absent: pass}", "found absent beside exists"),
        ("cluster", "{fact: kubectl.used, equals: true, absent: pass}", "found absent with a fact"),
    ],
)  # fmt: skip
def test_what_can_never_match_is_a_mistake(write, match, line, says):
    text = GOOD.replace('  - fact: cluster.version\n    at_least: "1.30"', f"  - {line}").replace(
        "match: cluster", f"match: {match}"
    )
    (mistake,) = mistakes_of(write, text)
    assert says in mistake


@pytest.mark.parametrize(
    "line",
    [
        "{path: $.Properties.ScalingConfig.MinSize, at_least: 2}",
        "{path: $.Properties.Tags.team, exists: true}",
        "{path: '$.Properties.Taints[*].Effect', one_of: [NO_SCHEDULE], absent: skip}",
        "{path: '$.Properties.InstanceTypes[0]', matches: m7g}",
        "{path: $.DeletionPolicy, equals: Retain}",
        "{path: '$..KeyName', exists: false}",
    ],
)
def test_a_path_that_can_match_is_none(write, line):
    text = GOOD.replace('  - fact: cluster.version\n    at_least: "1.30"', f"  - {line}")
    assert load_policy(write("mine.yaml", text.replace("match: cluster", "match: nodegroup")))


def test_a_fact_of_another_subject(write):
    (mistake,) = mistakes_of(write, GOOD.replace("match: cluster", "match: handler"))
    assert mistake == "6:5: expect.0.fact: found cluster.version, which is about a cluster, not about a handler"


def test_a_node_group_can_be_asked_for_its_cluster(write):
    assert load_policy(write("mine.yaml", GOOD.replace("match: cluster", "match: nodegroup")))


def test_aliases_are_refused(write):
    (mistake,) = mistakes_of(write, GOOD + "references: [&a https://a, *a]\n")
    assert "found an alias, expected the value itself" in mistake


@pytest.mark.parametrize("text", ["a: [", "\tid: x", "a: b: c"])
def test_what_is_no_yaml(write, text):
    (mistake,) = mistakes_of(write, text)
    assert "not valid YAML" in mistake


@pytest.mark.parametrize("text", ["", "[]", "text"])
def test_what_is_no_policy(write, text):
    assert mistakes_of(write, text)


def test_all_files_of_a_folder_are_read_before_anything_is_said(write):
    write("a.yaml", GOOD, "pack")
    folder = write("b.yaml", GOOD, "pack").parent
    with pytest.raises(PolicyError) as caught:
        load_policies([folder])
    assert len(caught.value.mistakes) == 2


def test_two_policies_of_one_id(write):
    one, two = write("mine.yaml", GOOD, "one"), write("mine.yaml", GOOD, "two")
    with pytest.raises(PolicyError, match="found 'mine' twice"):
        load_policies([one, two])


def test_a_folder_without_policies(tmp_path):
    with pytest.raises(PolicyError, match="found no policy"):
        load_policies([tmp_path])


def test_a_mistake_in_a_policy_exits_2_before_anything_is_judged(run, write):
    result = run("check", "nowhere", "--policy", write("mine.yaml", TEN_MISTAKES))
    assert result.code == 2
    assert len(result.err.splitlines()) == 13
