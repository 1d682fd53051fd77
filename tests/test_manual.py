"""The manual page is what the commands say, and roff that `man` takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT
from test_doc_commands import known

from eks_guard import __version__

pytest.importorskip("docutils", reason="needs docutils: pip install -e '.[dev]'")
sys.path.append(str(ROOT / "tools"))

from write_man import PAGE, manual

TEXT = PAGE.read_text(encoding="utf-8").replace("\\-", "-").replace("\\&", "").replace("\\(aq", "'")


def words(roff: str) -> list[str]:
    """Without what releases of docutils do differently."""
    return re.findall(r"[\w./-]{3,}", re.sub(r"\\\S|^\..*?(?= )", " ", roff.replace("\\-", "-"), flags=re.MULTILINE))


def test_the_page_is_what_make_docs_writes():
    assert words(PAGE.read_text(encoding="utf-8")) == words(manual())


@pytest.mark.parametrize(
    ("command", "options"), known().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_on_the_page(command, options):
    name = f"eks-guard {command}".strip()
    below = name if command else "eks-guard$"
    section = re.search(rf"^\.SS {name}\n(?:.*\n)*?(?=^\.S[SH] (?!{below}))", TEXT, re.MULTILINE)
    assert section
    missing = {option for option in options if option.startswith("-") and option not in section[0]}
    assert missing <= {"--help", "-h"}


def test_the_page_is_of_this_version():
    assert re.search(rf'^\.TH "?eks-guard"? "?1"? .*{re.escape(__version__)}', TEXT, re.MULTILINE | re.IGNORECASE)


@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_groff_has_nothing_to_warn_of():
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", PAGE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kubectl" in done.stdout
