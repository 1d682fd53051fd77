"""Each policy is mended by a recipe, or says why its findings are left to the user."""

from __future__ import annotations

import pytest

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")

from eks_guard.fix.advice import REASONS, advice
from eks_guard.fix.change import Safety
from eks_guard.fix.recipes import RECIPES
from eks_guard.model.mended import MENDED_POLICIES
from eks_guard.policy.packs import builtin_names

MENDED = [policy for recipe in RECIPES for policy in recipe.policies]


def test_no_policy_has_two_recipes():
    assert len(MENDED) == len(set(MENDED))


def test_a_policy_has_a_recipe_or_a_reason():
    known = {name for name, _ in builtin_names()}
    assert set(MENDED) <= known
    assert not set(MENDED) & set(REASONS)
    assert all(advice(policy) for policy in known - set(MENDED))


def test_what_needs_a_review_says_what_the_deploy_does():
    assert all(recipe.deploy for recipe in RECIPES if recipe.safety is Safety.REVIEW)


def test_the_reports_know_which_policies_are_mended():
    assert set(MENDED) == MENDED_POLICIES, "write the policies of RECIPES into eks_guard/model/mended.py"
