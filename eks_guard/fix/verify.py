"""The proof of a patch: a patched copy of the project is synthesized, and its assembly compared with the first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.audit import audit
from eks_guard.errors import UsageError
from eks_guard.model.outcome import OPEN
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.audit import Options
    from eks_guard.fix.change import Announced
    from eks_guard.fix.plan import Plan
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report

LINKED = ("node_modules", ".venv", "venv")
LEFT_OUT = ("cdk.out", ".git", "__pycache__", *LINKED)
CDK_ITSELF = ("AWS::CDK::Metadata",)
"""What CDK writes about itself, such as the list of the classes that were used."""
NESTED = ("AWS::CloudFormation::Stack", ("TemplateURL",))
"""The resource of a nested stack names its template by a hash; the template itself is compared like any other."""
SECONDS = 900


@dataclass(frozen=True, slots=True)
class Proof:
    """What a synthesis of the patched copy showed: the facts that hold, or what does not."""

    facts: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def prove(plan: Plan, options: Options, folder: Path) -> Proof:
    """Synthesize a patched copy and compare. Raises UsageError where the app cannot be run."""
    with tempfile.TemporaryDirectory(prefix="eks-guard-fix-") as temporary:
        copy = Path(temporary) / folder.name
        _copied(folder, copy, plan)
        out = Path(temporary) / "cdk.out"
        _synthesize(copy, out)
        after = replace(options, path=str(out))
        every = replace(options.wanted, select=())
        failures = (
            *_still_there(plan, audit(after)),
            *_new(audit(replace(options, wanted=every)), audit(replace(after, wanted=every))),
            *_unannounced(plan, Path(options.path), out),
        )
    if failures:
        return Proof(failures=failures)
    kinds = ", ".join(sorted({kind for kind, _ in announced(plan)}))
    return Proof(
        (
            "the findings that the patch is for are gone",
            "no policy fails that did not fail before",
            f"the only changes are the announced ones: {kinds}",
        )
    )


def announced(plan: Plan) -> list[Announced]:
    """Return the resources that the patch may change."""
    return [one for answer in plan.patched if answer.change for one in answer.change.announces]


def _copied(folder: Path, copy: Path, plan: Plan) -> None:
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    for above in (folder, *folder.parents):
        for name in LINKED:
            target = copy / name
            if (above / name).is_dir() and not target.exists() and not target.is_symlink():
                target.symlink_to(above / name)
    for path, content in plan.after.items():
        (copy / path).write_bytes(content)


def _synthesize(copy: Path, out: Path) -> None:
    """Run the app of cdk.json, as `cdk synth` does. Raises UsageError if it fails."""
    try:
        data = json.loads((copy / "cdk.json").read_text(encoding="utf-8"))
        command = data["app"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            "--verify: found no cdk.json with an `app` in the project; pass its folder with --project"
        ) from None
    context = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    more = data.get("context")
    context |= more if isinstance(more, dict) else {}
    context |= _looked_up(copy)
    environment = {
        **os.environ,
        "PATH": f"{copy / '.venv' / 'bin'}:{copy / 'venv' / 'bin'}:{os.environ.get('PATH', '')}",
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_VALIDATION": "false",
        "JSII_HOST_STACK_TRACES": "1",
    }
    result = subprocess.run(  # noqa: S603 (the app of the project itself, on demand)
        ["sh", "-c", str(command)],  # noqa: S607 (the shell, as the CDK CLI uses it for this command)
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if result.returncode or not (out / "manifest.json").is_file():
        said = (result.stderr or result.stdout).strip().splitlines()
        missing = next((line for line in said if "Cannot find module" in line or "No module named" in line), None)
        hint = f"{missing.strip()}: install the packages of the patch first" if missing else "\n".join(said[-12:])
        raise UsageError(f"--verify: the patched app does not synthesize: {hint}")


def _looked_up(copy: Path) -> dict[str, Any]:
    try:
        data = json.loads((copy / "cdk.context.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _failures(report: Report) -> dict[tuple[str, str], Finding]:
    return {(finding.policy.id, finding.subject.id): finding for finding in report.findings if finding.outcome in OPEN}


def _still_there(plan: Plan, after: Report) -> Iterator[str]:
    left = _failures(after)
    for answer in plan.patched:
        key = (answer.finding.policy.id, answer.finding.subject.id)
        if key in left:
            yield f"{key[0]} of {key[1]} is still there: {'; '.join(left[key].because)}"


def _new(before: Report, after: Report) -> Iterator[str]:
    known = _failures(before)
    for key, finding in _failures(after).items():
        if key not in known:
            yield f"{key[0]} of {key[1]} is new: {'; '.join(finding.because)}"


def _unannounced(plan: Plan, before: Path, after: Path) -> Iterator[str]:
    """Yield the differences between two assemblies that the edits do not announce."""
    allowed = [*announced(plan), NESTED]
    one, two = _templates(before), _templates(after)
    for name in sorted(one.keys() | two.keys()):
        old, new = one.get(name, {}), two.get(name, {})
        for key, kind, path in _differences(old, new):
            if kind not in CDK_ITSELF and not any(_covers(entry, kind, path) for entry in allowed):
                yield f"{name}: {key} ({kind}) differs in {path or 'whole'}, which the patch does not announce"


def _covers(entry: Announced, kind: str, path: str) -> bool:
    name, properties = entry
    return kind == name and (not properties or any(path == own or path.startswith(f"{own}.") for own in properties))


def _templates(folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for file in sorted(folder.rglob("*.template.json")):
        found[file.relative_to(folder).as_posix()] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield logical id, type and path below the properties of what differs between two templates."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    for key in sorted(before.keys() | after.keys()):
        one, two = before.get(key), after.get(key)
        if one is None or two is None:
            yield key, str((one or two or {}).get("Type")), ""
        elif one != two:
            kind = str(two.get("Type"))
            attributes = sorted((one.keys() | two.keys()) - IGNORED)
            yield from ((key, kind, name) for name in attributes if one.get(name) != two.get(name))
            yield from ((key, kind, path) for path in _paths(one.get("Properties", {}), two.get("Properties", {})))
    for section in ("Conditions", "Mappings", "Outputs"):
        if old.get(section) != new.get(section):
            yield section, section, ""


IGNORED = {"Properties", "Metadata"}


def _paths(one: Any, two: Any, prefix: str = "") -> Iterator[str]:
    """Yield the paths of the properties that differ; a list is compared as a whole."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted(one.keys() | two.keys()):
            yield from _paths(one.get(key), two.get(key), f"{prefix}.{key}" if prefix else str(key))
    elif one != two:
        yield prefix
