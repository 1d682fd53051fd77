"""What an audit says of an input, and the laws that two such answers obey."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from conftest import TODAY

from eks_guard.audit import Options, audit
from eks_guard.errors import EksGuardError
from eks_guard.model.given import GivenValue
from eks_guard.policy.selection import Wanted

if TYPE_CHECKING:
    from specimens import Specimen

Verdicts: TypeAlias = dict[tuple[str, str, str], tuple[str, ...]]
"""The outcomes by policy, kind of subject and id of the subject."""
Answer: TypeAlias = tuple[str, str, str, str]
"""Policy, kind of subject, id of the subject, and outcome."""
Law: TypeAlias = Callable[[Verdicts, Verdicts], list[str]]
PACKS = ("deploy-safety", "baseline", "hardening", "workload-hardening", "cis-eks")
SEEN = ("kubectl-evidence-consistent", "chart-accepted", "provider-serves-resource", "node-bootstrap-fits-image")
"""Policies about what is seen: a witness that is not heard contradicts no other, a chart that is gone has no mistake,
a handler whose code is not seen is taken for one of the package that its resources are of, and an image that is open for
one of the user's own."""
ASKED_OF_THE_APP = ("cluster-spans-zones", "name-accepted")
"""Policies that are asked where the app decides the answer: not of subnets that it does not list, nor of a name that it
leaves to whoever deploys it, since all but a few templates that take their names would be open."""
BY_A_MATCH = (
    "aws-auth-roles-match",
    "fargate-subnets-private",
    "kubectl-role-has-access",
    "node-role-admitted",
    "nodegroup-subnets-addressed",
)
"""Policies by which a role is let in that something names, or a subnet is public whose route names a gateway."""
OWN = tuple(sorted((Path(__file__).parent / "own").glob("*.yaml")))
"""Policies by JSONPath, of which the packs have few."""
WANTED = Wanted(packs=PACKS, policies=OWN)
NOT_JUDGED = "not judged"
"""Stands for a policy where the report says that something was left out."""


APART = ("own-", "the facts are old")
"""How notes begin that are about our policies, and about tables: a value that is open asks for fewer of them."""


def verdicts(specimen: Specimen, back: Callable[[str], str] = str) -> Verdicts:
    """Judge a specimen; `back` undoes what a transformation did to the ids of subjects."""
    return by_subject(judged(specimen), back)


