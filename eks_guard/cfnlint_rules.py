"""The policies as cfn-lint rules: `cfn-lint -a eks_guard.cfnlint_rules -t 'cdk.out/**/*.template.json'`.

cfn-lint sees one template at a time. The assembly around it is audited once for each run; each rule then reports
what its policy found in the template at hand. cfn-lint loads every rule class that is an attribute of this module.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from cfnlint.rules import CloudFormationLintRule as _Rule
from cfnlint.rules import RuleMatch

from eks_guard import clock
from eks_guard.assembly.artifacts import MANIFEST
from eks_guard.assembly.load import outermost_assembly
from eks_guard.audit import Options, audit
from eks_guard.data import Tables
from eks_guard.errors import EksGuardError
from eks_guard.model.addresses import help_page, page
from eks_guard.model.given import GivenValue
from eks_guard.model.outcome import Outcome
from eks_guard.model.report import Ruling
from eks_guard.model.value import unescape_pointer
from eks_guard.policy.config import Config, find_config, load_config
from eks_guard.policy.kinds import asks_of_change
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.report.edits import fix_text
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfnlint.template import Template

    from eks_guard.model.finding import Finding, Location
    from eks_guard.model.kubectl import Step
    from eks_guard.model.policy import Policy
    from eks_guard.model.report import Report
    from eks_guard.model.value import Place

OWN = "E9899"
NOT_KNOWN = "I9800"
NOTED = "I9899"
STRICT = "strict"
NOT_JUDGED = "W9800"
UNREADABLE = "E9800"
STDIN = "stdin"


class _OwnRule(_Rule):  # type: ignore[misc] # cfn-lint has no types
    """What all rules of eks-guard have alike."""

    source_url = page("cfn-lint")
    tags: ClassVar[list[str]] = ["eks", "cdk"]


class _PolicyRule(_OwnRule):
    """What one policy finds in a template. `asked` is its id; none stands for all policies that are not built in."""

    asked: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.config_definition = {STRICT: {"default": False, "type": "boolean"}}
        self.configure()

    def match(self, cfn: Template) -> list[RuleMatch]:
        """What closes the gate in this template; what is unknown, too, if the rule is configured to be strict."""
        rulings = {Ruling.FAILED} | ({Ruling.UNKNOWN} if self.config[STRICT] else set())
        rulings |= {Ruling.NOTED} if self.id.startswith("I") else set()
        built_in = _rule_ids()
        return [
            match
            for finding, match in _matches(cfn, rulings)
            if (finding.policy.id in self.asked if self.asked else finding.policy.id not in built_in)
        ]


class EksGuardUnknown(_OwnRule):
    """What the templates do not decide, for who asks with `-c I`."""

    id = NOT_KNOWN
    shortdesc = "eks-guard knows what it needs"
    description = "A value that is decided when the stack is deployed leaves a policy without an answer"

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Every unknown finding whose place is in this template."""
        return [match for _, match in _matches(cfn, {Ruling.UNKNOWN})]


class EksGuardNoted(_OwnRule):
    """What failed below the gate, for who asks with `-c I`: an error or a warning would fail cfn-lint's run."""

    id = NOTED
    shortdesc = "nothing fails below the gate of eks-guard"
    description = "A policy failed with a severity below fail-on, so that `eks-guard check` passes"

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Every such finding in this template whose own rule is no note."""
        ids = _rule_ids()
        found = _matches(cfn, {Ruling.NOTED})
        return [match for finding, match in found if not ids.get(finding.policy.id, OWN).startswith("I")]


class EksGuardUnreadable(_OwnRule):
    """What eks-guard could not read was not judged."""

    id = UNREADABLE
    shortdesc = "eks-guard reads the whole assembly"
    description = "A template, policy or configuration that cannot be read leaves the audit incomplete"

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Every problem, at the top of the template."""
        try:
            report, _ = _audited(cfn)
        except EksGuardError as error:
            return [RuleMatch(["Resources"], safe(line)) for line in str(error).splitlines()]
        return [RuleMatch(["Resources"], safe(problem)) for problem in report.problems]


