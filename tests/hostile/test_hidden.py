"""Whatever may bring a cluster that was not judged makes the audit incomplete: said, and a failure with `--strict`."""

from __future__ import annotations

import json
import zipfile

import pytest

OLD = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.24"}}
TOPIC = {"Type": "AWS::SNS::Topic"}
DIGEST = "c" * 64
URL = {"Fn::Sub": f"https://s3.${{AWS::Region}}.amazonaws.com/staging/{DIGEST}.json"}
LOOP = {"Fn::ForEach::Fleet": ["Name", {"Ref": "Names"}, {"${Name}Cluster": OLD}]}
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://shelf/part.json"}}
STACK_SET = {"PermissionModel": "SERVICE_MANAGED", "StackSetName": "everywhere"}

BROUGHT = {
    "a macro over the template": {"Transform": "Company::Expand", "Resources": {"Topic": TOPIC}},
    "an include over the template": {"Transform": [INCLUDE], "Resources": {"Topic": TOPIC}},
    "an include among the resources": {"Resources": {"Topic": TOPIC, "Fn::Transform": INCLUDE}},
    "an include in a cluster": {
        "Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {"Fn::Transform": INCLUDE}}}
    },
    "a loop over a parameter": {"Parameters": {"Names": {"Type": "CommaDelimitedList"}}, "Resources": LOOP},
    "a nested stack elsewhere": {
        "Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x/y.json"}}}
    },
    "a product that is launched": {
        "Resources": {"P": {"Type": "AWS::ServiceCatalog::CloudFormationProvisionedProduct"}}
    },
    "a product elsewhere": {
        "Resources": {
            "P": {
                "Type": "AWS::ServiceCatalog::CloudFormationProduct",
                "Properties": {
                    "ProvisioningArtifactParameters": [{"Info": {"LoadTemplateFromURL": "https://x/y.json"}}]
                },
            }
        }
    },
    "a serverless application": {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "A": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "a"}}}
        },
    },
    "a module": {"Resources": {"M": {"Type": "Company::Platform::Base::MODULE"}}},
    "a cluster of another publisher": {"Resources": {"C": {"Type": "Elsewhere::EKS::Cluster"}}},
    "a chart of another publisher": {"Resources": {"C": {"Type": "Elsewhere::Kubernetes::Helm"}}},
    "the custom resource of aws-eks under another name": {
        "Resources": {"C": {"Type": "Custom::Platform", "Properties": {"Config": {"resourcesVpcConfig": {}}}}}
    },
    "a manifest under another name": {
        "Resources": {"M": {"Type": "Custom::Apply", "Properties": {"ClusterName": "c", "Manifest": "[]"}}}
    },
    "a provider of aws-eks": {
        "Resources": {
            "X": {
                "Type": "AWS::CloudFormation::CustomResource",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["awscdkawseksKubectlProviderNestedStack", "Outputs.A"]}},
            }
        }
    },
}


@pytest.mark.parametrize("body", BROUGHT.values(), ids=BROUGHT)
def test_what_a_template_may_bring_is_named(check, write, body):
    path = write("T.template.json", body)
    found = check(path)
    assert found.code == 0
    assert found.json["complete"] is False
    (entry,) = found.json["not_judged"]
    assert entry["where"] == "T.template.json"
    assert check(path, "--strict").code == 1


def test_an_include_in_the_short_form_of_yaml_is_named(check, write):
    vpc = "!Transform {Name: AWS::Include, Parameters: {Location: s3://shelf/part.yaml}}"
    body = f"Resources:\n  C: {{Type: AWS::EKS::Cluster, Properties: {{Version: '1.36', ResourcesVpcConfig: {vpc}}}}}\n"
    path = write("T.yaml", "")
    path.write_text(body, encoding="utf-8")
    assert [entry["what"] for entry in check(path).json["not_judged"]] == ["C"]


@pytest.mark.parametrize("name", ["list.yaml", "list.json"])
def test_templates_in_a_list_are_read_in_the_form_of_their_file(check, write, name):
    path = write(name, "")
    short = "[{Resources: {C: {Type: AWS::EKS::Cluster, Properties: {Version: '1.24'}}}}]"
    path.write_text(short if name.endswith("yaml") else json.dumps([{"Resources": {"C": OLD}}]), encoding="utf-8")
    assert "cluster-version-creatable" in check(path).outcomes()