def by_subject(answers: Iterable[Answer], back: Callable[[str], str] = str) -> Verdicts:
    """Return the outcomes of an audit by policy and subject, whose id `back` changes."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for policy, kind, identity, outcome in answers:
        found.setdefault((policy, kind, back(identity)), []).append(outcome)
    return {key: tuple(sorted(outcomes)) for key, outcomes in found.items()}


def judged(specimen: Specimen) -> tuple[Answer, ...]:
    """Return what an audit of a specimen answers: its findings, and what was not judged."""
    with tempfile.TemporaryDirectory() as folder:
        path = specimen.write(Path(folder) / "cdk.out")
        given = tuple(GivenValue.parse(key, value, "test") for key, value in specimen.parameters)
        options = Options(str(path), datetime.date.fromisoformat(TODAY), wanted=WANTED, parameters=given)
        try:
            report = audit(options)
        except EksGuardError as error:
            return (("error", "", "", type(error).__name__),)
    left = dict.fromkeys(map(str, (*report.not_judged, *report.notes, *report.problems)))
    return (
        *((NOT_JUDGED, "", words, "unknown") for words in left if not words.startswith(APART)),
        *((one.policy.id, one.subject.kind, one.subject.id, str(one.outcome)) for one in report.findings),
    )


def same(before: Verdicts, after: Verdicts) -> list[str]:
    """Nothing changes; what is not judged may have other words."""
    judged = sorted(key for key in {*before, *after} if key[0] != NOT_JUDGED)
    return [_line(key, before, after) for key in judged if before.get(key) != after.get(key)]


def same_in_order(before: Verdicts, after: Verdicts) -> list[str]:
    """As `same`, but what came in no order comes in one: a stack is deployed after those that it depends on."""
    ordered = {
        key
        for key, outcomes in before.items()
        if key[0].endswith("-created-first") and outcomes == ("fail",) and after.get(key) == ("pass",)
    }
    kept = ({key: found for key, found in each.items() if key not in ordered} for each in (before, after))
    return same(*kept)


def same_elsewhere(before: Verdicts, after: Verdicts) -> list[str]:
    """As `same_in_order`; of two that are the same, the later one in the order of files is the second, which fails."""
    return same_in_order(_of_pairs(before), _of_pairs(after))


def _of_pairs(found: Verdicts) -> Verdicts:
    """The outcomes of what is declared once together, whichever of several subjects has which."""
    made: dict[tuple[str, str, str], list[str]] = {}
    for (policy, kind, identity), outcomes in found.items():
        key = (policy, kind, "all" if policy.endswith("-declared-once") else identity)
        made.setdefault(key, []).extend(outcomes)
    return {key: tuple(sorted(outcomes)) for key, outcomes in made.items()}


def doubled(before: Verdicts, after: Verdicts) -> list[str]:
    """Everything is there twice, and nothing else changes."""
    kept = {key: outcomes for key, outcomes in after.items() if key[0] != NOT_JUDGED}
    twice = {key: tuple(sorted(outcomes * 2)) for key, outcomes in before.items() if key[0] != NOT_JUDGED}
    return same(twice, kept)


def only_towards_unknown(before: Verdicts, after: Verdicts) -> list[str]:
    """What is no longer known may make an answer unknown, and never another one.

    A pass may become not applicable. Any other verdict may go where something says so that did not before.
    """
    said = {key for key, outcomes in after.items() if "unknown" in outcomes and "unknown" not in before.get(key, ())}
    judged = [key for key in before if key[0] not in SEEN and not _is_judged_now(key, before, after)]
    judged = [key for key in judged if not _is_of_another_witness(key, before, after)]
    judged = [key for key in judged if not (key[0] in ASKED_OF_THE_APP and _is_not_asked(after.get(key)))]
    broken = [key for key in judged if not _is_as_open(before[key], after.get(key), said=bool(said))]
    broken += [key for key in after if key not in before and "fail" in after[key]]
    return [_line(key, before, after) for key in sorted(broken)]


def only_towards_unknown_or_apart(before: Verdicts, after: Verdicts) -> list[str]:
    """As `only_towards_unknown`, but a value that AWS makes up is none that is given beforehand: what may be one passes.

    So does what was declared twice, by that very value; and what it named is named no more.
    """
    settled = {
        key
        for key in before
        if (after.get(key) == ("pass",) and (before[key] == ("unknown",) or key[0].endswith("-declared-once")))
        or (after.get(key) in (("pass",), ("fail",)) and key[0] in BY_A_MATCH)
    }
    kept = ({key: found for key, found in each.items() if key not in settled} for each in (before, after))
    return only_towards_unknown(*kept)


def _is_judged_now(key: tuple[str, str, str], before: Verdicts, after: Verdicts) -> bool:
    """Whether nothing was judged by a version that EKS has no more, or that does not serve the kind of an object.

    A version that is open is one that EKS has, and the object is judged by those that serve its kind.
    """
    settling = (("cluster-version-creatable", None), ("api-version-served", key[2]))
    return (set(before[key]) == {"not-applicable"} or key[0] == "api-version-lasts") and any(
        "fail" in outcomes and "fail" not in after.get(other, ())
        for other, outcomes in before.items()
        for policy, subject in settling
        if other[0] == policy and subject in (None, other[2])
    )


def _is_of_another_witness(key: tuple[str, str, str], before: Verdicts, after: Verdicts) -> bool:
    """Whether two witnesses of a layer contradicted each other, and only the other one is heard now.

    An asset that holds no kubectl outweighs a description that says so; where the asset is open, the description counts.
    """
    witnesses = ("kubectl-evidence-consistent", *key[1:])
    return (
        key[0].startswith("kubectl-") and "fail" in before.get(witnesses, ()) and "fail" not in after.get(witnesses, ())
    )


def _is_as_open(before: tuple[str, ...], after: tuple[str, ...] | None, *, said: bool) -> bool:
    if before == after or (set(before) == {"not-applicable"} and after == ("pass",)):
        return True
    if after is None or _is_not_asked(after):
        return said or set(before) <= {"not-applicable", "pass"}
    return len(before) == len(after) and set(after) <= {*before, "unknown"}


def _is_not_asked(outcomes: tuple[str, ...] | None) -> bool:
    return outcomes is None or set(outcomes) == {"not-applicable"}


def _line(key: tuple[str, str, str], before: Verdicts, after: Verdicts) -> str:
    return f"{key[0]} of {key[2]} ({key[1]}): {before.get(key)} -> {after.get(key)}"
