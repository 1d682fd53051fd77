"""eks-guard.yaml: selection, severity, declarations, waivers."""

from __future__ import annotations

import pytest
from conftest import SAMPLES

BAD = SAMPLES / "bad-citizen" / "cdk.out"
IMPORTED = SAMPLES / "payment-imported-no-layer" / "cdk.out"


@pytest.fixture
def configured(check, write):
    def call(path, config, *arguments, **options):
        return check(path, "--config", write("eks-guard.yaml", config), *arguments, **options)

    return call


def test_the_nearest_configuration_upwards_is_found(check, tmp_path, monkeypatch):
    (tmp_path / "eks-guard.yaml").write_text("packs: [deploy-safety]", encoding="utf-8")
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    assert check(BAD).json["packs"] == ["deploy-safety"]


def test_the_command_line_replaces_the_packs_of_the_configuration(configured):
    assert configured(BAD, "packs: [deploy-safety]", "--pack", "baseline").json["packs"] == ["baseline"]


def test_a_disabled_policy_is_not_asked(configured):
    result = configured(BAD, "disable: [endpoint-private]", "--show-passed")
    assert "endpoint-private" not in {finding["policy"] for finding in result.json["findings"]}


def test_a_policy_gets_another_severity(configured):
    result = configured(BAD, "severity: {control-plane-logging: high}")
    assert {f["policy"]: f["severity"] for f in result.json["findings"]}["control-plane-logging"] == "high"


@pytest.mark.parametrize(
    "config",
    [
        "disable: [endpoint-privat]",
        "severity: {endpoint-privat: low}",
        "waivers: [{policy: endpoint-privat, subject: '*', reason: r, expires: 2027-01-01}]",
    ],
)
def test_a_name_that_is_no_policy_is_an_error(configured, config):
    result = configured(BAD, config)
    assert result.code == 2
    assert "did you mean endpoint-private?" in result.err


def test_a_waiver_marks_the_finding_and_opens_the_gate(configured):
    result = configured(
        BAD,
        """
waivers:
  - {policy: endpoint-private, subject: "Shop/**", reason: A demo., expires: 2026-11-24}
  - {policy: control-plane-logging, subject: "Shop/*", reason: A demo., expires: 2026-12-31}
  - {policy: workload-identity-present, subject: Shop/ShopCluster, reason: A demo., expires: 2026-12-31}
""",
    )
    assert result.code == 0
    summary = result.json["summary"]
    assert (summary["fail"], summary["unknown"], summary["waived"]) == (0, 0, 3)
    assert result.json["findings"][0]["waiver"]["reason"] == "A demo."
    assert result.err == ""


def test_an_expired_waiver_waives_nothing_and_says_so(configured):
    result = configured(BAD, "waivers: [{policy: endpoint-private, subject: '*', reason: r, expires: 2026-11-23}]")
    assert "endpoint-private" in result.outcomes()
    assert result.json["findings"][0]["waiver"] is None
    assert "expired on 2026-11-23 and waives nothing" in result.err


def test_a_waiver_that_matches_nothing_is_reported(configured):
    result = configured(
        BAD, "waivers: [{policy: endpoint-private, subject: 'Other/*', reason: r, expires: 2027-01-01}]"
    )
    assert "the waiver of endpoint-private for 'Other/*' matches no finding; delete it" in result.err


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("waivers: [{policy: endpoint-private, subject: '*', reason: r}]", "waivers.0.expires: missing"),
        ("waivers: [{policy: endpoint-private, subject: '*', reason: '', expires: 2027-01-01}]", "reason: found ''"),
        (
            "waivers: [{policy: endpoint-private, subject: '*', reason: r, expires: soon}]",
            "expected text like 2026-12-31",
        ),
        (
            "waivers: [{policy: endpoint-private, subject: '*', reason: r, expires: 2027-02-30}]",
            "not a valid date",
        ),
        ("declare: {layers: [{arn: x, kubectl: 1.30}]}", "found the number 1.3, expected text: write it in quotes"),
        ("declare: {clusters: [{name: x, version: newest}]}", "expected a version like '1.33'"),
        ("severity: {endpoint-private: grave}", "expected 'info', 'low', 'medium' or 'high'"),
        ("pack: [baseline]", "not a known key; did you mean packs?"),
        ("packs: [basline]", "did you mean baseline?"),
    ],
)
def test_what_a_configuration_must_not_say(configured, config, says):
    result = configured(BAD, config)
    assert result.code == 2
    assert says in result.err