HARMLESS = {
    "extensions of the language": {"Transform": "AWS::LanguageExtensions", "Resources": {"Topic": TOPIC}},
    "a loop over topics": {"Resources": {"Fn::ForEach::T": ["N", ["a"], {"T${N}": TOPIC}]}},
    "an API's description": {
        "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"Fn::Transform": INCLUDE}}}}
    },
    "another custom resource": {"Resources": {"X": {"Type": "Custom::Seed", "Properties": {"Manifest": "x"}}}},
    "text transformations": {
        "Resources": {"W": {"Type": "AWS::WAFv2::WebACL", "Properties": {"TextTransformations": []}}}
    },
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_brings_nothing_of_eks_is_passed_over(check, write, body):
    assert check(write("T.template.json", body), "--strict").json["complete"] is True


HANDED_ON = {
    "text in a stack set": {
        "Type": "AWS::CloudFormation::StackSet",
        "Properties": {**STACK_SET, "TemplateBody": json.dumps({"Resources": {"C": OLD}})},
    },
    "YAML in a stack set": {
        "Type": "AWS::CloudFormation::StackSet",
        "Properties": {
            **STACK_SET,
            "TemplateBody": "Resources:\n  C: {Type: 'AWS::EKS::Cluster', Properties: {Version: '1.24'}}",
        },
    },
    "an asset of a stack set": {
        "Type": "AWS::CloudFormation::StackSet",
        "Properties": {**STACK_SET, "TemplateURL": URL},
    },
    "an asset of a product": {
        "Type": "AWS::ServiceCatalog::CloudFormationProduct",
        "Properties": {"ProvisioningArtifactParameters": [{"Info": {"LoadTemplateFromURL": URL}}]},
    },
}


@pytest.mark.parametrize("resource", HANDED_ON.values(), ids=HANDED_ON)
def test_a_template_that_is_handed_on_is_judged_as_one_of_its_own(check, assembly, resource):
    files = {"a__json": {"Resources": {"Hand": resource}}, f"{DIGEST}__json": {"Resources": {"C": OLD}}}
    found = check(assembly({"App": "a.json"}, **files))
    assert "cluster-version-creatable" in found.outcomes()
    assert {finding["subject"]["stack"] for finding in found.json["findings"]} == {"App/Hand"}
    assert all(finding["location"]["line"] for finding in found.json["findings"])


def test_a_template_that_is_handed_on_has_a_name_that_aws_makes_up(run, check, assembly):
    inner = {"Resources": {"C": {**OLD, "Properties": {"Version": "1.24", "Name": {"Ref": "AWS::StackName"}}}}}
    body = {"Type": "AWS::CloudFormation::StackSet", "Properties": {**STACK_SET, "TemplateBody": json.dumps(inner)}}
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"App": body}})
    assert not any("as one stack" in note for note in check(folder).json["notes"])
    name = run("inspect", folder, "--format", "json").json["clusters"][0]["name"]
    assert name == {"unknown": "AWS::StackName is decided when the stack is deployed"}


def test_the_template_of_a_nested_stack_that_is_never_deployed_is_not_told(check, assembly):
    def nested(file: str) -> dict[str, object]:
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": file}}

    outer = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"N": {**nested("n.json"), "Condition": "Never"}},
    }
    inner = {"Resources": {"C": OLD, "Deeper": nested("d.json")}}
    files = {"a__json": outer, "n__json": inner, "d__json": {"Resources": {"C": OLD}}}
    assert check(assembly({"App": "a.json"}, **files), "--strict").code == 0


@pytest.mark.parametrize(
    "name", ["old.template", "old.JSON", "old.YML", "deeper/old.json", "app/old.nested.template.json"]
)
def test_a_template_counts_whatever_its_name(check, write, name):
    write("topic.json", {"Resources": {"Topic": TOPIC}})
    write(name, {"Resources": {"C": OLD}})
    assert check(write("topic.json", {"Resources": {"Topic": TOPIC}}).parent, "--strict").code == 1


@pytest.mark.parametrize(("content", "code"), [('{"Resour', 3), ("", 1), ("\n", 1)])
def test_a_file_that_may_have_been_a_template_is_told(check, write, content, code):
    write("old.json", content)
    assert check(write("topic.json", {"Resources": {"Topic": TOPIC}}).parent, "--strict").code == code


@pytest.mark.parametrize(
    "text", ["Resources:\n  C:\n", "Resources:\n  T: {Type: 'AWS::SNS::Topic'}\n  C:\n    Type:\n"]
)
def test_yaml_that_ends_behind_a_key_is_told(check, write, text):
    result = check(write("old.yaml", text), "--strict")
    assert result.code == 1
    assert "C" in [row["what"] for row in result.json["not_judged"]]


