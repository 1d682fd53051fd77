"""The lines to write: in the language of the app, for its version, and such that no fix undoes another."""

from __future__ import annotations

import json

import pytest
import yaml
from conftest import SAMPLES

from eks_guard.assembly.project import app_language, loads_by_require
from eks_guard.model.fix import Disposition, Language, as_javascript
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.report.edits import edits_for

OLD = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
COMMANDS = [
    ("npx ts-node --prefer-ts-exts bin/app.ts", Language.TYPESCRIPT),
    ("node bin/app.js", Language.JAVASCRIPT),
    ("node --enable-source-maps bin/app.mjs", Language.TYPESCRIPT),
    ("python3 app.py", Language.PYTHON),
    ("mvn -e -q compile exec:java", Language.JAVA),
    ("./gradlew run", Language.JAVA),
    ("dotnet run --project src/App/App.csproj", Language.CSHARP),
    ("go mod download && go run app.go", Language.GO),
    ("./synth.sh", None),
]


@pytest.mark.parametrize(("command", "language"), COMMANDS)
def test_cdk_json_names_the_language(tmp_path, command, language):
    (tmp_path / "cdk.json").write_text(json.dumps({"app": command}), encoding="utf-8")
    assert app_language(tmp_path) is language


@pytest.mark.parametrize(
    ("file", "beside", "language"),
    [
        ("bin/app.js", {"bin/app.js": "const { App } = require('aws-cdk-lib');\n// import {\n"}, Language.JAVASCRIPT),
        ("bin/app.js", {"bin/app.js": "import {\n  App,\n} from 'aws-cdk-lib';\n"}, Language.TYPESCRIPT),
        ("bin/app.js", {"bin/app.js": "const x = require('x')", "tsconfig.json": "{}"}, Language.TYPESCRIPT),
        ("bin/app.js", {"package.json": '{"type": "module"}'}, Language.TYPESCRIPT),
        ("bin/app.js", {"package.json": "{}"}, Language.JAVASCRIPT),
        ("../bin/app.js", {"package.json": '{"type": "module"}'}, Language.TYPESCRIPT),
        ("bin/app.cjs", {"package.json": '{"type": "module"}'}, Language.JAVASCRIPT),
        ("bin/app.ts", {}, Language.TYPESCRIPT),
    ],
)
def test_javascript_is_told_from_what_has_imports(tmp_path, file, beside, language):
    for name, text in {**beside, "cdk.json": json.dumps({"app": f"node {file}"})}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert app_language(tmp_path) is language


def test_no_file_out_of_the_project_is_read(tmp_path):
    (tmp_path / "app.js").write_text("import { App } from 'aws-cdk-lib';", encoding="utf-8")
    (tmp_path / "project").mkdir()
    assert loads_by_require(tmp_path / "project", "../app.js")


def test_the_lines_for_javascript_run_as_they_are():
    lines = {
        "import * as kms from 'aws-cdk-lib/aws-kms';": "const kms = require('aws-cdk-lib/aws-kms');",
        "import { A, B } from '@aws-cdk/x';": "const { A, B } = require('@aws-cdk/x');",
        "role: cluster.kubectlRole!.roleArn,": "role: cluster.kubectlRole.roleArn,",
        "if (a != b) {": "if (a != b) {",
    }
    assert {line: as_javascript(line) for line in lines} == lines
    shown = [
        line
        for pack in builtin_packs()
        for policy in load_pack(pack)
        for _, edit in edits_for(policy.fix, Language.JAVASCRIPT)
        for line in edit.code.splitlines()
    ]
    assert any("require(" in line for line in shown)
    assert not any(line.startswith("import ") or "!." in line for line in shown)


@pytest.mark.parametrize("command", [("check",), ("check", "--format", "markdown"), ("upgrade",)])
def test_an_app_in_javascript_is_given_no_import(run, command):
    out = run(*command, SAMPLES / "payment-no-layer" / "cdk.out").out
    assert "= require('@aws-cdk/lambda-layer-kubectl-v" in out
    assert "import " not in out


@pytest.fixture
def said(assembly, run):
    """The text report of a 1.28 cluster in an app of some command, or of its template alone."""

    def call(command):
        folder = assembly({"App": "App.template.json"}, App__template__json=OLD)
        (folder.parent / "cdk.json").write_text(json.dumps({"app": command}), encoding="utf-8")
        return run("check", folder, "--today", "2026-11-24").out

    return call


@pytest.mark.parametrize(
    ("command", "heading"),
    [
        ("mvn -e -q compile exec:java", "TypeScript; Java has the same names"),
        ("dotnet run", "TypeScript; C# has the same names"),
        ("go run app.go", "TypeScript; Go has the same names"),
    ],
)
def test_an_app_in_another_language_is_not_given_packages_of_npm(said, command, heading):
    out = said(command)
    assert heading in out
    assert "version: '1.36'" in out
    assert "npm install" not in out
    assert "import " not in out


