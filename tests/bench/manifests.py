"""What judging Kubernetes objects costs: 500 manifests with and without `manifest-valid`, and an app without any.

python tests/bench/manifests.py [ROUNDS]. The difference is to stay below 0.1 s, and an app without manifests imports
nothing of what judges them.
"""

from __future__ import annotations

import datetime
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from eks_guard.audit import Options, audit
from eks_guard.policy.selection import Wanted

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "kubernetes" / "examples.yaml"
COUNT, MOST_SECONDS = 500, 0.1
NEWEST = "1.36"
TODAY = datetime.date(2026, 11, 26)
POLICY = "manifest-valid"


def written(folder: Path, count: int) -> Path:
    """A template of a cluster with some manifests, the examples of Kubernetes' documentation again and again."""
    examples = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    resources: dict[str, Any] = {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "bench", "Version": NEWEST}}
    }
    for number in range(count):
        body = {key: value for key, value in examples[number % len(examples)].items() if key != "since"}
        resources[f"Manifest{number}"] = {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {"ClusterName": {"Ref": "Cluster"}, "Manifest": json.dumps([body], separators=(",", ":"))},
        }
    path = folder / f"Bench{count}.template.json"
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return path


def seconds(path: Path, rounds: int, *, ignore: tuple[str, ...]) -> float:
    """The median CPU time of an audit in a process that has everything imported; the machine may be busy."""
    options = Options(path=str(path), today=TODAY, wanted=Wanted(ignore=ignore))
    audit(options)
    times = []
    for _ in range(rounds):
        start = time.process_time()
        audit(options)
        times.append(time.process_time() - start)
    return statistics.median(times)


def imported(path: Path) -> list[str]:
    """The modules of the rules for objects that a check imports."""
    code = (
        "import sys; from eks_guard.__main__ import main\n"
        f"sys.argv = ['eks-guard', 'check', {str(path)!r}, '--exit-zero', '--format', 'concise']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('\\n'.join(m for m in sys.modules if m.startswith('eks_guard.kubernetes.rules')), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stderr.split()


def main(rounds: int) -> None:
    """Print the three numbers."""
    with tempfile.TemporaryDirectory() as folder:
        path, bare = written(Path(folder), COUNT), written(Path(folder), 0)
        without, with_it = (seconds(path, rounds, ignore=ignore) for ignore in ((POLICY,), ()))
        modules = len(imported(bare))
    more = with_it - without
    print(f"  {COUNT} manifests, all other policies {without * 1000:8.1f} ms")
    print(f"  and {POLICY:<27}{with_it * 1000:10.1f} ms, {more * 1000:.1f} ms more (at most {MOST_SECONDS * 1000:.0f})")
    print(f"  imported without manifests {modules:13} modules of the rules (none)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
