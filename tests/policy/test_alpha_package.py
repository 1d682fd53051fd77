"""A handler out of the alpha package of aws-eks-v2 is mended by leaving that package, not by a newer aws-cdk-lib."""

from __future__ import annotations

import pytest

ALPHA, LIBRARY = "@aws-cdk/aws-eks-v2-alpha", "aws-cdk-lib.aws_eks_v2"


@pytest.fixture
def fix_of(assembly, check):
    """The fix of a handler with a runtime that has ended, in an app whose cluster is of some class."""

    def call(class_, policy="handler-runtime-supported"):
        template = {
            "Resources": {
                "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}},
                "Cook": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Runtime": "python3.7", "Handler": "index.handler"},
                    "Metadata": {"aws:cdk:path": "App/Plane/Provider/Cook/Resource"},
                },
                "Dish": {
                    "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                    "Properties": {
                        "ServiceToken": {"Fn::GetAtt": ["Cook", "Arn"]},
                        "ClusterName": {"Ref": "Plane"},
                        "Manifest": "[]",
                    },
                },
            }
        }
        made = {"id": "Plane", "path": "App/Plane", "constructInfo": {"fqn": class_, "version": "2.240.0"}}
        tree = {"id": "", "path": "", "children": {"App": {"id": "App", "path": "App", "children": {"Plane": made}}}}
        folder = assembly(
            {"App": "App.template.json"}, App__template__json=template, tree__json={"version": "tree-0.1", "tree": tree}
        )
        found = [row for row in check(folder).json["findings"] if row["policy"] == policy]
        assert [row["outcome"] for row in found] == ["fail"]
        return str(found[0])

    return call


def test_a_handler_of_the_alpha_package_leaves_it(fix_of):
    said = fix_of(f"{ALPHA}.Cluster")
    assert "npm uninstall @aws-cdk/aws-eks-v2-alpha" in said
    assert "aws-cdk-lib/aws-eks-v2" in said
    assert "aws-cdk-lib@latest" not in said


def test_a_handler_of_the_library_is_upgraded_with_it(fix_of):
    said = fix_of(f"{LIBRARY}.Cluster")
    assert "aws-cdk-lib@latest" in said
    assert "alpha" not in said
