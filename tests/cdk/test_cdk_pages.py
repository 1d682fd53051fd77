"""What docs/cdk-synth.md and docs/unit-tests.md tell to write, written into the samples and run."""

from __future__ import annotations

import re
import sys

import pytest
from apps import BROKEN, description, need_python, node_folder, run
from conftest import ROOT, SAMPLES, TODAY


def blocks(page, language):
    """The blocks of a page in one language; what a terminal shows is in none."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for name, block in fenced if name == language]


def added(app, block, after, fixed_day):
    """An app with the imports of a block on top, and its call after the line that makes the app."""
    imports, call = block.replace("EksGuard()", fixed_day).split("\n\n")
    assert after in app
    return imports + "\n" + app.replace(after, f"{after}\n{call}")


def typescript(folder, sample):
    (block, _) = blocks("cdk-synth.md", "typescript")
    (folder / "lib").mkdir()
    for file in (SAMPLES / "lib").iterdir():
        (folder / "lib" / file.name).write_bytes(file.read_bytes())
    source = (SAMPLES / sample / "app.ts").read_text(encoding="utf-8")
    (folder / "bin").mkdir()
    app = added(source, block, "const app = new App();", f"EksGuard({{ today: '{TODAY}' }})")
    (folder / "bin" / "app.ts").write_text(app, encoding="utf-8")
    return run(["node", folder / "node_modules" / "tsx" / "dist" / "cli.mjs", "bin/app.ts"], folder)


@pytest.mark.parametrize(("sample", "code"), [("payment-wrong-layer", 1), ("payment-current", 0)])
def test_the_lines_for_typescript_close_the_gate_on_the_broken_sample_only(tmp_path, sample, code):
    result = typescript(node_folder(tmp_path), sample)
    assert result.code == code, result.said
    shown = next(block for block in blocks("cdk-synth.md", "") if block.startswith("ERROR"))
    assert (shown in result.said) is bool(code), result.said
    assert bool(result.report) is bool(code)


def payment_python(*, fixed):
    source = (SAMPLES / "payment-python" / "app.py").read_text(encoding="utf-8")
    return source.replace("_v24", "_v36").replace("V24", "V36").replace("V1_28", "V1_36") if fixed else source


@pytest.mark.parametrize("fixed", [False, True], ids=["broken", "fixed"])
def test_the_lines_for_python_close_the_gate_on_the_broken_sample_only(tmp_path, fixed):
    need_python()
    (block, _) = blocks("cdk-synth.md", "python")
    app = added(payment_python(fixed=fixed), block, "app = App()", f'EksGuard(today="{TODAY}")')
    (tmp_path / "app.py").write_text(app, encoding="utf-8")
    result = run([sys.executable, "app.py"], tmp_path)
    assert result.code == (0 if fixed else 1), result.said
    assert ("kubectl-version-skew" in result.said) is not fixed


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_the_acknowledgement_on_the_page_opens_the_gate(tmp_path, language):
    (_, block) = blocks("cdk-synth.md", language)
    twin = ROOT / "tests" / "cdk" / ("app.js" if language == "typescript" else "app.py")
    source = twin.read_text(encoding="utf-8")
    assert "app.synth()" in source
    before = "const cluster = scopes['Payment/Cluster'];\n" if language == "typescript" else ""
    source = source.replace("app.synth()", f"{before}{block}app.synth()")
    wanted = description(stacks={"Payment": BROKEN})
    folder = node_folder(tmp_path) if language == "typescript" else tmp_path
    (folder / twin.name).write_text(source, encoding="utf-8")
    if language == "python":
        need_python()
    result = run([sys.executable if language == "python" else "node", twin.name], folder, APP=wanted)
    assert result.code == 0, result.said
    assert result.report["suppressedViolations"][0]["reason"] == "Upgraded on Monday."


@pytest.fixture
def project(tmp_path):
    """A project as `cdk init` lays it out, with the broken or the fixed stack."""
    need_python()

    def make(test, *, fixed, conftest=""):
        stack = payment_python(fixed=fixed).partition("\n\napp = App()")[0]
        for name, text in {
            "payment/__init__.py": "",
            "payment/payment_stack.py": stack,
            "conftest.py": conftest,
            "test_payment.py": test,
        }.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_payment.py"], tmp_path)

    return make


@pytest.mark.parametrize("fixed", [False, True], ids=["broken", "fixed"])
def test_the_unit_test_fails_on_the_broken_stack_only(project, fixed):
    test = blocks("unit-tests.md", "python")[0].replace("(app)", f'(app, today="{TODAY}")')
    result = project(test, fixed=fixed)
    assert result.code == (0 if fixed else 1), result.said
    shown = next(block for block in blocks("unit-tests.md", "") if block.startswith("E "))
    assert (shown in result.said) is not fixed, result.said
    assert ("AssertionError: cluster-version-creatable, kubectl-version-skew\n" in result.said) is not fixed


@pytest.mark.parametrize("fixed", [False, True], ids=["broken", "fixed"])
def test_the_fixture_fails_on_the_broken_stack_only(project, fixed):
    whole, _, conftest, test = blocks("unit-tests.md", "python")
    imports = "".join(line for line in whole.splitlines(keepends=True) if "import" in line and "eks_guard" not in line)
    result = project(imports + test.replace("(app)\n", f'(app, today="{TODAY}")\n'), fixed=fixed, conftest=conftest)
    assert result.code == (0 if fixed else 1), result.said
    assert ("high  kubectl-version-skew" in result.said) is not fixed


def test_the_options_on_the_page_are_options(tmp_path):
    call = blocks("unit-tests.md", "python")[1]
    own = tmp_path / "policies" / "own"
    own.mkdir(parents=True)
    (own / "api-authentication.yaml").write_text(blocks("writing-policies.md", "yaml")[0], encoding="utf-8")
    sample = SAMPLES / "payment-current" / "cdk.out"
    script = f"from eks_guard.testing import assert_passes\napp = {str(sample)!r}\n{call}"
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    result = run([sys.executable, "script.py"], tmp_path)
    assert "AssertionError" in result.said
    assert "deploy-safety, baseline, cis-eks" in result.said
    assert "api-authentication" in result.said
    assert "note: config: the waiver of endpoint-private for 'Dev*/**' matches no finding" in result.said
