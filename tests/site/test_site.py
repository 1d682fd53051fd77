"""The site: strict, complete, at stable addresses, within two clicks, and nothing of it on another host."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import yaml
from conftest import ROOT

from eks_guard.model.addresses import SITE, page, schema_address
from eks_guard.policy.packs import builtin_ids

pytest_plugins = ["built_site"]
ERRORS = yaml.safe_load((ROOT / "docs" / "errors.yaml").read_text(encoding="utf-8"))


def targets(name, links):
    """The pages of the site that a page links to, with their anchors."""
    for link in links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
            )
            yield ("index.html" if path == "." else path), parts.fragment


def test_every_page_is_two_clicks_from_the_first(pages):
    near = {"index.html"}
    for _ in range(2):
        near |= {target for name in near if name in pages for target, _ in targets(name, pages[name].links)}
    assert set(pages) - near - {"404.html"} == set()


def test_every_link_leads_to_a_page_and_a_place_on_it(site, pages):
    wrong = []
    for name, found in pages.items():
        for target, anchor in targets(name, found.links) if name != "404.html" else ():
            if not (site / target).is_file():
                wrong.append((name, target))
            elif anchor and target in pages and anchor not in pages[target].anchors and not anchor.startswith("__"):
                wrong.append((name, f"{target}#{anchor}"))
    assert wrong == []


def test_every_column_of_a_table_has_a_heading(site):
    bare = {file.name for file in site.rglob("*.html") if re.search(r"<th[^>]*></th>", file.read_text("utf-8"))}
    assert bare == set()


def test_nothing_is_loaded_from_another_host(site, pages):
    foreign = {load for found in pages.values() for load in found.loads if re.match(r"(?:[a-z]+:)?//", load)}
    assert foreign == set()
    styles = [
        file for file in site.rglob("*.css") if re.search(r"url\(\s*['\"]?(?:https?:)?//", file.read_text("utf-8"))
    ]
    assert styles == []


@pytest.mark.parametrize("policy", builtin_ids())
def test_each_policy_is_at_the_address_that_sarif_names(pages, policy):
    name = page(f"policies/{policy}").removeprefix(f"{SITE}/")
    assert name in pages
    assert f"policies/{policy}.html" in {target for target, _ in targets("policies.html", pages["policies.html"].links)}


@pytest.mark.parametrize("name", ["formats", "cfn-lint", "writing-policies"])
def test_other_addresses_in_the_code_are_pages(pages, name):
    assert page(name).removeprefix(f"{SITE}/") in pages


@pytest.mark.parametrize("name", ["config", "policy", "cases"])
def test_schemas_are_published_at_their_ids(site, name):
    schema = json.loads((site / schema_address(name).removeprefix(f"{SITE}/")).read_text(encoding="utf-8"))
    assert schema["$id"] == schema_address(name)
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["id"])
def test_a_message_leads_to_a_policy_that_some_input_fails(site, pages, error):
    text = (site / "errors" / f"{error['id']}.html").read_text(encoding="utf-8")
    linked = {target for target, _ in targets(f"errors/{error['id']}.html", pages[f"errors/{error['id']}.html"].links)}
    assert error["policies"]
    for policy in error["policies"]:
        assert f"policies/{policy}.html" in linked
        (cases,) = (ROOT / "policies").glob(f"*/{policy}.test.yaml")
        assert re.search(r'outcome"?: "?fail\b', cases.read_text(encoding="utf-8"))
    said = re.sub(r"&\w+;|&#\d+;|\W+", "", re.sub(r"<[^>]+>", "", text))
    for message in (error["message"], *error.get("also", ())):
        assert re.sub(r"\W+", "", message)[:40] in said


NO_MESSAGES = {"cdk diff", "kubectl get nodes", "helm list --all-namespaces", "already exists"}
"""Commands, and words that are part of several messages."""


def quoted_messages():
    """What policies quote from a failed deploy, each with the policy."""
    for file in sorted((ROOT / "policies").glob("*-safety/*.yaml")):
        policy = yaml.safe_load(file.read_text(encoding="utf-8"))
        for quote in re.findall(r"“([^”]+)”|`([^`]+)`", policy.get("shows", "") if "id" in policy else ""):
            text = " ".join("".join(quote).split())
            if " " in text and text not in NO_MESSAGES:
                yield pytest.param(policy["id"], text, id=f"{policy['id']}-{text[:40]}")


@pytest.mark.parametrize(("policy", "text"), list(quoted_messages()))
def test_a_message_that_a_policy_quotes_has_a_page(policy, text):
    """A version or a name in the quote is one of many."""
    pieces = re.split(r'…|\.\.\.|(?<=")prod(?=")|\d+\.\d+', text)
    pattern = ".*".join(re.escape(piece.strip()) for piece in pieces)
    told = [m for error in ERRORS if policy in error["policies"] for m in (error["message"], *error.get("also", ()))]
    assert any(re.search(pattern, message) for message in told)


def test_there_is_a_page_for_each_of_the_messages_that_people_search_for(pages):
    assert len(ERRORS) >= 12
    assert len({error["id"] for error in ERRORS}) == len(ERRORS)
    assert {f"errors/{error['id']}.html" for error in ERRORS} <= set(pages)


def test_the_search_knows_the_pages(site):
    text = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("var __index = "))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    assert {"policies/kubectl-version-skew.html", "errors/restmappings-to-prune.html", "compare.html"} <= found


def test_a_link_that_leads_nowhere_fails_the_build(site, tmp_path):
    """The same configuration, with one link broken."""
    text = (site.parent / "mkdocs.yml").read_text(encoding="utf-8").replace(str(site.parent), str(tmp_path))
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    configuration = yaml.safe_load(text)
    configuration |= {"nav": [{"Home": "index.md"}], "not_in_nav": "*", "plugins": []}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    (tmp_path / "pages").mkdir()
    for content, code in (("[here](index.md)", 0), ("[there](nowhere.md)", 1), ("[there](index.md#nowhere)", 1)):
        (tmp_path / "pages" / "index.md").write_text(f"# Home\n\n{content}\n", encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", tmp_path / "mkdocs.yml"]
        assert bool(subprocess.run(command, capture_output=True, check=False).returncode) is bool(code), content


def test_pictures_have_words(pages, site):
    shown = {Path(load).name for found in pages.values() for load in found.loads}
    assert {"report.png", "chain.png"} <= shown
    for file in site.rglob("*.html"):
        for image in re.findall(r"<img[^>]*>", file.read_text(encoding="utf-8")):
            assert re.search(r'alt="[^"]{10,}"', image), (file.name, image)
