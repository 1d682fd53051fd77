"""Values for parameters: on the command line, in a file, in the configuration, from Python and from cfn-lint."""

from __future__ import annotations

import json

import pytest

from eks_guard.api import project_options
from eks_guard.audit import audit
from eks_guard.errors import UsageError
from eks_guard.model.value import Known
from eks_guard.model.version import Version

TEMPLATE = {
    "Parameters": {
        "Version": {"Type": "String", "Default": "1.36", "AllowedPattern": r"1\.\d+"},
        "Public": {"Type": "String", "AllowedValues": ["true", "false"], "Default": "false"},
        "Cidrs": {"Type": "CommaDelimitedList", "Default": "203.0.113.0/24"},
        "Size": {"Type": "Number", "Default": 3},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/eks/version"},
    },
    "Resources": {
        "Plane": {
            "Type": "AWS::EKS::Cluster",
            "Properties": {
                "Version": {"Ref": "Version"},
                "ResourcesVpcConfig": {
                    "EndpointPublicAccess": {"Ref": "Public"},
                    "PublicAccessCidrs": {"Ref": "Cidrs"},
                },
            },
        },
        "Other": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Ref": "Stored"}}},
        "Third": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "{{resolve:ssm:/eks/version}}"}},
    },
}


@pytest.fixture
def versions(write, inspect):
    """The versions of the three clusters, with these options."""

    def seen(*options):
        clusters = inspect(write("Main.template.json", TEMPLATE), *options)
        found = {cluster["id"].rpartition("/")[2]: cluster["version"] for cluster in clusters}
        return tuple(found[name] if isinstance(found[name], str) else None for name in ("Plane", "Other", "Third"))

    return seen


def test_without_a_value_a_parameter_is_unknown_although_it_has_a_default(versions):
    assert versions() == (None, None, None)


def test_a_value_is_what_the_deployment_gets(versions):
    assert versions("--parameters", "Version=1.31") == ("1.31", None, None)
    assert versions("--parameters", "Main:Version=1.32", "--parameters", "Version=1.31") == ("1.32", None, None)
    assert versions("--parameters", "Ma*:Version=1.32") == ("1.32", None, None)


def test_an_ssm_parameter_is_given_by_its_path_or_by_the_parameter_that_reads_it(versions):
    assert versions("--parameters", "/eks/version=1.33") == (None, "1.33", "1.33")
    assert versions("--parameters", "Stored=1.33") == (None, "1.33", None)
    both = ("--parameters", "Stored=/eks/other", "--parameters", "/eks/version=1.33")
    assert versions(*both) == (None, None, "1.33")


@pytest.mark.parametrize(
    "content",
    [
        {"Version": "1.31"},
        {"Parameters": {"Version": "1.31"}},
        [{"ParameterKey": "Version", "ParameterValue": "1.31"}],
        {"Parameters": [{"ParameterKey": "Version", "ParameterValue": "1.31"}]},
    ],
)
def test_a_file_of_values_in_each_of_its_forms(versions, tmp_path, content):
    file = tmp_path / "values.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert versions("--parameters", str(file)) == ("1.31", None, None)
    file.write_text("Version: '1.32'\n", encoding="utf-8")
    assert versions("--parameters", f"file://{file}") == ("1.32", None, None)


def test_the_command_line_wins_over_the_configuration(versions, tmp_path):
    config = tmp_path / "eks-guard.yaml"
    config.write_text("declare:\n  parameters: {Version: '1.30', /eks/version: '1.29'}\n", encoding="utf-8")
    assert versions("--config", config) == ("1.30", "1.29", "1.29")
    assert versions("--config", config, "--parameters", "Version=1.31") == ("1.31", "1.29", "1.29")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("Versoin=1.31", "parameter 'Versoin'; did you mean Version?"),
        ("Else:Version=1.31", "no stack matches 'Else'; available: Main"),
        ("Version=2.1", r"Version of Main: found '2.1', expected text that matches 1\.\d+"),
        ("Public=yes", "found 'yes', expected one of true, false"),
        ("Size=many", "found 'many', expected a number"),
        ("/not/there=1", "no template reads SSM parameter '/not/there'"),
        ("nowhere.json", "found neither KEY=VALUE nor a file"),
        ("=1", "expected KEY=VALUE, STACK:KEY=VALUE or a file"),
    ],
)
def test_a_value_that_no_parameter_takes_is_a_mistake(run, write, given, message):
    result = run("check", write("Main.template.json", TEMPLATE), "--parameters", given)
    assert result.code == 2
    assert message in result.err