def test_a_template_of_its_own_is_mended_in_yaml(run, write):
    template = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.28"}}}}
    out = run("check", write("eks.template.json", template), "--today", "2026-11-24").out
    assert 'Version: "1.36"' in out
    assert "eks.KubernetesVersion" not in out
    assert "EndpointPrivateAccess: true" in out


class CloudFormationLoader(yaml.SafeLoader):
    """YAML with the short forms of functions, each as one text."""


CloudFormationLoader.add_multi_constructor("!", lambda *_: "a reference")


def test_yaml_of_every_fix_is_properties():
    for policy in (policy for pack in builtin_packs() for policy in load_pack(pack)):
        edit = policy.fix.edit(Language.CLOUDFORMATION) if policy.fix else None
        if edit and not edit.lines.startswith("#"):
            found = yaml.load(edit.lines, Loader=CloudFormationLoader)
            assert all(key[0].isupper() for key in found), policy.id


@pytest.mark.parametrize(
    ("instances", "ami", "successor"),
    [
        (["m7g.large"], "AL2_ARM_64", "AL2023_ARM_64_STANDARD"),
        (["g5g.xlarge"], "AL2_ARM_64", "AL2023_ARM_64_NVIDIA"),
        (["g5.xlarge", "g6.xlarge"], "AL2_x86_64_GPU", "AL2023_x86_64_NVIDIA"),
        (["inf2.xlarge"], "AL2_x86_64_GPU", "AL2023_x86_64_NEURON"),
        (["trn1.2xlarge"], "AL2_x86_64_GPU", "AL2023_x86_64_NEURON"),
        (None, "AL2_x86_64", "AL2023_x86_64_STANDARD"),
    ],
)
def test_the_ami_type_to_name_fits_architecture_and_accelerator(check, write, instances, ami, successor):
    group = {"ClusterName": {"Ref": "C"}, "AmiType": ami, **({"InstanceTypes": instances} if instances else {})}
    template = {
        "Resources": {
            "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34"}},
            "N": {"Type": "AWS::EKS::Nodegroup", "Properties": group},
        }
    }
    (found,) = check(write("T.template.json", template), "--select", "node-ami-supported").json["findings"]
    assert found["fix"]["title"] == f"Set the AMI type to {successor}"
    (edit,) = found["fix"]["edits"]
    assert edit == {"language": "cloudformation", "install": [], "imports": [], "lines": f"AmiType: {successor}"}


def test_fixes_of_one_cluster_agree_on_its_version(check):
    findings = {f["policy"]: f for f in check(SAMPLES / "payment-wrong-layer" / "cdk.out").json["findings"]}
    raised = findings["cluster-version-creatable"]["fix"]["typescript"].splitlines()
    layered = findings["kubectl-version-skew"]["fix"]["typescript"].splitlines()
    assert raised[-2:] == [
        "version: eks.KubernetesVersion.V1_36,",
        "kubectlLayer: new KubectlV36Layer(this, 'Kubectl')",
    ]
    assert layered[: len(raised)] == raised
    assert layered[len(raised) :] == [
        "// while the version stays 1.28:",
        "// npm install @aws-cdk/lambda-layer-kubectl-v28",
        "// import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';",
        "// kubectlLayer: new KubectlV28Layer(this, 'Kubectl')",
    ]


def test_a_layer_alone_is_that_of_the_version_where_nothing_raises_it(check):
    (found,) = check(
        SAMPLES / "payment-wrong-layer" / "cdk.out", "--select", "kubectl-version-skew", today="2024-06-01"
    ).json["findings"]
    assert found["fix"]["disposition"] == "safe"
    edit = found["fix"]["edits"][0]
    assert edit["install"] == ["npm install @aws-cdk/lambda-layer-kubectl-v28"]
    assert edit["imports"] == ["import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';"]
    assert edit["lines"] == "kubectlLayer: new KubectlV28Layer(this, 'Kubectl')"


def test_a_fix_may_be_written_as_lines_or_in_parts(run, write, tmp_path):
    own = {
        "id": "own-parts", "title": "t", "severity": "low", "match": "cluster", "rationale": "R.", "remediation": "Do it.",
        "expect": [{"fact": "access.authentication_mode", "equals": "API"}],
        "fix": {
            "title": "Write it",
            "disposition": "safe",
            "typescript": {"install": "npm install x", "import": "import { X } from 'x';", "lines": "x: new X()"},
            "python": "x=X()",
        },
    }  # fmt: skip
    path = write("own-parts.yaml", yaml.safe_dump(own))
    found = run("check", write("T.template.json", OLD), "--policy", path, "--select", "own-parts", "--format", "json")
    (finding,) = found.json["findings"]
    assert finding["fix"]["typescript"] == "npm install x\nimport { X } from 'x';\nx: new X()"
    assert (finding["fix"]["title"], finding["fix"]["disposition"]) == ("Write it", "safe")
    assert [edit["language"] for edit in finding["fix"]["edits"]] == ["typescript", "python"]


