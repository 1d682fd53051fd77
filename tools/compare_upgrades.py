"""Compare `upgrade` with pluto and kubent on one set of objects, and write what comes out into docs/upgrade-compare.md.

python tools/compare_upgrades.py. The objects are ours, one for each API version in the test files of both, in four
forms each; what pluto and kubent say of them is in their tables, by which alone they judge.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
APIS = ROOT / "tests" / "upgrade" / "compared" / "apis.json"
PAGE = ROOT / "docs" / "upgrade-compare.md"
BEGIN, END = "<!-- written by tools/compare_upgrades.py -->", "<!-- end -->"
START, TARGET, DAY = "1.18", "1.36", "2026-11-24"
TOOLS = ("eks-guard", "pluto", "kubent")
FORMS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Alone": lambda thing: [thing],
    "Beside": lambda thing: [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "beside"}}, thing],
    "Listed": lambda thing: [{"apiVersion": "v1", "kind": "List", "items": [thing]}],
    "Annotated": lambda thing: [{**thing, "metadata": {**thing["metadata"], "annotations": {"note": "apps/v1"}}}],
}
"""A cluster for each form; its manifests have one object of the set each."""


def main() -> None:
    """Write the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{written()}\n{END}{after}", encoding="utf-8")


def written() -> str:
    """The tables as Markdown."""
    apis = json.loads(APIS.read_text(encoding="utf-8"))["apis"]
    said = ours(apis)
    return "\n".join((*_counts(apis, said), "", *_differences(apis, said))) + "\n"


def ours(apis: list[dict[str, Any]]) -> dict[tuple[str, str], set[str | None]]:
    """The minors from which on `upgrade` finds each API version gone, one for each form; None for none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Compared.template.json"
        path.write_text(json.dumps({"Resources": dict(_resources(apis))}), encoding="utf-8")
        command = [sys.executable, "-m", "eks_guard", "upgrade", str(path), "--to", TARGET, "--today", DAY]
        done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    found: dict[tuple[str, str], set[str | None]] = {(api["api_version"], api["kind"]): set() for api in apis}
    for cluster in json.loads(done.stdout)["clusters"]:
        gone = dict(_gone(cluster))
        for key, minors in found.items():
            minors.add(gone.get(key))
    return found


def _resources(apis: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for form, write in FORMS.items():
        yield form, {"Type": "AWS::EKS::Cluster", "Properties": {"Name": form, "Version": START}}
        for number, api in enumerate(apis):
            thing = {"apiVersion": api["api_version"], "kind": api["kind"], "metadata": {"name": f"it-{number}"}}
            properties = {"ClusterName": {"Ref": form}, "Manifest": json.dumps(write(thing))}
            yield f"{form}{number}", {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}


def _gone(cluster: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """What a plan says is removed, and in which minor: for what was gone before, its sentence has it."""
    for step in cluster["steps"]:
        for item in step["items"]:
            if item["id"] == "api-removed":
                already = "does not serve it either" in item["says"] and re.search(r"\b1\.\d+", item["says"])
                name = item["object"]
                yield (name["api_version"], name["kind"]), already[0] if already else step["to"]


def outcome(said: str | None, gone: str | None) -> str:
    """Whether an answer is right: found, missed, at a wrong minor, or a false alarm."""
    if gone is None:
        return "right" if said is None else "false alarm"
    return "missed" if said is None else "right" if said == gone else "wrong minor"


def _answers(api: dict[str, Any], said: dict[tuple[str, str], set[str | None]]) -> dict[str, str | None]:
    minors = said[api["api_version"], api["kind"]]
    one = next(iter(minors)) if len(minors) == 1 else "not the same in all forms"
    return {"eks-guard": one, "pluto": api["pluto"], "kubent": api["kubent"]}


def _counts(apis: list[dict[str, Any]], said: dict[tuple[str, str], set[str | None]]) -> Iterator[str]:
    yield "| API versions | answer | eks-guard | pluto 5.24.0 | kubent |"
    yield "|---|---|--:|--:|--:|"
    for name, theirs in (("in their own test files", True), ("newer", False)):
        chosen = [api for api in apis if (api["files"] != "none") is theirs]
        counts = {tool: Counter(outcome(_answers(api, said)[tool], api["gone"]) for api in chosen) for tool in TOOLS}
        for what in ("right", "missed", "wrong minor", "false alarm"):
            shown = " | ".join(str(counts[tool][what]) for tool in TOOLS)
            yield f"| {len(chosen)} {name} | {what} | {shown} |"


def _differences(apis: list[dict[str, Any]], said: dict[tuple[str, str], set[str | None]]) -> Iterator[str]:
    yield "| not served from | API version | kind | eks-guard | pluto 5.24.0 | kubent |"
    yield "|---|---|---|---|---|---|"
    for api in apis:
        answers = _answers(api, said)
        if len(set(answers.values())) > 1:
            shown = " | ".join(answers[tool] or "none" for tool in TOOLS)
            yield f"| {api['gone'] or f'still served in {TARGET}'} | `{api['api_version']}` | {api['kind']} | {shown} |"


if __name__ == "__main__":
    main()