def test_a_mistake_in_the_configuration_names_its_place(run, write, tmp_path):
    config = tmp_path / "eks-guard.yaml"
    config.write_text("declare:\n  parameters:\n    Sise: '3'\n", encoding="utf-8")
    result = run("check", write("Main.template.json", TEMPLATE), "--config", config)
    assert result.code == 2
    assert "eks-guard.yaml:3:5: declare.parameters.Sise" in result.err
    assert "did you mean Size?" in result.err


@pytest.mark.parametrize("content", ["[1]", "[{}]", "{", '{"Version": {"a": 1}}', "1"])
def test_a_file_of_another_form_is_a_mistake(run, write, tmp_path, content):
    file = tmp_path / "values.json"
    file.write_text(content, encoding="utf-8")
    result = run("check", write("Main.template.json", TEMPLATE), "--parameters", file)
    assert result.code == 2
    assert "values.json" in result.err


def test_values_decide_what_policies_say(check, write):
    template = write("Main.template.json", TEMPLATE)

    def outcome(*options):
        findings = check(template, "--show-passed", *options).json["findings"]
        return next(
            f["outcome"] for f in findings if f["policy"] == "endpoint-private" and f["subject"]["id"].endswith("Plane")
        )

    opened = ("--parameters", "Public=true", "--parameters", "Cidrs=10.0.0.0/8, 0.0.0.0/0")
    assert outcome() == "unknown"
    assert outcome(*opened) == "fail"
    assert outcome("--parameters", "Public=true", "--parameters", "Cidrs=198.18.0.0/32") == "pass"


@pytest.mark.parametrize("beside", ["AWS::SNS::Topic", "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"])
def test_values_decide_what_is_made_whatever_is_beside_it(check, write, beside):
    """Nested stacks and templates that are handed on are looked for before all else."""
    path = write(
        "T.template.json",
        {
            "Parameters": {"Env": {"Type": "String"}},
            "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
            "Resources": {
                "Beside": {"Type": beside},
                "Old": {"Type": "AWS::EKS::Cluster", "Condition": "Prod", "Properties": {"Version": "1.24"}},
            },
        },
    )
    assert "cluster-version-creatable" not in check(path, "--parameters", "Env=dev").outcomes()
    assert "cluster-version-creatable" in check(path, "--parameters", "Env=prod").outcomes()


def test_python_gives_values_by_keyword(write):
    path = str(write("Main.template.json", TEMPLATE))
    report = audit(project_options(path, today="2026-11-25", config={}, parameters={"Version": "1.31"}))
    assert [c.version for c in report.clusters if c.id.endswith("Plane")] == [Known(Version(1, 31))]
    with pytest.raises(UsageError, match="did you mean Version"):
        audit(project_options(path, today="2026-11-25", config={}, parameters={"Versions": "1.31"}))


def test_cfn_lint_hands_on_its_own_parameters(write, capsys, monkeypatch):
    main = pytest.importorskip("cfnlint.runner").main
    template = write("Main.template.json", TEMPLATE)
    words = ["cfn-lint", "-a", "eks_guard.cfnlint_rules", "-i", "E3", "W", "-t", str(template), "--parameters"]
    for value, failed in (("Version=1.36", False), ("Version=1.21", True)):
        monkeypatch.setattr("sys.argv", [*words, value])
        with pytest.raises(SystemExit):
            main()
        assert ("stopped creating clusters with Kubernetes 1.21" in capsys.readouterr().out) is failed


