"""The lines that auto-mode-consistent prints make what it fails pass."""

from __future__ import annotations

import pytest
import yaml

ON = {
    "ComputeConfig": {"Enabled": True},
    "StorageConfig": {"BlockStorage": {"Enabled": True}},
    "KubernetesNetworkConfig": {"ElasticLoadBalancing": {"Enabled": True}},
}
ROLE = "arn:aws:iam::111122223333:role/ovens"
MISTAKES = {
    "default add-ons": {**ON, "BootstrapSelfManagedAddons": True},
    "pools without a role": {**ON, "ComputeConfig": {"Enabled": True, "NodePools": ["system"]}},
    "a role without pools": {**ON, "ComputeConfig": {"Enabled": True, "NodeRoleArn": ROLE}},
    "one switch": {"ComputeConfig": {"Enabled": True}},
}


class _Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation as an ARN."""


_Loader.add_constructor("!GetAtt", lambda *_: ROLE)


@pytest.mark.parametrize("properties", MISTAKES.values(), ids=MISTAKES)
def test_the_lines_make_the_cluster_pass(check, write, properties):
    (found,) = _judged(check, write, properties)
    (edit,) = [one for one in found["fix"]["edits"] if one["language"] == "cloudformation"]
    lines = yaml.load(edit["lines"], _Loader)
    merged = {
        key: {**properties.get(key, {}), **value} if isinstance(value, dict) else value for key, value in lines.items()
    }
    assert not _judged(check, write, {**properties, **merged})


def test_what_to_do_is_about_what_is_wrong(check, write):
    (found,) = _judged(check, write, MISTAKES["pools without a role"])
    assert found["remediation"] == "Give the node pools a role for their nodes."


def _judged(check, write, properties):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35", **properties}}
    template = write("T.template.json", {"Resources": {"Plane": cluster}})
    return check(template, "--select", "auto-mode-consistent").json["findings"]