def test_a_template_that_cannot_be_read_is_told_once(check, write):
    folder = write("old.yaml", "Resources:\n  C: {Type: 'AWS::EKS::Cluster'}\n...\nmore: 1\n").parent
    result = check(folder)
    assert result.code == 3
    assert [problem.partition(":")[0] for problem in result.json["problems"]] == ["old.yaml"]
    assert result.json["not_judged"] == []


@pytest.mark.parametrize("resource", [None, "AWS::EKS::Cluster", [OLD], {"Properties": {}}])
def test_an_entry_of_resources_that_is_none_is_told(check, write, resource):
    result = check(write("T.template.json", {"Resources": {"C": OLD, "D": resource}}))
    assert [row["what"] for row in result.json["not_judged"]] == ["D"]


@pytest.mark.parametrize("name", ["Old.template.json", "assembly-Live/Old.template.json", "old.yaml"])
def test_a_template_that_no_manifest_lists_is_told(check, assembly, name):
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"Topic": TOPIC}})
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps({"Resources": {"C": OLD}}), encoding="utf-8")
    found = check(folder, "--strict")
    assert found.code == 1
    assert [entry["where"] for entry in found.json["not_judged"]] == [name]


def test_a_stale_template_without_eks_is_a_note_only(check, assembly):
    folder = assembly(
        {"App": "a.json"}, a__json={"Resources": {"T": TOPIC}}, b__template__json={"Resources": {"T": TOPIC}}
    )
    assert check(folder, "--strict").code == 0


def test_an_artifact_of_unknown_type_is_told(check, assembly):
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"Topic": TOPIC}})
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"]["Next"] = {"type": "cdk:stack-of-tomorrow"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert [entry["what"] for entry in check(folder).json["not_judged"]] == ["Next"]


def test_a_nested_template_that_only_looks_right_is_told(check, assembly):
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://x/y", "Parameters": {"P": "1"}},
    }
    other = {"Parameters": {"P": {"Type": "String"}}, "Resources": {"Topic": TOPIC}}
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"N": nested}}, Z1__nested__template__json=other)
    assert "because it looks like it" in check(folder).json["not_judged"][0]["why"]


def test_what_stack_leaves_out_is_named_and_fails_nothing(check, assembly):
    folder = assembly(
        {"App": "a.json", "Eks": "e.json"}, a__json={"Resources": {"T": TOPIC}}, e__json={"Resources": {"C": OLD}}
    )
    found = check(folder, "--stack", "App", "--strict")
    assert found.code == 0
    assert [(entry["what"], entry["chosen"]) for entry in found.json["not_judged"]] == [("Eks", True)]
    assert found.json["complete"] is True


def test_what_only_names_a_type_of_eks_is_not_left_out(check, assembly):
    about = {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"ResourceType": "AWS::EKS::Cluster"}}
    folder = assembly(
        {"App": "a.json", "Eks": "e.json"}, a__json={"Resources": {"R": about}}, e__json={"Resources": {"C": OLD}}
    )
    assert check(folder, "--stack", "Eks").json["not_judged"] == []


