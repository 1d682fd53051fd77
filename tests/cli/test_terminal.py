"""Colour, links and progress: what a terminal gets, and what a pipe never does."""

from __future__ import annotations

import re
import subprocess
import time

import pytest
from conftest import SAMPLES
from on_terminal import on_terminal, read, shown

from eks_guard.cli.progress import PATIENCE
from eks_guard.cli.terminal import has_colour, has_links
from eks_guard.model.addresses import page
from eks_guard.report import Format

WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
PAINTED = "\033[31;1mhigh\033[0m"
LINK = f"\033]8;;{page('policies/kubectl-version-skew')}\033\\"


def test_a_terminal_gets_colour_and_a_pipe_does_not(run):
    assert PAINTED in shown(["check", WRONG])
    assert "\033" not in run("check", WRONG).out


@pytest.mark.parametrize(
    ("variables", "terminal", "painted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_no_color_wins_over_force_color(variables, terminal, painted):
    assert has_colour(variables, terminal=terminal) is painted


def test_force_color_paints_in_a_pipe_and_changes_no_words(run, monkeypatch):
    plain = run("check", WRONG).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    painted = run("check", WRONG).out
    assert PAINTED in painted
    assert re.sub(r"\033\[[\d;]*m", "", painted) == plain


@pytest.mark.parametrize("name", sorted(set(Format) - {Format.TEXT, Format.CONCISE}))
def test_reports_for_programs_are_never_painted(run, monkeypatch, name):
    plain = run("check", WRONG, "--format", name).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert run("check", WRONG, "--format", name).out == plain


@pytest.mark.parametrize(
    ("variables", "linked"),
    [
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4801"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"WT_SESSION": "0"}, True),
        ({"TERM_PROGRAM": "WezTerm", "TMUX": "/tmp/tmux"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "dumb"}, False),
        ({"TERM_PROGRAM": "WezTerm", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_know_them(variables, linked):
    assert has_links(variables, terminal=True) is linked


def test_no_pipe_gets_a_link_that_nobody_asked_for():
    assert not has_links({"TERM_PROGRAM": "WezTerm"}, terminal=False)


def test_a_policy_links_to_its_page_where_the_terminal_knows_links():
    assert LINK in shown(["check", WRONG], TERM_PROGRAM="WezTerm")
    assert "\033]8" not in shown(["check", WRONG])
    assert LINK in shown(["explain", "kubectl-version-skew"], VTE_VERSION="7600")


def test_a_policy_of_the_project_links_nowhere(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "nothing-passes.yaml").write_text(
        "id: nothing-passes\ntitle: a claim\nseverity: low\nmatch: cluster\nexpect: [{fact: cluster.name, equals: ''}]\n"
        "rationale: It is a test.\nremediation: Wait.\n"
    )
    found = shown(["check", WRONG, "--policy", own], FORCE_HYPERLINK="1")
    assert "\033[1mnothing-passes\033[0m" in found
    assert "\033[1mnothing-passes\033[0m\033]8" not in found
    assert "\033[1mkubectl-version-skew\033[0m\033]8" in found


def test_a_quick_command_shows_no_progress():
    process, master = on_terminal(["check", WRONG], stream="stderr")
    text = read(master)
    process.communicate()
    assert "\r\033" not in text


def test_what_takes_long_says_what_it_does_and_wipes_it_away():
    process, master = on_terminal(["check", "-"], stream="stderr", stdin=subprocess.PIPE)
    text = read(master, until="reading standard input")
    process.communicate(b"{}")
    text += read(master)
    assert re.search(r"\r\033\[Kreading standard input … \d+ s", text)
    assert text.index("\r\033[Kerror: ") > text.rindex("reading standard input")


@pytest.mark.parametrize(("options", "variables"), [(["--quiet"], {}), ([], {"TERM": "dumb"})])
def test_progress_can_be_left_out(options, variables):
    process, master = on_terminal(["check", "-", *options], stream="stderr", stdin=subprocess.PIPE, **variables)
    time.sleep(PATIENCE + 2)
    process.communicate(b"{}")
    assert "reading standard input" not in read(master)
