"""What a new thing needs beside itself, row by row of CONTRIBUTING.md: what is forgotten is named with its file."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from conftest import ROOT

from eks_guard.assembly.documents import FAMILIES
from eks_guard.assembly.unseen import CDK_TYPES
from eks_guard.change.compare import KINDS as COMPARED
from eks_guard.change.wording import WORDS
from eks_guard.data import Tables
from eks_guard.data.reading import HERE
from eks_guard.fix.recipes import RECIPES
from eks_guard.fleet.engines import ENGINES
from eks_guard.model.estate import Estate
from eks_guard.model.mended import MENDED_POLICIES
from eks_guard.policy import kinds as subjects
from eks_guard.policy.cases.subject import CLUSTERS
from eks_guard.policy.facts import FACTS, MODULES
from eks_guard.policy.facts.change import ALL
from eks_guard.policy.packs import builtin_names
from eks_guard.policy.schema import PolicyFile
from eks_guard.report import RENDERERS, SINGLE, Format
from eks_guard.report.inspect_text import LABELS
from eks_guard.report.inspect_things import KINDS
from eks_guard.report.several import TOGETHER
from eks_guard.resolve.spellings import CLUSTER_TYPES

PACKAGE = ROOT / "eks_guard"


def named_in_table(folder: str, head: str) -> set[str]:
    """The words of a table in the folder's `__init__.py`, from its head on."""
    text = (PACKAGE / folder / "__init__.py").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", text.partition(f"\n{head}")[2]))


@pytest.mark.parametrize("policy", [name for name, pack in builtin_names() if pack != "change-safety"])
def test_a_policy_has_a_rule_of_cfn_lint(policy):
    assert policy in Tables().cfnlint_ids, "add the next free id to eks_guard/data/cfnlint_ids.json, then `make docs`"


def test_a_module_of_facts_is_in_modules():
    written = {
        file.stem
        for file in (PACKAGE / "policy" / "facts").glob("*.py")
        if re.search(r"^FACTS\b", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    known = {module.__name__.rpartition(".")[2] for module in MODULES}
    assert written - known == {"__init__"} & written, "add them to MODULES of eks_guard/policy/facts/__init__.py"


def test_no_two_facts_have_one_name():
    assert len(FACTS) == sum(len(module.FACTS) for module in MODULES)


@pytest.mark.parametrize("name", list(Format))
def test_a_format_is_written_for_one_app_and_for_several(name):
    assert name in RENDERERS, "add it to RENDERERS of eks_guard/report/__init__.py"
    assert (name in TOGETHER) is not (name in SINGLE), (
        "add it to TOGETHER of eks_guard/report/several.py, or to SINGLE of eks_guard/report/__init__.py"
    )


@pytest.mark.parametrize("name", list(Format))
def test_a_format_has_a_row_in_its_page(name):
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert f"\n| `{name}` |" in page, "add its row to docs/formats.md"


@pytest.mark.parametrize("kind", CLUSTER_TYPES)
def test_a_spelling_of_a_cluster_is_read_compared_and_named(kind):
    assert kind.startswith(FAMILIES), "add how it begins to FAMILIES of eks_guard/assembly/documents.py"
    assert kind.startswith("AWS::") or kind in CDK_TYPES, "add it to CDK_TYPES of eks_guard/assembly/unseen.py"
    assert kind in CLUSTERS, "add it to CLUSTERS of eks_guard/policy/cases/subject.py"
    assert WORDS.get(kind) == "cluster", "add it to WORDS of eks_guard/change/wording.py"
    assert kind in Tables().properties, "add its properties to eks_guard/data/update_rules.json"


def test_every_tuple_of_the_estate_is_shown_by_inspect():
    apart = {
        "stacks",
        "clusters",
        "launch_templates",
        "roles",
        "left_out",
        "owned_in",
        "resources",
    }  # shown in places of their own
    things = {field.name for field in fields(Estate)} - apart
    assert things == set(KINDS.values()), "add it to KINDS and things_of of eks_guard/report/inspect_things.py"
    assert things == set(LABELS), "add it to LABELS of eks_guard/report/inspect_text.py"
    schema = (HERE / "schemas" / "inspect.schema.json").read_text(encoding="utf-8")
    missing = [name for name in things if schema.count(f'"{name}"') < 3]  # property, required, kind
    assert missing == [], "add it three times to eks_guard/data/schemas/inspect.schema.json"


SUBJECTS = [kind for kind in subjects.KINDS if kind != "stack"]


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_kind_of_subject_is_named_to_authors_of_policies(kind):
    described = str(PolicyFile.model_fields["match"].description)
    assert re.search(rf"\b{kind}\b", described), "name it in `match` of eks_guard/policy/schema.py"
    page = (ROOT / "docs" / "writing-policies.md").read_text(encoding="utf-8")
    assert f"`{kind}`" in page, "name it in docs/writing-policies.md"


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_kind_of_subject_of_eks_is_compared_in_updates(kind):
    for type_ in subjects.KINDS[kind].types:
        if type_.startswith("AWS::EKS::"):
            assert COMPARED.get(type_) == kind, "add it to KINDS of eks_guard/change/compare.py"
            assert type_ in WORDS, "add it to WORDS of eks_guard/change/wording.py"
            assert kind in ALL, "add it to ALL of eks_guard/policy/facts/change.py"
            assert type_ in Tables().properties, "add its properties to eks_guard/data/update_rules.json"


def test_every_recipe_is_known_to_the_reports():
    mended = {policy for recipe in RECIPES for policy in recipe.policies}
    assert mended == MENDED_POLICIES, "write the policies of RECIPES into eks_guard/model/mended.py"
    folder = PACKAGE / "fix" / "recipes"
    written = {file.stem for file in folder.glob("*.py") if "\nRECIPE = " in file.read_text(encoding="utf-8")}
    missing = written - named_in_table("fix/recipes", "RECIPES")
    assert missing == set(), "add them to RECIPES of eks_guard/fix/recipes/__init__.py"


@pytest.mark.parametrize(("folder", "table"), [("upgrade/rules", "RULES"), ("kubernetes/rules", "MODULES")])
def test_every_module_of_rules_is_in_its_table(folder, table):
    with_rules = {
        file.stem
        for file in (PACKAGE / folder).glob("*.py")
        if re.search(r"^(RULES\b|def items\()", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    missing = with_rules - {"__init__"} - named_in_table(folder, table)
    assert missing == set(), f"add them to {table} of eks_guard/{folder}/__init__.py"


def test_every_engine_of_a_fleet_has_a_name():
    folder = PACKAGE / "fleet" / "engines"
    engines = {file.stem for file in folder.glob("*.py") if "\ndef run(" in file.read_text(encoding="utf-8")}
    assert engines == set(ENGINES.values()), "add it to ENGINES of eks_guard/fleet/engines/__init__.py"


@pytest.mark.parametrize("table", sorted(file.name for file in HERE.glob("*.json")))
def test_a_table_says_as_of_when_it_is_right(table):
    assert {"as_of"} <= Tables().table(table.removesuffix(".json")).keys(), f"eks_guard/data/{table}: add `as_of`"