def test_an_acknowledgement_on_a_construct_named_star_covers_that_construct_only(check, assembly):
    body = {"Resources": {"C": {**OLD, "Metadata": {"aws:cdk:path": "App/C/Resource"}}}}
    folder = assembly({"App": "a.json"}, a__json=body)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entry = {"type": "aws:cdk:acknowledged-rules", "data": {"eks-guard::cluster-version-creatable": "fine"}}
    manifest["artifacts"]["App"]["metadata"] = {"/App/*": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "cluster-version-creatable" in check(folder).outcomes()


@pytest.mark.parametrize("kind", ["AWS::EKS::Cluster", "AWS::EK\\u0053::Cluster"], ids=["by its letters", "by escapes"])
def test_another_app_of_an_archive_that_was_not_chosen_is_told(check, tmp_path, kind):
    """Found by hand: an empty app that lies less deep than the real one was audited alone, and nothing was said."""
    path = tmp_path / "apps.zip"
    listed = {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("decoy/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {}}))
        archive.writestr("apps/shop/cdk.out/manifest.json", json.dumps({"version": "36.0.0", "artifacts": listed}))
        archive.writestr("apps/shop/cdk.out/S.template.json", f'{{"Resources": {{"C": {{"Type": "{kind}"}}}}}}')
    result = check(path, "--strict")
    assert result.code == 1
    assert [found["where"] for found in result.json["not_judged"]] == ["apps/shop/cdk.out"]
    assert check(f"{path}!apps/shop/cdk.out").json["summary"]["clusters"] == 1


def test_a_nested_stack_deploys_what_its_url_names_whatever_the_metadata_says(check, assembly):
    good, other = {"Resources": {"C": OLD | {"Properties": {"Version": "1.35"}}}}, "https://s3.amazonaws.com/b/"
    metadata = {"aws:asset:path": "good.json", "aws:asset:property": "TemplateURL"}
    for url in (f"{other}cluster.json", f"{other}{'a' * 64}/{'b' * 64}.json", f"{other}cluster.json?x={'a' * 64}"):
        nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}, "Metadata": metadata}
        files = {"a__json": {"Resources": {"N": nested}}, "good__json": good, "bad__json": {"Resources": {"C": OLD}}}
        told = check(assembly({"App": "a.json"}, **files), "--strict")
        assert (told.code, told.json["complete"]) == (1, False)
        assert not told.json["findings"]


@pytest.mark.parametrize(
    ("key", "versions"),
    [(f"team-{DIGEST}.json", ["1.35"]), (f"{DIGEST}.template.json", ["1.35"]), (f"team-{'d' * 64}.json", [])],
)
def test_a_nested_stack_deploys_the_asset_of_its_key(run, assembly, key, versions):
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"https://s3.eu-central-1.amazonaws.com/b/{key}"},
        "Metadata": {"aws:cdk:path": "App/N.NestedStack/N.NestedStackResource"},
    }
    good = {"Resources": {"C": OLD | {"Properties": {"Version": "1.35"}}}}
    other = {"Resources": {"C": OLD}}
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"N": nested}}, good__json=good, other__json=other)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["App"]["metadata"] = {"/App/N": [{"type": "aws:cdk:templateFile", "data": "other.json"}]}
    manifest["artifacts"]["A"] = {"type": "cdk:asset-manifest", "properties": {"file": "App.assets.json"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    files = {DIGEST: {"source": {"path": "good.json"}}}
    (folder / "App.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}))
    clusters = run("inspect", folder, "--format", "json").json["clusters"]
    assert [cluster["version"] for cluster in clusters] == versions


@pytest.mark.parametrize(
    ("name", "other", "properties"),
    [
        ("Role", {"Type": "AWS::IAM::Role", "Properties": {}}, {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}),
        ("Sub", {"Type": "AWS::EC2::Subnet"}, {"ResourcesVpcConfig": {"SubnetIds": [{"Ref": "Sub"}, "subnet-0b"]}}),
    ],
)
def test_what_is_never_made_proves_nothing_and_is_told(check, assembly, name, other, properties):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35", **properties}}
    resources = {"C": cluster, name: other | {"Condition": "Never"}}
    alone = {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}, "Resources": resources}
    told = check(assembly({"App": "a.json"}, a__json=alone), "--show-passed")
    (note,) = told.json["notes"]
    assert f'"Unresolved resource dependencies [{name}]"' in note
    guarded = alone | {"Resources": {**resources, "C": cluster | {"Condition": "Never"}}}
    assert "Unresolved" not in str(check(assembly({"App": "a.json"}, a__json=guarded)).json["notes"])


def test_a_layer_has_the_content_that_its_key_names_whatever_the_metadata_says(check, assembly, tmp_path):
    folder = assembly({"App": "a.json"}, a__json=layered("f" * 64, {"aws:asset:path": "asset.good.zip"}))
    with zipfile.ZipFile(folder / "asset.good.zip", "w") as archive:
        archive.writestr("kubectl/kubectl", "kubectl v1.35.0")
    told = check(folder).json["findings"]
    assert {one["outcome"] for one in told if one["policy"] == "kubectl-version-skew"} == {"unknown"}


def layered(digest: str, metadata: dict[str, str]) -> dict[str, object]:
    """A cluster, a manifest, and the handler with a layer that applies it."""
    handler = {"Runtime": "python3.13", "Handler": "index.handler", "Layers": [{"Ref": "Layer"}]}
    manifest = {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": {"Ref": "C"}, "Manifest": "[]"}
    content = {"Content": {"S3Bucket": "b", "S3Key": f"{digest}.zip"}}
    return {
        "Resources": {
            "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}},
            "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": content, "Metadata": metadata},
            "Handler": {"Type": "AWS::Lambda::Function", "Properties": handler},
            "M": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": manifest},
        }
    }


def test_an_inspection_says_what_it_does_not_show(run, check, assembly):
    folder = assembly({"App": "a.json"}, a__json={"Resources": {"S": {"Type": "AWS::CloudFormation::StackSet"}}})
    told = run("inspect", folder).err
    assert "note: not shown: S in a.json" in told
    for said in (told, check(folder).err):
        assert "nothing to judge" not in said
