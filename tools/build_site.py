"""Build the documentation site into build/site/html: docs/, a page for each policy and each error message, schemas.

Usage: tools/build_site.py [FOLDER]. Whatever is not right, such as a link that leads nowhere, fails the build.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from site_links import BESIDE_DOCS, site_path, with_site_links
from site_pages import error_pages, policy_pages

from eks_guard.model.addresses import REPOSITORY, SITE
from eks_guard.policy.catalogue import WRITTEN, json_schema

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
THEME = ROOT / "tools" / "site"
BUILT = ROOT / "build" / "site"
NAVIGATION: dict[str, list[str]] = {
    "Home": ["index.md"],
    "Start": [
        "first-gate.md",
        "install.md",
        "adopting.md",
        "ci.md",
        "cdk-synth.md",
        "unit-tests.md",
        "cfn-lint.md",
        "editors.md",
    ],
    "Use": [
        "configuration.md",
        "options.md",
        "formats.md",
        "terminal.md",
        "fixing.md",
        "upgrading.md",
        "change-safety.md",
    ],
    "Policies": ["policies.md", "errors.md", "tutorial.md", "writing-policies.md", "facts.md"],
    "Compare": ["compare.md", "upgrade-compare.md"],
    "Inside": [
        "how-it-works.md",
        "architecture.md",
        "limits.md",
        "security.md",
        "contributing.md",
        "releasing.md",
        "decisions/README.md",
        "changelog.md",
        "code-of-conduct.md",
    ],
}
"""The tabs and their pages; a page of docs/ that is not here comes last under Use."""


def main() -> None:
    """Write the sources and the configuration, then let mkdocs build them, strictly."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT
    shutil.rmtree(folder, ignore_errors=True)
    write_sources(folder / "pages")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration(folder), sort_keys=False), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(folder / "mkdocs.yml")]
    sys.exit(subprocess.run(command, check=False).returncode)


def write_sources(pages: Path) -> None:
    """Write every page, picture and schema of the site into a folder."""
    for file in [*(ROOT / name for name in BESIDE_DOCS), *sorted(DOCS.rglob("*"))]:
        name = file.relative_to(ROOT).as_posix()
        path = site_path(name)
        if path is None:
            continue
        target = pages / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".md":
            target.write_text(with_site_links(file.read_text(encoding="utf-8"), name), encoding="utf-8")
        else:
            shutil.copyfile(file, target)
    decisions = pages / "decisions" / "README.md"
    decisions.write_text(decisions.read_text(encoding="utf-8") + _list_of(decisions.parent), encoding="utf-8")
    generated = policy_pages() | error_pages() | {f"schemas/{name}.json": json_schema(name) for name in WRITTEN}
    for path, text in generated.items():
        (pages / path).parent.mkdir(parents=True, exist_ok=True)
        (pages / path).write_text(text, encoding="utf-8")
    shutil.copytree(THEME / "assets", pages / "assets")


def _list_of(decisions: Path) -> str:
    """Return links to all decisions, by their titles."""
    titles = {file.name: file.read_text(encoding="utf-8").split("\n", 1)[0] for file in sorted(decisions.glob("0*.md"))}
    return "\n" + "".join(f"- [{title.removeprefix('# ')}]({name})\n" for name, title in titles.items())


def configuration(folder: Path) -> dict[str, object]:
    """Return the configuration of mkdocs: tools/site/mkdocs.yml, with what is decided here."""
    written = yaml.safe_load((THEME / "mkdocs.yml").read_text(encoding="utf-8"))
    return {
        **written,
        "site_url": f"{SITE}/",
        "extra": {
            **written["extra"],
            "social": [{"icon": "fontawesome/brands/github", "link": REPOSITORY, "name": "GitHub"}],
        },
        "docs_dir": str(folder / "pages"),
        "site_dir": str(folder / "html"),
        "nav": [{tab: pages} for tab, pages in _navigation().items()],
        "not_in_nav": "policies/*.md\nerrors/*.md\ndecisions/0*.md\n",
    }


def _navigation() -> dict[str, list[str]]:
    listed = {page for pages in NAVIGATION.values() for page in pages}
    others = sorted(file.name for file in DOCS.glob("*.md") if file.name not in listed)
    return {**NAVIGATION, "Use": [*NAVIGATION["Use"], *others]}


if __name__ == "__main__":
    main()
