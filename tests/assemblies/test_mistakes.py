"""One real app with every mistake that a policy looks for, and with the same things done right beside them."""

from __future__ import annotations

import pytest
from conftest import ASSEMBLIES

APP = ASSEMBLIES / "mistakes" / "cdk.out"
MISTAKES = {
    "access-mode-consistent": ["the app makes 1 access entries, and the authentication mode is CONFIG_MAP"],
    "api-version-served": ['no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"'],
    "auto-mode-consistent": ["compute on, block storage not set, load balancing not set"],
    "handler-intact": ["runs on arm64"],
    "handler-reaches-endpoint": ["runs outside of the VPC, the public endpoint is off"],
    "handler-runtime-supported": ["The runtime parameter of python3.7 is no longer supported"],
    "identity-provider-single": ["the app makes 2 OIDC providers"],
    "irsa-trust-correct": ["holds the ARN of the provider", "a wildcard needs StringLike"],
    "irsa-trust-narrow": ["every service account of the cluster", "all that match system:serviceaccount:shop:*"],
    "namespace-created-first": ['namespaces "shop" not found'],
    "node-ami-supported": ["AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier"],
    "nodegroup-version-skew": ["ReleaseVersion gives the nodes 1.37, the control plane runs 1.36"],
    "object-declared-once": ["v1 ConfigMap 'settings' is declared by Wrong/Cluster/manifest-SettingsAgain, too"],
}


@pytest.fixture
def failures(check):
    return {finding["policy"]: finding for finding in check(APP, "--stack", "Wrong").json["findings"]}


def test_every_mistake_is_found_and_nothing_else(failures):
    assert set(failures) == set(MISTAKES)
    assert {finding["outcome"] for finding in failures.values()} == {"fail"}


@pytest.mark.parametrize("policy", MISTAKES)
def test_a_mistake_is_named_in_words_to_search_for(failures, policy):
    because = failures[policy]["because"]
    assert len(because) == len(MISTAKES[policy])
    for words in MISTAKES[policy]:
        assert any(words in reason for reason in because)


@pytest.mark.parametrize("policy", MISTAKES)
def test_a_mistake_points_at_the_line_that_decides(failures, policy):
    location = failures[policy]["location"]
    line = (APP / location["template"]).read_text(encoding="utf-8").splitlines()[location["line"] - 1]
    assert location["logical_id"] in location["pointer"]
    assert line[location["column"] - 1] in '"{'
    assert failures[policy]["trace"]


def test_done_right_nothing_is_found(check):
    result = check(APP, "--stack", "Right")
    assert result.json["findings"] == []
    assert result.code == 0


def test_a_second_handler_is_not_trusted_by_the_role_of_the_first(check):
    (finding,) = check(APP, "--stack", "Owner").json["findings"]
    assert finding["policy"] == "kubectl-role-assumable"
    assert "(AccessDenied) when calling the AssumeRole operation" in finding["because"][0]
    assert finding["location"]["template"] == "Owner.template.json"


def test_policies_of_a_missing_provider_and_an_old_cluster(check, write):
    template = {
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.27"}},
            "Account": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {
                    "ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:provider",
                    "ClusterName": {"Ref": "Cluster"},
                    "Manifest": '[{"kind":"ServiceAccount","metadata":{"name":"app","annotations":'
                    '{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/app"}}}]',
                },
            },
        }
    }
    outcomes = check(write("T.template.json", template)).outcomes()
    assert {"service-account-has-provider", "secrets-encrypted"} <= set(outcomes)


def test_the_hardening_pack_is_asked_for(check):
    path = ASSEMBLIES / "mistakes" / "cdk.out"
    assert set(check(path, "--pack", "hardening", "--stack", "Right").outcomes()) == {
        "secrets-customer-key",
        "deletion-protected",
    }
