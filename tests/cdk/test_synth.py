"""`cdk synth` with the plugins, in real apps: JavaScript and Python alike, of the newest release and of old ones."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from apps import BROKEN, FIXED, HERE, PLUGIN, description, need_node, need_python, node_folder, run, run_in_cli
from conftest import TODAY

SKEW = "kubectl-version-skew"
FAILED = {(SKEW, "Payment/Cluster"): "error"}


@pytest.fixture(params=["javascript", "python"])
def synth(request, tmp_path):
    """Synthesize an app with the plugin of one language."""
    if request.param == "javascript":
        command, folder = ["node", HERE / "app.js"], node_folder(tmp_path)
        environment = {"NODE_PATH": folder / "node_modules"}
    else:
        need_python()
        command, folder, environment = [sys.executable, HERE / "app.py"], tmp_path, {}

    def call(runner=run, arguments=(), **wanted):
        return runner(command, folder, *arguments, APP=description(**wanted), **environment)

    return call


@pytest.fixture
def synth_old(tmp_path):
    """Synthesize an app with aws-cdk-lib 2.150, which has the older interface only."""
    folder = node_folder(tmp_path, "2.150")
    command = ["node", HERE / "app.js"]
    return lambda **wanted: run(
        command, folder, APP=description(beta=True, **wanted), NODE_PATH=folder / "node_modules"
    )


@pytest.mark.parametrize("runner", [run, run_in_cli], ids=["plain", "cdk synth"])
def test_a_broken_app_fails_and_the_report_says_why(synth, runner):
    result = synth(runner, stacks={"Payment": BROKEN})
    assert result.code == 1
    assert result.report["conclusion"] == "failure"
    assert result.violations() == FAILED
    assert "carries kubectl 1.24.0, the control plane runs 1.36" in result.said
    assert "Acknowledge with 'eks-guard::kubectl-version-skew'" in result.said
    (found,) = result.report["violations"]
    assert found["ruleMetadata"]["severity"] == "high"
    (construct,) = found["violatingConstructs"]
    assert construct["cloudFormationResource"]["templatePath"] == "Payment.template.json"
    assert construct["cloudFormationResource"]["propertyPaths"] == ["Properties.Config.version"]


@pytest.mark.parametrize("runner", [run, run_in_cli], ids=["plain", "cdk synth"])
def test_a_fixed_app_passes(synth, runner):
    result = synth(runner, stacks={"Payment": FIXED})
    assert (result.code, result.report) == (0, {})
    assert (result.out / "manifest.json").exists()


def test_an_app_without_a_cluster_passes(synth):
    assert synth(stacks={"Payment": {}}).code == 0


def test_an_acknowledged_failure_passes_and_is_noted_with_its_reason(synth):
    result = synth(stacks={"Payment": BROKEN}, acknowledge={"Payment/Cluster": [SKEW]})
    assert result.code == 0, result.said
    assert result.report["conclusion"] == "success"
    assert result.violations() == {}
    (noted,) = result.report["suppressedViolations"]
    assert (noted["acknowledgedId"], noted["reason"]) == (f"eks-guard::{SKEW}", "we know")


def test_an_acknowledgement_of_one_cluster_leaves_the_gate_closed_for_the_other(synth):
    stacks = {"Payment": BROKEN, "Second": BROKEN}
    result = synth(stacks=stacks, acknowledge={"Payment/Cluster": [SKEW]})
    assert result.code == 1
    assert result.violations() == {(SKEW, "Second/Cluster"): "fatal"}
    assert set(result.violations("suppressedViolations")) == {(SKEW, "Payment/Cluster")}


def test_an_acknowledgement_of_one_policy_leaves_the_gate_closed_for_another(synth):
    stacks = {"Payment": {"version": "1.28", "layer": "24"}}
    result = synth(stacks=stacks, acknowledge={"Payment/Cluster": ["cluster-version-creatable"]})
    assert result.code == 1
    assert result.violations() == FAILED


def test_an_acknowledgement_on_the_app_holds_for_all_of_it(synth):
    result = synth(stacks={"Payment": BROKEN, "Second": BROKEN}, acknowledge={"app": [SKEW]})
    assert result.code == 0, result.said
    assert len(result.violations("suppressedViolations")) == 2


def test_an_unknown_is_shown_and_fails_only_when_strict(synth):
    stacks = {"Payment": {"version": "asked", "layer": "36"}}
    result = synth(stacks=stacks)
    assert result.code == 0, result.said
    assert result.violations()[SKEW, "Payment/Cluster"] == "warning"
    assert "Unknown" in result.said
    result = synth(stacks=stacks, options={"strict": True})
    assert result.code == 1
    assert result.violations()[SKEW, "Payment/Cluster"] == "error"


def test_what_the_configuration_waives_passes_without_a_word(synth, tmp_path):
    waiver = {"policy": SKEW, "subject": "Payment/*", "reason": "we know", "expires": "2027-01-01"}
    (tmp_path / "eks-guard.yaml").write_text(json.dumps({"waivers": [waiver]}), encoding="utf-8")
    result = synth(stacks={"Payment": BROKEN})
    assert (result.code, result.report) == (0, {}), result.said


@pytest.mark.parametrize(("stage", "code"), [("Dev", 1), ("Prod", 0)])
def test_a_plugin_of_a_stage_judges_that_stage(synth, stage, code):
    result = synth(stacks={"Dev/Payment": BROKEN, "Prod/Payment": FIXED}, stage=stage)
    assert result.code == code
    assert set(result.violations()) == ({(SKEW, "Dev/Payment/Cluster")} if code else set())


@pytest.mark.parametrize("arguments", [(), ("Second",)], ids=["all stacks", "one stack"])
def test_cdk_synth_fails_on_what_could_not_be_judged(synth, arguments):
    """A plugin that throws has no violations, and the CDK CLI takes a report without violations for a success."""
    stacks = {"Payment": FIXED, "Second": {}}
    result = synth(run_in_cli, arguments, stacks=stacks, options={"packs": ["cis"]})
    assert result.code == 1, result.said
    assert "--pack: found 'cis', which is not a pack" in result.said


def test_cdk_synth_of_one_stack_fails_on_its_own_findings(synth):
    stacks = {"Payment": FIXED, "Second": BROKEN}
    assert synth(run_in_cli, ("Payment",), stacks=stacks).code == 0
    result = synth(run_in_cli, ("Second",), stacks=stacks)
    assert result.code == 1
    assert SKEW in result.said


def test_cdk_synth_takes_acknowledgements_as_we_do(synth):
    stacks = {"Payment": BROKEN, "Second": BROKEN}
    assert synth(run_in_cli, stacks={"Payment": BROKEN}, acknowledge={"Payment/Cluster": [SKEW]}).code == 0
    assert synth(run_in_cli, stacks=stacks, acknowledge={"Payment/Cluster": [SKEW]}).code == 1


def test_a_pack_that_is_none_fails_and_says_so(synth):
    result = synth(stacks={"Payment": FIXED}, options={"packs": ["cis"]})
    assert result.code == 1
    assert result.report["conclusion"] == "failure"
    assert result.violations() == {("audit-complete", ""): "fatal"}
    assert "--pack: found 'cis', which is not a pack" in result.said


def test_no_acknowledgement_covers_what_could_not_be_judged(synth):
    result = synth(stacks={"Payment": FIXED}, options={"packs": ["cis"]}, acknowledge={"app": ["audit-complete"]})
    assert result.code == 1
    assert result.violations() == {("audit-complete", ""): "fatal"}


def test_a_wrong_configuration_fails_and_says_so(synth, tmp_path):
    (tmp_path / "eks-guard.yaml").write_text("disable: [kubectl-version-skw]", encoding="utf-8")
    result = synth(stacks={"Payment": FIXED})
    assert result.code == 1
    assert "which is not a policy" in result.said


def test_an_option_that_is_none_fails(synth):
    result = synth(stacks={"Payment": FIXED}, options={"pack": ["cis-eks"]})
    assert result.code == 1
    assert "pack" in result.said


def test_the_older_interface_works_in_a_new_release(synth):
    assert synth(stacks={"Payment": BROKEN}, beta=True).code == 1
    assert synth(stacks={"Payment": FIXED}, beta=True).code == 0


def test_the_older_interface_works_in_an_old_release(synth_old):
    result = synth_old(stacks={"Payment": {"version": "1.28"}})
    assert result.code == 1
    assert "kubectl 1.20" in result.said
    result = synth_old(
        stacks={"Payment": {"version": "1.21"}}, options={"today": "2022-01-01", "packs": ["deploy-safety"]}
    )
    assert result.code == 0, result.said


# what differs between the languages


def test_a_python_app_on_an_old_release_ends_by_itself(tmp_path):
    need_python()
    command = [sys.executable, HERE / "app.py"]
    result = run(command, tmp_path, APP=description(stacks={"Payment": BROKEN}, old=True))
    assert result.code == 1
    assert "high  kubectl-version-skew  Payment/Cluster" in result.said
    result = run(command, tmp_path, APP=description(stacks={"Payment": FIXED}, old=True, options={"packs": ["cis"]}))
    assert result.code == 1
    assert "eks-guard: --pack: found 'cis', which is not a pack" in result.said
    assert run(command, tmp_path, APP=description(stacks={"Payment": FIXED}, old=True)).code == 0


def test_python_fails_for_an_assembly_that_is_gone(tmp_path):
    need_python()
    from eks_guard.cdk import EksGuard

    report = EksGuard().validate(SimpleNamespace(template_paths=[str(tmp_path / "gone" / "T.template.json")]))
    assert report.success is False
    assert "no such file or folder" in report.violations[0].description


def test_a_template_that_cannot_be_read_fails_the_synth(write, tmp_path):
    need_python()
    from eks_guard.cdk import EksGuard

    path = write("T.template.json", '{"Resources": {"AWS::EKS::')
    report = EksGuard().validate(SimpleNamespace(template_paths=[str(path)]))
    assert report.success is False
    assert "T.template.json" in report.violations[0].description


@pytest.fixture
def javascript(tmp_path):
    """Synthesize with a command that may not be there."""
    folder = node_folder(tmp_path)

    def call(command, runner=run, **env):
        app = description(stacks={"Payment": BROKEN}, options={"command": command} if command else {})
        return runner(["node", HERE / "app.js"], folder, APP=app, NODE_PATH=folder / "node_modules", **env)

    return call


def test_javascript_takes_the_module_for_the_command(javascript):
    result = javascript([sys.executable, "-m", "eks_guard"], EKS_GUARD="not-asked")
    assert result.violations() == FAILED


@pytest.mark.parametrize("command", [None, "no-such-command", ["no-such-command", "-m", "eks_guard"]])
@pytest.mark.parametrize("runner", [run, run_in_cli], ids=["plain", "cdk synth"])
def test_javascript_says_that_the_command_is_missing(javascript, command, runner):
    result = javascript(command, runner, EKS_GUARD="no-such-command")
    assert result.code == 1
    assert result.report["conclusion"] == "failure"
    assert "found no command no-such-command; run `pip install eks-guard`" in result.said


def test_javascript_fails_where_the_interpreter_lacks_eks_guard(javascript):
    result = javascript([sys.executable, "-m", "eks_guard_of_another_venv"])
    assert result.code == 1
    assert "wrote no report" in result.said
    assert "No module named eks_guard_of_another_venv" in result.said


def test_javascript_fails_for_an_assembly_that_is_gone(tmp_path):
    need_node()
    plugin = f"new (require({str(PLUGIN)!r}).EksGuard)()"
    code = f"console.log(JSON.stringify({plugin}.validate({{ templatePaths: ['/gone/T.template.json'] }})))"
    report = json.loads(run(["node", "-e", code], tmp_path).said)
    assert report["success"] is False
    assert "no such file or folder" in report["violations"][0]["description"]


@pytest.mark.parametrize("release", ["newest", "2.150"])
def test_the_types_fit_the_interface_of_the_release(tmp_path, release):
    folder = node_folder(tmp_path, release)
    use = (
        "Validations.of(app).addPlugins(plugin)"
        if release == "newest"
        else "void new App({ policyValidationBeta1: [plugin] })"
    )
    names = "App, Validations" if release == "newest" else "App"
    lines = [
        f"import {{ {names} }} from 'aws-cdk-lib';",
        "import { EksGuard } from '@eks-guard/cdk-plugin';",
        "const app = new App();",
        f"const plugin = new EksGuard({{ packs: ['baseline'], failOn: 'high', command: ['python3', '-m', 'eks_guard'], today: '{TODAY}' }});",
        f"{use}; void app;",
        "// @ts-expect-error: a severity that is none",
        "new EksGuard({ failOn: 'hgh' });",
    ]
    (folder / "app.ts").write_text("\n".join(lines), encoding="utf-8")
    options = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--esModuleInterop",
        "--module",
        "commonjs",
        "--target",
        "es2022",
    ]
    result = run([folder / "node_modules" / "typescript" / "bin" / "tsc", *options, "app.ts"], folder)
    assert result.code == 0, result.said


def test_the_npm_package_holds_the_plugin_and_the_version_is_ours(tmp_path):
    need_node()
    packed = subprocess.run(
        ["npm", "pack", "--dry-run", "--json", PLUGIN], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    (package,) = json.loads(packed.stdout)
    assert {file["path"] for file in package["files"]} == {
        *("README.md", "command.js", "index.d.ts", "index.js", "package.json", "testing.d.ts", "testing.js")
    }
    from eks_guard import __version__

    assert package["version"] == __version__