AT_PLACES = {
    "Conditions": {
        "InFrankfurt": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-central-1"]},
        "InChina": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]},
        "IsOwn": {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "111122223333"]},
        "IsChinese": {"Fn::Equals": [{"Ref": "AWS::URLSuffix"}, "amazonaws.com.cn"]},
    },
    "Resources": {
        name: {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Fn::If": [condition, "1.36", "1.35"]}}}
        for name, condition in (
            ("Region", "InFrankfurt"),
            ("Partition", "InChina"),
            ("Account", "IsOwn"),
            ("Suffix", "IsChinese"),
        )
    },
}


def at(inspect, path, *given):
    options = [option for one in given for option in ("--parameters", one)]
    found = {one["id"].rpartition("/")[2]: one["version"] for one in inspect(path, *options)}
    return {name: version for name, version in found.items() if isinstance(version, str)}


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ([], {}),
        (["AWS::Region=eu-central-1"], {"Region": "1.36", "Partition": "1.35", "Suffix": "1.35"}),
        (["Main:AWS::Region=cn-north-1"], {"Region": "1.35", "Partition": "1.36", "Suffix": "1.36"}),
        (["AWS::Partition=aws-cn"], {"Partition": "1.36", "Suffix": "1.36"}),
        (["AWS::AccountId=111122223333"], {"Account": "1.36"}),
        (
            ["AWS::Region=us-east-1", "AWS::Region=eu-central-1"],
            {"Region": "1.36", "Partition": "1.35", "Suffix": "1.35"},
        ),
    ],
)
def test_where_a_template_is_deployed_can_be_given(write, inspect, given, known):
    assert at(inspect, write("Main.template.json", AT_PLACES), *given) == known


def test_the_configuration_says_where_a_template_is_deployed(write, inspect, tmp_path):
    path = write("Main.template.json", AT_PLACES)
    (tmp_path / "eks-guard.yaml").write_text('declare: {parameters: {"AWS::Region": eu-central-1}}')
    found = inspect(path, "--config", tmp_path / "eks-guard.yaml")
    assert {one["version"] for one in found if one["id"].endswith("/Region")} == {"1.36"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("AWS::Region=frankfurt", "AWS::Region: found 'frankfurt', expected a region such as eu-west-1"),
        ("AWS::AccountId=1", "AWS::AccountId: found '1', expected an account of 12 digits"),
        ("AWS::Partition=cn", "AWS::Partition: found 'cn', expected one of aws-cn, "),
        (
            "AWS::StackName=Main",
            "found AWS::StackName, expected a parameter, AWS::AccountId, AWS::Partition or AWS::Region",
        ),
        ("Other:AWS::Region=eu-west-1", "no stack matches 'Other'; available: Main"),
    ],
)
def test_a_place_that_is_none_is_a_mistake(run, write, given, said):
    result = run("inspect", write("Main.template.json", AT_PLACES), "--parameters", given)
    assert result.code == 2
    assert said in result.err


def test_a_partition_that_the_region_is_not_in_is_a_mistake(run, write):
    given = ("--parameters", "AWS::Region=us-east-1", "--parameters", "AWS::Partition=aws-cn")
    result = run("inspect", write("Main.template.json", AT_PLACES), *given)
    assert "AWS::Partition of Main: found 'aws-cn', expected aws, which is known of it" in result.err


def test_what_the_app_says_of_a_stack_is_not_changed(run, inspect, tmp_path):
    properties = {"templateFile": "Main.template.json"}
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-central-1",
        "properties": properties,
    }
    (tmp_path / "Main.template.json").write_text(json.dumps(AT_PLACES))
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "38.0.0", "artifacts": {"Main": artifact}}))
    assert at(inspect, tmp_path, "AWS::AccountId=111122223333")["Region"] == "1.36"
    result = run("inspect", tmp_path, "--parameters", "AWS::Region=us-east-1")
    assert "AWS::Region of Main: found 'us-east-1', expected eu-central-1, which is known of it" in result.err
