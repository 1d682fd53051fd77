"""Trusts for service accounts as people write them: whether pods can meet each, and whom it lets in, judged by hand."""

from __future__ import annotations

import pytest

ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
SUB, AUD, STS = f"{ISSUER}:sub", f"{ISSUER}:aud", "sts.amazonaws.com"
OVEN, OTHER, ALL = (f"system:serviceaccount:bakery:{name}" for name in ("oven", "mixer", "*"))
EQUALS_STS = {"StringEquals": {AUD: STS}}


def statement(condition, principal=None, **more):
    trusted = {} if "NotPrincipal" in more else {"Principal": principal or {"Federated": PROVIDER}}
    return {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", **trusted, "Condition": condition, **more}


def exact(audience=STS, **more):
    return statement({"StringEquals": {AUD: audience, SUB: OVEN}}, **more)


def of(operator, subject, key=SUB):
    return statement({"StringEquals": {AUD: STS}, operator: {key: subject}} if operator != "StringEquals" else {"StringEquals": {AUD: STS, key: subject}})  # fmt: skip


FINE, WIDE, REFUSED, OPEN = ("pass", "pass"), ("pass", "fail"), ("fail", "pass"), ("unknown", "unknown")
"""Whether pods meet the trust, and whether it names its service accounts."""
TRUSTS = {
    "both as they are": ([exact()], FINE),
    "a list of audiences": ([exact(["vault", STS])], FINE),
    "a pattern among audiences": ([statement({"StringLike": {AUD: ["vault", "sts.*"]}, "StringEquals": {SUB: OVEN}})], FINE),
    "patterns that fit no audience": ([statement({"StringLike": {AUD: ["vault*"]}, "StringEquals": {SUB: OVEN}})], REFUSED),
    "the audience that China does not have": ([exact("sts.amazonaws.com.cn")], REFUSED),
    "the subject as audience": ([statement({"StringEquals": {AUD: OVEN}})], REFUSED),
    "any letters": ([statement({"StringEqualsIgnoreCase": {AUD: STS.upper(), SUB: OVEN}})], FINE),
    "keys in capitals": ([statement({"StringEquals": {f"{ISSUER}:AUD": STS, f"{ISSUER}:Sub": OVEN}})], FINE),
    "two accounts": ([of("StringEquals", [OVEN, OTHER])], FINE),
    "a pattern without a wildcard": ([of("StringLike", OVEN)], FINE),
    "a namespace": ([of("StringLike", ALL)], WIDE),
    "a name in any namespace": ([of("StringLike", "*:oven")], WIDE),
    "a letter of the namespace": ([of("StringLike", "system:serviceaccount:bakery-?:oven")], WIDE),
    "a wildcard compared literally": ([of("StringEquals", ALL)], REFUSED),
    "any value, by name": ([of("ForAnyValue:StringLike", [OVEN, OTHER])], FINE),
    "any value, by pattern": ([of("ForAnyValue:StringLike", ALL)], WIDE),
    "any value, literally": ([of("ForAnyValue:StringEquals", ALL)], REFUSED),
    "all values": ([of("ForAllValues:StringEquals", OVEN)], FINE),
    "all values, literally": ([of("ForAllValues:StringEquals", ALL)], REFUSED),
    "all values of a key that no token has": ([of("ForAllValues:StringEquals", OVEN, f"{PROVIDER}:sub")], WIDE),
    "if it exists, as each does": ([statement({"StringEqualsIfExists": {AUD: STS, SUB: OVEN}})], FINE),
    "if another audience exists": ([statement({"StringEqualsIfExists": {AUD: "vault", SUB: OVEN}})], REFUSED),
    "if it exists, literally": ([of("StringEqualsIfExists", ALL)], REFUSED),
    "if it exists, by pattern": ([of("StringLikeIfExists", ALL)], WIDE),
    "if a key with a scheme exists": ([of("StringEqualsIfExists", OVEN, f"https://{SUB}")], WIDE),
    "if a key of another issuer exists": ([of("StringEqualsIfExists", OVEN, SUB.replace("0123", "4567"))], WIDE),
    "a key that ends the ARN": ([of("StringEquals", OVEN, f"{PROVIDER}:sub")], REFUSED),
    "all but one": ([of("StringNotEquals", OTHER)], WIDE),
    "one, and not another": ([statement({"StringEquals": {AUD: STS, SUB: OVEN}, "StringNotLike": {SUB: OTHER}})], FINE),
    "a pattern, and not another": ([statement({"StringLike": {AUD: STS, SUB: ALL}, "StringNotLike": {SUB: OTHER}})], WIDE),
    "with a subject": ([statement({**EQUALS_STS, "Null": {SUB: "false"}})], WIDE),
    "without a subject": ([statement({**EQUALS_STS, "Null": {SUB: "true"}})], REFUSED),
    "the audience alone": ([statement(EQUALS_STS)], WIDE),
    "nothing": ([statement({})], WIDE),
    "a list of providers": ([exact(principal={"Federated": [PROVIDER]})], FINE),
    "one narrow, one wide": ([exact(), of("StringLike", ALL)], WIDE),
    "anybody": ([exact(principal="*")], OPEN),
    "any account": ([exact(principal={"AWS": "*"})], OPEN),
    "any provider": ([exact(principal={"Federated": "*"})], OPEN),
    "all but an account": ([exact(NotPrincipal={"AWS": "111122223333"})], REFUSED),
    "all but the provider": ([exact(NotPrincipal={"Federated": PROVIDER})], REFUSED),
    "a denial of all others": ([exact(), statement({}, Effect="Deny", NotPrincipal={"Federated": PROVIDER})], REFUSED),
}  # fmt: skip
ROLES = {f"Role{number}": name for number, name in enumerate(TRUSTS)}


@pytest.fixture(scope="module")
def template():
    def role(name):
        return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": TRUSTS[name][0]}}}

    return {"Resources": {logical_id: role(name) for logical_id, name in ROLES.items()}}


def test_each_trust_is_judged_as_iam_compares_it(write, check, template):
    report = check(write("trusts.template.json", template), "--show-passed").json
    found = {
        (finding["policy"], ROLES[finding["subject"]["logical_id"]]): finding["outcome"]
        for finding in report["findings"]
    }
    judged = {
        name: tuple(found[policy, name] for policy in ("irsa-trust-correct", "irsa-trust-narrow")) for name in TRUSTS
    }
    assert judged == {name: outcomes for name, (_, outcomes) in TRUSTS.items()}


def test_others_than_pods_may_be_excluded_in_words_that_are_not_about_pods(write, check):
    of_pipeline = statement({"StringEquals": {"ci.example.com:sub": "main"}}, NotPrincipal={"AWS": "111122223333"})
    trust = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [of_pipeline]}}}
    assert check(write("ci.template.json", {"Resources": {"Role": trust}})).json["findings"] == []


@pytest.mark.parametrize(
    ("asked", "expected", "outcome"),
    [(None, STS, "pass"), ("vault", "vault", "pass"), ("vault", STS, "fail"), (None, "vault", "fail")],
)
def test_a_service_account_brings_the_audience_that_it_asks_for(write, check, asked, expected, outcome):
    asking = f'"eks.amazonaws.com/audience":"{asked}",' if asked else ""
    head = f'[{{"apiVersion":"v1","kind":"ServiceAccount","metadata":{{"name":"oven","namespace":"bakery","annotations":{{{asking}"eks.amazonaws.com/role-arn":"'
    manifest = {"Fn::Join": ["", [head, {"Fn::GetAtt": ["Role", "Arn"]}, '"}}}]']]}
    resources = {
        "Control": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Statement": [exact(expected)]}},
        },
        "Account": {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {"ClusterName": {"Ref": "Control"}, "Manifest": manifest},
        },
    }
    report = check(write("a.template.json", {"Resources": resources}), "--show-passed").json
    found = [one["outcome"] for one in report["findings"] if one["policy"] == "irsa-trust-correct"]
    assert found == [outcome]
