"""Every sentence of `SECURITY.md` and `docs/limits.md` has its test: a new one without fails here, by its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from test_limits_page import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_PEOPLE = "a promise of people"
LIMITS = {
    "`check` may run on anybody's": "tests/hostile/test_limits.py::test_a_check_ends_within_what_the_page_promises",
    "The constants below bound": "tests/hostile/test_promises.py::test_an_honest_app_stays_far_from_every_budget",
    "A test keeps this page": "tests/hostile/test_limits_page.py::test_the_page_lists_every_limit_with_its_value",
    "Reaching a limit is always": "tests/hostile/test_every_limit.py::test_every_limit_is_tried_from_both_sides",
    "**refused**": "tests/hostile/test_limits.py::test_a_check_ends_within_what_the_page_promises",
    "**not judged**": "tests/hostile/test_hidden.py::test_what_a_template_may_bring_is_named",
    "**unknown**": "tests/hostile/test_limit_pairs_of_values.py::test_a_limit_is_said_just_above_it_and_not_at_it",
    "**silent witness**": "tests/resolve/test_evidence.py::test_any_report_is_read_or_passed_over",
    "Without any other, the version": "tests/resolve/test_evidence.py::test_a_program_that_does_not_tell_is_silent",
    "**wrong usage**": "tests/hostile/test_promises.py::test_a_policy_beyond_its_limit_is_wrong_usage_and_judges_nothing",
    "**shortened**": "tests/hostile/test_limit_pairs_of_values.py::test_a_limit_is_said_just_above_it_and_not_at_it",
    "Also refused: JSON nested": "tests/hostile/test_promises.py::test_what_the_page_of_limits_refuses_besides_is_refused",
    "At each of the limits on size": "tests/hostile/test_limits.py::test_the_page_says_what_is_measured",
}
"""The beginning of each sentence, and the test of it."""
SECURITY = {
    "Report vulnerabilities privately": OF_PEOPLE,
    "You get an answer": OF_PEOPLE,
    "The newest release": OF_PEOPLE,
    "eks-guard decides whether a pipeline": "tests/test_gate.py::test_a_pipeline_stops_on_the_broken_sample_and_passes_the_good_one",
    "The author of the app controls": "tests/hostile/test_configuration.py::test_each_change_is_said",
    "Three things must hold": "tests/hostile/test_limits_page.py::test_every_threat_of_the_security_page_names_tests_that_exist",
    "**The verdict cannot be manipulated.**": "tests/hostile/test_hidden.py::test_what_a_template_may_bring_is_named",
    "No input makes a failure": "tests/report/test_incomplete.py::test_a_template_that_is_cut_off_makes_every_report_incomplete",
    "**The machine is not harmed.**": "tests/hostile/test_limits.py::test_a_check_ends_within_what_the_page_promises",
    "Nothing is executed": "tests/test_offline.py::test_no_command_opens_a_socket_or_starts_a_program",
    "**Readers of the report": "tests/hostile/test_names.py::test_no_format_passes_on_what_a_terminal_obeys",
    "Terminals, logs, browsers": "tests/hostile/test_names.py::test_xml_is_well_formed",
    "Anybody who may change": "tests/hostile/test_configuration.py::test_every_format_names_the_file_and_what_it_changes",
    "Protect those": "tests/hostile/test_configuration.py::test_the_decision_can_be_taken_from_the_repository",
    "The hash in an asset's name": "tests/resolve/test_evidence.py::test_a_published_hash_speaks_alone_where_its_zip_is_not_at_hand",
    "Where the zip is at hand": "tests/resolve/test_evidence.py::test_a_published_hash_does_not_vouch_for_another_program",
    "Somebody who can write": "tests/faults/test_files.py::test_a_template_that_is_cut_off_meanwhile_is_told",
    "A template that says one thing": "tests/hostile/test_promises.py::test_a_template_behind_a_macro_never_passes_strictly",
    "The command has the rights": "tests/hostile/test_promises.py::test_a_check_needs_nothing_but_to_read_the_folder",
}
"""The same of the page on security, whose table of threats names its tests itself."""
PAGES = {"docs/limits.md": LIMITS, "SECURITY.md": SECURITY}


def sentences(page: str) -> Iterator[str]:
    """The sentences of a page, without headings and tables."""
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(r"^(#|\|).*$", "", text, flags=re.MULTILINE)
    for block in re.split(r"\n\s*\n|^(?:-|\d\.) ", prose, flags=re.MULTILINE):
        for sentence in re.split(r"(?<=\.) +(?=[A-Z`*])|(?<=\.\*\*) +", " ".join(block.split())):
            if sentence:
                yield sentence


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_has_its_test(page):
    assert [one for one in sentences(page) if not any(one.startswith(start) for start in PAGES[page])] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_test_is_of_a_sentence_that_is_gone(page):
    written = list(sentences(page))
    assert [start for start in PAGES[page] if not any(one.startswith(start) for one in written)] == []


@pytest.mark.parametrize("named", sorted({*LIMITS.values(), *SECURITY.values()} - {OF_PEOPLE}))
def test_the_test_of_a_sentence_is_there(named):
    path, _, name = named.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
