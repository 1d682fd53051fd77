"""At each limit a check ends within what docs/limits.md promises, and above it with what the page says.

The input is of `at_limits.py`. What takes more than a few seconds runs by `make limits` only.
"""

from __future__ import annotations

import os

import at_limits
import pytest
from measured import CPU_SECONDS, MEMORY, measured
from test_limits_page import ROOT

REFUSED = 3
LIMITS = {
    "file_bytes": "more than 67108864 bytes",
    "containers": "more than 1500000 objects and lists",
    "commas": "more than 5000000 values",
    "total_bytes": "more than 402653184 bytes in total",
    "yaml_characters": "more than 2097152 characters",
    "stacks": "more than 10000 stages and stacks",
    "resources": "more than 1000000 resources",
    "nested_stacks": "more than 10000 nested stacks",
    "nesting": "nested stacks deeper than 32",
    "clusters": "more than 10000 clusters",
    "steps": "more than 2000000 references",
    "stages": "stages are nested deeper than 32",
    "archive_members": "more than 100000 files",
    "archive_of_tar": "more than 100000 files",
    "open_variables": "more than 1500000 objects and lists",
    "written_texts": "texts of more than 134217728 characters",
}
"""What is said above each limit at which the audit, or a file, is refused."""
MEASURED = {
    "assembly.artifacts.MAX_STAGES": "stages",
    "assembly.budget.MAX_CLUSTERS": "clusters",
    "assembly.budget.MAX_COMMAS": "commas",
    "assembly.budget.MAX_CONTAINERS": "containers",
    "assembly.budget.MAX_NESTED_STACKS": "nested_stacks",
    "assembly.budget.MAX_RESOURCES": "resources",
    "assembly.budget.MAX_STACKS": "stacks",
    "assembly.budget.MAX_STEPS": "steps",
    "assembly.budget.MAX_TOTAL_BYTES": "total_bytes",
    "assembly.budget.MAX_WRITTEN": "written_texts",
    "assembly.contents.MAX_MEMBERS": "archive_members",
    "assembly.documents.MAX_FILE_BYTES": "file_bytes",
    "assembly.embedded.MAX_DEPTH": "embedded_templates",
    "assembly.following.loops.MAX_COPIED": "loop_values",
    "assembly.following.texts.MAX_TEXT": "text_of_parts",
    "assembly.metadata.MAX_FRAME": "one_frame",
    "assembly.nested.MAX_NESTING": "nesting",
    "assembly.project.MAX_BYTES": "project_files",
    "assembly.unlisted.MAX_ENTRIES": "entries",
    "assembly.unlisted.MAX_TEMPLATE_BYTES": "large_unlisted",
    "assembly.yaml_template.MAX_YAML": "yaml_characters",
}
"""The input that is just below each limit and just above it."""
OTHER = (
    "entries",
    "large_unlisted",
    "embedded_templates",
    "text_of_parts",
    "one_frame",
    "loop_values",
    "project_files",
    "many_manifests",
    "open_names",
    "honest_yaml",
    "thousand_stacks",
)
"""Limits above which the rest is judged, and input that has none: it is large, and takes its time in proportion."""
SLOW = (
    "total_bytes",
    "stacks",
    "nested_stacks",
    "clusters",
    "steps",
    "resources",
    "many_manifests",
    "open_names",
    "thousand_stacks",
)
NAMES = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            name in SLOW and not os.environ.get("EKS_GUARD_LIMITS"), reason="takes long: make limits"
        ),
    )
    for name in (*LIMITS, *OTHER)
]


@pytest.mark.parametrize("over", [False, True], ids=["at", "above"])
@pytest.mark.parametrize("name", NAMES)
def test_a_check_ends_within_what_the_page_promises(tmp_path, name, over):
    build = getattr(at_limits, name)
    path = build(tmp_path / "cdk.out" if name != "project_files" else tmp_path, over=over)
    spent = measured("check", path, "--no-cache", "--today", "2026-11-24", "--format", "json", cwd=tmp_path).check()
    refused = over and name in LIMITS
    assert (spent.code == REFUSED) is refused, spent.err
    assert LIMITS[name] in spent.err if refused else "more than" not in spent.err


def test_the_page_says_what_is_measured():
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    assert f"within {CPU_SECONDS} CPU seconds and {MEMORY // 1024**3} GB" in page
