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
