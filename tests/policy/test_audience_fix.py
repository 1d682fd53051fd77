"""What is said of a provider without the audience of pods is about the provider."""

from __future__ import annotations


def test_the_lines_add_the_audience(check, write):
    issuer = {"Fn::GetAtt": ["Plane", "OpenIdConnectIssuerUrl"]}
    resources = {
        "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}},
        "Issuer": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": issuer, "ClientIdList": ["ovens"]}},
    }
    template = write("T.template.json", {"Resources": resources})
    (found,) = check(template, "--select", "irsa-trust-correct").json["findings"]
    assert found["remediation"].startswith("Add the audience sts.amazonaws.com")
    assert "ClientIdList:" in found["fix"]["edits"][-1]["lines"]
