"""What the documentation claims: generated pages are current, shown output is real, links lead somewhere."""

from __future__ import annotations

import importlib.util
import itertools
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from conftest import ROOT, SAMPLES

from eks_guard import __version__

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", SAMPLES / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def generator():
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "tools" / "generate_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["policies.md", "facts.md", "options.md"])
def test_generated_pages_are_current(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generator().pages()[name], "run `make docs`"


def test_the_compiled_packs_are_current():
    compiled = (ROOT / "eks_guard" / "policy" / "builtin.json").read_text(encoding="utf-8")
    assert compiled == generator().compiled_packs(), "run `make docs`"


def test_the_output_in_the_readme_is_what_the_demo_prints(run, monkeypatch):
    shown = re.search(
        r"```\n(high  kubectl-version-skew.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert shown
    monkeypatch.chdir(ROOT)
    assert shown[1] in run("check", "sample_templates/payment-wrong-layer/cdk.out").out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_links_of_the_readme_work_on_pypi_and_name_files_of_the_repository():
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("https://")] == []
    ours = re.compile(r"https://github\.com/eks-guard/eks-guard/(?:blob|tree)/main/([^#]+)")
    targets = [match[1] for link in links if (match := ours.match(link))]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_drawing_of_the_layers_is_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    drawn = re.findall(r"^│ (.*?) +│", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split(" · ") for line in drawn] == [layer.split(" | ") for layer in layers]


def test_every_place_that_contributing_names_exists():
    table = re.findall(r"^\| .*\|$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"`((?:eks_guard|policies|tests|tools|docs|sample_templates)/[^`<]*)`", "\n".join(table))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_pack_without_a_description_is_named():
    with pytest.raises(SystemExit, match="pack 'nowhere': add its line to PACKS"):
        generator().described("nowhere")


def test_the_newest_section_of_the_changelog_is_this_version():
    newest = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == __version__


def test_the_changelog_says_each_change_once():
    """Two branches that change one line both leave theirs, since git merges the file by keeping all lines."""
    for section in (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n### "):
        lines = sorted(line.rstrip(".") for line in section.splitlines() if line.startswith("- "))
        assert [one for one, other in itertools.pairwise(lines) if other.startswith(one)] == []


def test_the_commands_of_the_readme_exist(run):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in re.findall(r"^eks-guard (\w+)", readme, re.MULTILINE):
        assert run(command, "--help").code == 0
    for option in set(re.findall(r"`(--[a-z-]+)", readme)):
        assert option in run("check", "--help").out
    targets = re.findall(r"^make (\w+)$", readme, re.MULTILINE)
    assert targets == ["demo", "test"]
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_the_ci_script_calls_the_test_command_of_the_readme():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_configuration_that_is_shown_is_valid(run, tmp_path, monkeypatch):
    config = blocks("configuration.md")[0]
    own = tmp_path / "project" / "policies" / "own"
    own.mkdir(parents=True)
    (own / "api-authentication.yaml").write_text(blocks("writing-policies.md")[0], encoding="utf-8")
    (tmp_path / "project" / "eks-guard.yaml").write_text(config, encoding="utf-8")
    newer = tmp_path / "project" / "eks-guard-data"
    newer.mkdir()
    shutil.copy(ROOT / "eks_guard" / "data" / "eks_versions.json", newer)
    result = run("check", SAMPLES / "payment-current" / "cdk.out", "--config", tmp_path / "project" / "eks-guard.yaml")
    assert result.code == 1
    assert "api-authentication" in result.out
    assert "matches no finding" in result.err


def test_the_policy_that_is_shown_works_as_shown(run, tmp_path):
    policy, cases, *_ = blocks("writing-policies.md")
    own = tmp_path / "own"
    own.mkdir()
    (own / f"{yaml.safe_load(policy)['id']}.yaml").write_text(policy, encoding="utf-8")
    (own / f"{yaml.safe_load(cases)['policy']}.test.yaml").write_text(cases, encoding="utf-8")
    assert run("test", own).out == "4 passed, 0 failed\n"
    result = run("check", SAMPLES / "payment-current" / "cdk.out", "--policy", own)
    assert result.code == 1
    assert "authenticationMode: eks.AuthenticationMode.API" in result.out
    (tmp_path / "eks-guard.yaml").write_text("policies: [own]", encoding="utf-8")
    assert "The aws-auth ConfigMap can be broken by a typo" in run("explain", "api-authentication").out


def test_no_page_speaks_of_the_workplace():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    for name in tracked:
        if (
            name.endswith((".md", ".py", ".toml", ".yaml", ".mjs", ".json", "Makefile", "run"))
            and name != "tests/test_docs.py"
        ):
            text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
            assert "/work/" not in text, name


def test_no_two_test_files_have_one_name_and_each_is_imported_by_it():
    """pytest and mypy find a test's neighbours by bare names, as CONTRIBUTING.md says."""
    tests = ROOT / "tests"
    outside = ("node_modules", "shapes", ".cache")
    files = [path for path in tests.rglob("*.py") if not set(path.parts) & set(outside)]
    names = [path.name for path in files if path.name not in ("__init__.py", "conftest.py", "app.py")]
    assert sorted(names) == sorted(set(names))
    folders = "|".join(path.name for path in tests.iterdir() if path.is_dir() and not (path / "__init__.py").exists())
    dotted = re.compile(rf"^\s*(?:from|import) (?:{folders})\.", re.MULTILINE)
    assert [str(path) for path in files if dotted.search(path.read_text(encoding="utf-8"))] == []


def test_make_docs_names_the_mistake_in_a_policy(tmp_path, monkeypatch):
    module = generator()
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.yaml").write_text("id: mine\ntitle: a claim\n", encoding="utf-8")
    monkeypatch.setattr(module, "POLICIES", tmp_path)
    with pytest.raises(SystemExit, match=r"own/mine\.yaml: not a policy: expected id, title"):
        module.main()