class EksGuardNotJudged(_OwnRule):
    """What may hold EKS resources, and eks-guard could not see."""

    id = NOT_JUDGED
    shortdesc = "eks-guard judges all that may hold EKS resources"
    description = "What a macro, a template elsewhere or a file that no manifest lists brings was not judged"

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Everything in this template that was not judged, and what cfn-lint has no template to ask about."""
        try:
            report, name = _audited(cfn)
        except EksGuardError:
            return []  # said once, by the rule for what cannot be read
        return [
            RuleMatch(["Resources"], safe(f"not judged: {entry}"))
            for entry in report.not_judged
            if entry.where.partition("#")[0] == name or entry.where.endswith(MANIFEST)
        ]


def _matches(cfn: Template, rulings: set[Ruling]) -> Iterator[tuple[Finding, RuleMatch]]:
    """The findings of some rulings whose place is in a template."""
    try:
        report, name = _audited(cfn)
    except EksGuardError:
        return  # said once, by the rule for what cannot be read
    folder = (cfn.filename or "").removesuffix(name)
    for finding in report.findings:
        if report.gate.rule(finding) in rulings and _file(finding.location.place) == name:
            yield finding, _match(finding, name, folder, cfn.template, report)


def _match(finding: Finding, here: str, folder: str, template: Any, report: Report) -> RuleMatch:
    """A finding at its property, with the hops of its proof that stand in other templates as its context."""
    reasons = "; ".join(finding.because)
    unknown = "unknown: " if finding.outcome is Outcome.UNKNOWN and not reasons.startswith("unknown") else ""
    context = [
        _hop(finding, step, where, folder)
        for step, where in finding.trace
        if where and where.line and _file(where.place) != here
    ]
    message = f"[{finding.policy.id}] {finding.subject.id}: {unknown}{reasons}"
    message += f" · fix: {' ⏎ '.join(fix_text(finding, report).splitlines())}"
    return RuleMatch(_at(finding.location.place, template), safe(message), context=context)


def _file(place: Place) -> str:
    """The file of a place, which may be inside a template that a resource of the file holds as text."""
    return place.template.partition("#")[0]


def _at(place: Place, template: Any) -> list[str | int]:
    """The keys of a place; of one inside a template that a resource holds, those of the resource."""
    holder = place.template.partition("#")[2].partition("#")[0]
    return ["Resources", holder] if holder else _path(place.pointer, template)


def _path(pointer: str, node: Any) -> list[str | int]:
    """The keys of a pointer as cfn-lint wants them: numbers in lists only, for a logical id may be one, too."""
    path: list[str | int] = []
    for segment in pointer.split("/")[1:]:
        key = unescape_pointer(segment)
        if isinstance(node, list):
            path.append(int(key))
            node = node[int(key)]
        else:
            path.append(key)
            node = node.get(key) if isinstance(node, dict) else None
    return path


def _hop(finding: Finding, step: Step, where: Location, folder: str) -> RuleMatch:
    """A hop; cfn-lint puts its empty path behind that of the finding, so what ignores that ignores the hop, too."""
    line, column = (where.line or 1) - 1, (where.column or 1) - 1
    message = safe(f"[{finding.policy.id}] {step.kind}: {step.says}")
    return RuleMatch([], message, filename=f"{folder}{_file(where.place)}", location=(line, column, line, column + 1))


def _audited(cfn: Template) -> tuple[Report, str]:
    """The report of the assembly that holds the template, and the template's name in it."""
    if not cfn.filename:
        return _audit_text(json.dumps(cfn.template), _given(cfn)), STDIN
    path = Path(cfn.filename).resolve()
    root = outermost_assembly(path.parent)
    if root is None:
        return _audit_path(str(path), _given(cfn)), path.name
    return _audit_path(str(root), _given(cfn)), path.relative_to(root).as_posix()


@cache
def _audit_path(path: str, given: tuple[GivenValue, ...]) -> Report:
    return audit(_options(path, None, given))


@cache
def _audit_text(text: str, given: tuple[GivenValue, ...]) -> Report:
    return audit(_options(STDIN, text.encode(errors="surrogatepass"), given))


def _given(cfn: Template) -> tuple[GivenValue, ...]:
    """The values of cfn-lint's own `--parameters`; several sets of them, as of deployment files, are no one value."""
    sets = getattr(getattr(cfn, "context", None), "parameter_sets", None) or []
    if len(sets) != 1:
        return ()
    values = sets[0].parameters.items()
    return tuple(GivenValue(str(key), str(value)) for key, value in values if not isinstance(value, dict | list))


def _options(path: str, stdin: bytes | None, given: tuple[GivenValue, ...]) -> Options:
    found = find_config(Path.cwd())
    config = load_config(found) if found else Config()
    return Options(path=path, today=clock.today(), stdin=stdin, config=config, gate=config.gate(), parameters=given)


@cache
def _rule_ids() -> dict[str, str]:
    return dict(Tables().cfnlint_ids)


def _policies() -> Iterator[Policy]:
    """All that one assembly is judged by; an update has two, and cfn-lint is given one."""
    return (policy for pack in builtin_packs() for policy in load_pack(pack) if not asks_of_change(policy))


def _rule_class(rule_id: str, title: str, description: str, url: str, asked: frozenset[str]) -> type[_PolicyRule]:
    body = {"id": rule_id, "shortdesc": title, "description": description, "source_url": url, "asked": asked}
    return type(f"EksGuard{rule_id}", (_PolicyRule,), {**body, "__module__": __name__, "__doc__": title})


for _policy in _policies():
    _rule_id = _rule_ids()[_policy.id]
    _url = help_page(_policy)
    globals()[f"EksGuard{_rule_id}"] = _rule_class(
        _rule_id, f"{_policy.id}: {_policy.title}", _policy.rationale, _url, frozenset({_policy.id})
    )
globals()[f"EksGuard{OWN}"] = _rule_class(
    OWN,
    "policies of the project's own",
    "What the policies that eks-guard.yaml names find",
    page("cfn-lint"),
    frozenset(),
)