def test_every_built_in_fix_says_whether_it_needs_a_review():
    fixes = [policy.fix for pack in builtin_packs() for policy in load_pack(pack)]
    assert {fix.disposition for fix in fixes if fix} == set(Disposition)
    assert all(edits_for(fix, Language.TYPESCRIPT) for fix in fixes)


@pytest.mark.parametrize(
    ("written", "kind", "replacement"),
    [("autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2"), ("batch/v1beta1", "CronJob", "batch/v1")],
)
def test_the_api_version_to_write_is_the_one_that_replaces_the_object_s(run, write, written, kind, replacement):
    """It was the example of the policy, `policy/v1`, for every kind."""
    manifest = json.dumps([{"apiVersion": written, "kind": kind, "metadata": {"name": "web"}}])
    consumer = {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": {"Ref": "C"}, "Manifest": manifest}
    template = {
        "Resources": {
            "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "Handler": {"Type": "AWS::Lambda::Function", "Properties": {}},
            "M": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": consumer},
        }
    }
    said = run("check", write("T.template.json", template), "--select", "api-version-served").out
    assert f"apiVersion: '{replacement}'  // instead of {written}" in said
    assert f'"apiVersion": "{replacement}"  # instead of {written}' in said
    assert "policy/v1" not in said


def network(kind, *public):
    """A cluster in subnets that give public addresses or do not."""
    names = [f"Subnet{index}" for index in range(len(public))]
    subnets = {
        name: {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "MapPublicIpOnLaunch": is_public}}
        for name, is_public in zip(names, public, strict=True)
    }
    refs = [{"Ref": name} for name in names]
    properties = {
        "Custom::AWSCDK-EKS-Cluster": {"Config": {"version": "1.36", "resourcesVpcConfig": {"subnetIds": refs}}},
        "AWS::EKS::Cluster": {"Version": "1.36", "ResourcesVpcConfig": {"SubnetIds": refs}},
    }
    return {"Resources": {"C": {"Type": kind, "Properties": properties[kind]}, **subnets}}


@pytest.mark.parametrize(
    ("app", "is_first"),
    [
        (network("Custom::AWSCDK-EKS-Cluster", True, True), True),
        (network("Custom::AWSCDK-EKS-Cluster", True, False), False),
        (network("Custom::AWSCDK-EKS-Cluster"), False),
        (network("AWS::EKS::Cluster", True, True), False),
    ],
)
@pytest.mark.parametrize("policy", ["endpoint-private", "cis-endpoint-private"])
def test_a_cluster_in_public_subnets_gets_private_ones_before_its_endpoint(run, write, policy, app, is_first):
    """CDK: "Vpc must contain private subnets when public endpoint access is disabled"."""
    path = write("T.template.json", app)
    (finding,) = run("check", path, "--select", policy, "--format", "json", "--today", "2026-11-24").json["findings"]
    assert ("Give the VPC private subnets" in finding["remediation"]) is is_first
    assert ("PRIVATE_WITH_EGRESS" in finding["fix"]["typescript"]) is is_first
    assert ("PRIVATE_WITH_EGRESS" in finding["fix"]["python"]) is is_first


def advice(check, write, version, policy, today):
    template = {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": version}}}}
    (found,) = check(write("T.template.json", template), "--select", policy, today=today).json["findings"]
    return found["remediation"], found["fix"]["edits"][0]["lines"]


def test_a_cluster_without_kubectl_is_told_of_no_layer(check, write):
    created, _ = advice(check, write, "1.28", "cluster-version-creatable", "2026-11-24")
    raised, _ = advice(check, write, "1.32", "cluster-version-supported", "2026-06-01")
    assert "layer" not in f"{created} {raised}"
    assert raised.startswith("Raise the version by one minor, then update the node groups and add-ons.")


@pytest.mark.parametrize(
    ("today", "further"),
    [
        ("2026-08-01", ""),
        ("2026-11-24", " Standard support for 1.34 ends on 2026-12-02, so deploy 1.35 after it."),
        ("2026-12-24", " Standard support for 1.34 ended on 2026-12-02, so deploy 1.35 after it."),
    ],
)
def test_an_upgrade_to_a_version_that_ends_soon_says_what_follows(check, write, today, further):
    said, lines = advice(check, write, "1.33", "cluster-version-supported", today)
    assert lines == 'Version: "1.34"'
    assert f"add-ons.{further} `eks-guard upgrade` plans the way." in said
