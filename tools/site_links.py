"""Links of the repository's pages, as they are on the site."""

from __future__ import annotations

import posixpath
import re

from eks_guard.model.addresses import RAW, REPOSITORY
from eks_guard.policy.packs import builtin_ids

BESIDE_DOCS = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"} | {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
}
"""Pages beside docs/, and what they are called on the site."""
_TARGET = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
_IN_REPOSITORY = re.compile(rf"(?:{re.escape(REPOSITORY)}/(?:blob|tree)/main|{re.escape(RAW)})/")


def with_site_links(text: str, page: str) -> str:
    """Return the text of a page of the repository, such as docs/ci.md, with links that work on the site."""
    here = posixpath.dirname(site_path(page) or page)
    return _TARGET.sub(lambda match: _on_site(match[0], page, here), text)


def site_path(file: str) -> str | None:
    """Return the page or picture of the site that a file of the repository becomes; None if it becomes none."""
    if file in BESIDE_DOCS:
        return BESIDE_DOCS[file]
    if file.startswith("docs/") and file.endswith((".md", ".png", ".svg")):
        return file.removeprefix("docs/")
    return None


def _on_site(target: str, page: str, here: str) -> str:
    named = _IN_REPOSITORY.match(target)
    if named is None and re.match(r"[a-z]+:|#", target):
        return target
    path, _, anchor = target.partition("#")
    file = path[named.end() :] if named else posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    file = "docs/decisions/README.md" if file.rstrip("/") == "docs/decisions" else file
    found = site_path(file)
    if found is None:
        kind = "blob" if "." in posixpath.basename(file) else "tree"
        return f"{REPOSITORY}/{kind}/main/{file}"
    if found == "policies.md" and anchor in builtin_ids():
        found, anchor = f"policies/{anchor}.md", ""
    return posixpath.relpath(found, here or ".") + (f"#{anchor}" if anchor else "")
