"""Python apps: CDK writes no lines of them unless it is asked to."""

from __future__ import annotations

import pytest

CLUSTER = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
STACK = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}


@pytest.mark.parametrize(("app", "told"), [("python3 app.py", True), ("npx ts-node app.ts", False)])
def test_a_python_app_without_lines_is_told_how_to_get_them(run, write, app, told):
    write("cdk.json", {"app": app}, "app")
    write("S.template.json", CLUSTER, "app/cdk.out")
    folder = write("manifest.json", {"version": "36.0.0", "artifacts": {"S": STACK}}, "app/cdk.out").parent
    result = run("check", folder)
    assert result.code == 1
    assert ("JSII_HOST_STACK_TRACES=1" in result.err) is told


def test_nothing_is_told_where_nothing_is_shown(run, write):
    write("cdk.json", {"app": "python3 app.py"}, "app")
    write("S.template.json", {"Resources": {}}, "app/cdk.out")
    folder = write("manifest.json", {"version": "36.0.0", "artifacts": {"S": STACK}}, "app/cdk.out").parent
    assert "JSII" not in run("check", folder).err