def test_the_version_of_an_imported_cluster_can_be_declared(run, write):
    config = write("eks-guard.yaml", 'declare: {clusters: [{name: "pay*", version: "1.33"}]}')
    (cluster,) = run("inspect", IMPORTED, "--format", "json", "--config", config).json["clusters"]
    assert cluster["version"] == "1.33"


def test_a_layer_given_by_arn_can_be_declared(run, write):
    template = {
        "Resources": {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}},
            "Handler": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Layers": ["arn:aws:lambda:eu-central-1:111122223333:layer:our-kubectl:7"]},
            },
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": {"Ref": "Cluster"}},
            },
        }
    }
    config = 'declare: {layers: [{arn: "arn:aws:lambda:*:layer:our-kubectl:*", kubectl: "1.20", helm: "3.18"}]}'
    result = run(
        "check", write("T.template.json", template), "--config", write("eks-guard.yaml", config), "--format", "json"
    )
    skew = next(finding for finding in result.json["findings"] if finding["policy"] == "kubectl-version-skew")
    assert skew["outcome"] == "fail"
    assert any("in the configuration" in step["says"] for step in skew["trace"])


def test_init_waives_what_fails_today_and_nothing_else(run, check, tmp_path):
    result = run("init", BAD, "--today", "2026-11-24")
    assert (result.code, result.out) == (0, "")
    written = (tmp_path / "eks-guard.yaml").read_text(encoding="utf-8")
    assert written.count("expires: 2027-02-22") == 3
    assert check(BAD).code == 0
    assert check(BAD).json["summary"]["waived"] == 3
    assert check(BAD, today="2027-02-22").code == 0
    assert check(BAD, today="2027-02-23").code == 1
    assert check(SAMPLES / "payment-wrong-layer" / "cdk.out").code == 1


def test_init_leaves_a_configuration_that_is_there(run, tmp_path):
    (tmp_path / "eks-guard.yaml").write_text("packs: []", encoding="utf-8")
    result = run("init", BAD)
    assert result.code == 2
    assert "already exists" in result.err


def test_what_the_app_acknowledges_is_waived_there_and_below(check, write):
    template = {
        "Resources": {name: {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}} for name in ("One", "Two")}
    }
    metadata = {
        "/App/One/Resource": [{"type": "aws:cdk:logicalId", "data": "One"}],
        "/App/Two/Resource": [{"type": "aws:cdk:logicalId", "data": "Two"}],
        "/App/One": [
            {"type": "aws:cdk:acknowledged-rules", "data": {"eks-guard::endpoint-private": "A demo.", "Other::x": "y"}}
        ],
    }
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "App.template.json"},
        "metadata": metadata,
    }
    write("App.template.json", template)
    path = write("manifest.json", {"version": "55.0.0", "artifacts": {"App": stack}}).parent
    findings = [finding for finding in check(path).json["findings"] if finding["policy"] == "endpoint-private"]
    assert [(finding["subject"]["id"], finding["waiver"] and finding["waiver"]["reason"]) for finding in findings] == [
        ("App/One", "A demo."),
        ("App/Two", None),
    ]
    for name in ("github", "gitlab", "azure", "sarif", "junit", "markdown", "concise"):
        assert "waived, because the app acknowledges them: endpoint-private" in check(path, "--format", name).out


def test_an_acknowledgement_of_no_policy_is_named(check, write):
    rules = {
        "eks-guard::endpoint-privat": "typo",
        "eks-guard::cis-endpoint-private": "not asked",
        "eks-guard::condition": "known",
        "Other::x": "y",
    }
    metadata = {"/App/One": [{"type": "aws:cdk:acknowledged-rules", "data": rules}]}
    properties = {"templateFile": "App.template.json"}
    stack = {"type": "aws:cloudformation:stack", "properties": properties, "metadata": metadata}
    write("App.template.json", {"Resources": {"One": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}}})
    said = check(write("manifest.json", {"version": "55.0.0", "artifacts": {"App": stack}}).parent).err
    note = (
        "note: App/One acknowledges eks-guard::endpoint-privat, which is not a policy; did you mean endpoint-private?"
    )
    assert [line for line in said.splitlines() if "acknowledges" in line] == [note]


def test_acknowledgements_of_stacks_in_which_nothing_is_judged_are_not_read(check, write):
    properties = {"templateFile": "App.template.json", "additionalMetadataFile": "App.metadata.json"}
    stack = {"type": "aws:cloudformation:stack", "properties": properties}
    write("App.template.json", {"Resources": {"One": {"Type": "AWS::S3::Bucket"}}})
    rules = {"eks-guard::endpoint-privat": "typo"}
    write("App.metadata.json", {"/App/One": [{"type": "aws:cdk:acknowledged-rules", "data": rules}]})
    said = check(write("manifest.json", {"version": "55.0.0", "artifacts": {"App": stack}}).parent).err
    assert "acknowledges" not in said


WAIVED_TWICE = """\
waivers:
  - {policy: endpoint-private, subject: "*", reason: long ago, expires: 2026-01-01}
  - {policy: endpoint-private, subject: "Shop/*", reason: again, expires: 2027-01-01}
"""


def test_a_waiver_that_holds_is_found_behind_one_that_expired(check, write):
    result = check(SAMPLES / "bad-citizen" / "cdk.out", "--config", write("eks-guard.yaml", WAIVED_TWICE))
    (finding,) = (found for found in result.json["findings"] if found["policy"] == "endpoint-private")
    assert finding["waiver"]["reason"] == "again"
    assert result.err.count("expired on 2026-01-01") == 1
    assert "matches no finding" not in result.err


def test_a_waiver_of_what_was_not_asked_is_not_called_useless(check, write):
    config = write(
        "eks-guard.yaml", "waivers: [{policy: endpoint-private, subject: 'X', reason: r, expires: 2027-01-01}]"
    )
    sample = SAMPLES / "bad-citizen" / "cdk.out"
    assert "matches no finding" in check(sample, "--config", config).err
    assert check(sample, "--config", config, "--pack", "hardening").err == ""
    assert check(sample, "--config", config, "--stack", "Shop").err == ""


@pytest.mark.parametrize(("egress", "outcome"), [("true", "pass"), ("false", "fail")])
def test_what_a_subnet_of_another_app_reaches_can_be_declared(check, write, egress, outcome):
    sample = SAMPLES / "payment-imported-no-layer" / "cdk.out"
    assert check(sample).outcomes("unknown") == ["handler-has-egress"]
    config = write("eks-guard.yaml", f"declare: {{subnets: [{{id: 'subnet-*', egress: {egress}}}]}}")
    findings = check(sample, "--config", config, "--show-passed").json["findings"]
    assert [found["outcome"] for found in findings if found["policy"] == "handler-has-egress"] == [outcome]


# selection


def judged(result):
    return {finding["policy"] for finding in result.json["findings"]}


@pytest.mark.parametrize(
    ("config", "arguments", "asked"),
    [
        ("", ("--select", "endpoint-private"), {"endpoint-private"}),
        ("", ("--select", "cis-eks", "--ignore", "cis-sec*", "--ignore", "cis-work*"), {"cis-control-plane-logging", "cis-endpoint-private"}),
        ("", ("--select", "*l-version-sk?w", "--select", "control-*"), {"kubectl-version-skew", "control-plane-logging"}),
        ("", ("--pack", "pci-dss", "--select", "endpoint-private", "--ignore", "pci-s*"), {"endpoint-private", "pci-endpoint-private", "pci-control-plane-logging"}),
        ("select: [endpoint-p*]", (), {"endpoint-private"}),
        ("packs: [cis-eks]\nselect: [endpoint-private]\nignore: [cis-s*, cis-w*]", (), {"endpoint-private", "cis-control-plane-logging", "cis-endpoint-private"}),
        ("select: [endpoint-private, kubectl-version-skew]", ("--select", "kubectl-version-skew"), {"kubectl-version-skew"}),
        ("select: [endpoint-private, kubectl-version-skew]", ("--ignore", "kubectl-*"), {"endpoint-private"}),
        ("disable: [endpoint-private]\nselect: [endpoint-private, kubectl-version-skew]", (), {"kubectl-version-skew"}),
    ],
)  # fmt: skip
def test_policies_are_selected_by_id_pack_and_glob(configured, config, arguments, asked):
    found = judged(configured(BAD, config, *arguments, "--show-passed"))
    assert found == asked


@pytest.mark.parametrize(
    ("config", "arguments", "says"),
    [
        ("", ("--select", "endpoint-privat"), "--select: found 'endpoint-privat', which matches no policy or pack; did you mean endpoint-private?"),
        ("", ("--ignore", "nothing-*"), "--ignore: found 'nothing-*', which matches no policy"),
        ("strict: true\nselect: [basline]", (), "eks-guard.yaml:2:10: select.0: found 'basline', which matches no policy or pack; did you mean baseline?"),
        ("packs: [basline]", (), "eks-guard.yaml:1:9: packs.0: found 'basline', which is not a pack"),
        ("policies: [nope]", (), "eks-guard.yaml:1:1: policies: "),
        ("disable: [nope]", (), "eks-guard.yaml:1:11: disable.0: found 'nope', which is not a policy"),
        ("packs: []", (), "eks-guard.yaml: no policy is left; select one"),
        ("", ("--select", "endpoint-private", "--ignore", "*"), "no policy is left; select one"),
        ("fail_on: low", (), "fail_on: not a known key; did you mean fail-on?"),
        ("fail-on: grave", (), "eks-guard.yaml:1:1: fail-on: found 'grave', expected 'info', 'low', 'medium' or 'high'"),
        ("output: [foo=bar]", (), "eks-guard.yaml:1:10: output.0: found 'foo', expected one of text, concise, json"),
        ("output: [json=../report.json]", (), "'../report.json' is outside"),
        ("output: [json=/etc/report.json]", (), "'/etc/report.json' is outside"),
    ],
)  # fmt: skip
def test_a_name_that_matches_nothing_names_its_place(configured, config, arguments, says):
    result = configured(BAD, config, *arguments)
    assert result.code == 2
    assert says in result.err


def test_mistakes_name_the_file_that_holds_them(check, write):
    result = check(BAD, "--config", write("team.yaml", "disable: [nope]"))
    assert "team.yaml:1:11: disable.0" in result.err


# the gate and the reports


@pytest.mark.parametrize(
    ("config", "arguments", "code"),
    [
        ("fail-on: high", (), 1),
        ("fail-on: high\ndisable: [endpoint-private]", (), 0),
        ("fail-on: high\ndisable: [endpoint-private]", ("--fail-on", "medium"), 1),
        ("strict: true\nselect: [handler-has-egress]", (), 1),
        ("strict: true\nselect: [handler-has-egress]", ("--no-strict",), 0),
    ],
)
def test_the_gate_can_be_configured_and_the_command_line_wins(configured, config, arguments, code):
    path = IMPORTED if "strict" in config else BAD
    assert configured(path, config, *arguments).code == code


def test_format_and_reports_can_be_configured(run, write):
    config = write("eks-guard.yaml", "format: github\noutput: [sarif=reports/out.sarif, junit=out.xml]")
    (config.parent / "reports").mkdir()
    result = run("check", BAD, "--config", config, "--today", "2026-11-24")
    assert result.out.startswith("::notice ")
    assert "\n::error " in result.out
    assert '"version": "2.1.0"' in (config.parent / "reports" / "out.sarif").read_text()
    assert (config.parent / "out.xml").exists()
    assert run("check", BAD, "--config", config, "--format", "json").out.startswith("{")


def test_the_other_spelling_of_the_name_is_read_and_both_are_refused(check, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eks-guard.yml").write_text("packs: [deploy-safety]", encoding="utf-8")
    assert check(BAD).json["packs"] == ["deploy-safety"]
    (tmp_path / "eks-guard.yaml").write_text("packs: [baseline]", encoding="utf-8")
    result = check(BAD)
    assert result.code == 2
    assert "found both eks-guard.yaml and eks-guard.yml, expected one of them" in result.err


def test_every_name_that_is_wrong_is_said_at_once(run, write):
    config = write(
        "eks-guard.yaml",
        "packs: [basline]\nignore: [endpoint-privat]\nseverity: {kubectl-version-skw: low}\n",
    )
    said = run("check", "nowhere", "--config", config, "--pack", "cis-ek", "--select", "nope*").err.splitlines()
    assert [line.partition(": found '")[2].partition("'")[0] for line in said] == [
        *("basline", "cis-ek", "kubectl-version-skw", "endpoint-privat", "nope*"),
    ]
    assert [line.partition("eks-guard.yaml")[2].split(":")[1] for line in said if "eks-guard.yaml" in line] == [
        "1",
        "3",
        "2",
    ]


def test_names_are_not_called_wrong_where_a_policy_of_the_project_cannot_be_read(run, write):
    write("own/mine.yaml", "id: mine\n")
    config = write("eks-guard.yaml", "packs: [basline]\npolicies: [own, gone]\nseverity: {mine: low}\n")
    said = run("check", "nowhere", "--config", config).err
    assert "found 'basline'" in said
    assert "gone: no such file or folder" in said
    assert "found 'mine'" not in said
