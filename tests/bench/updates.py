"""What `check --against` and `upgrade` cost beside a plain `check`: 200 stacks, 20 with EKS. updates.py [ROUNDS]

The app is made of the payment sample, so that nothing has to be synthesized.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from processes import measure

SAMPLE = Path(__file__).parent.parent.parent / "sample_templates" / "payment-current" / "cdk.out"
STACKS, WITH_EKS = 200, 20
QUEUES = {
    "Resources": {
        f"Queue{index}": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": index}} for index in range(60)
    }
}
LIMITS = {"check --against": 2.2, "upgrade, 5 steps": 1.5}


def main(rounds: int) -> None:
    """Print the median of each command, and its ratio to a plain check."""
    with tempfile.TemporaryDirectory(prefix="eks-guard-") as folder:
        before, after = write_app(Path(folder) / "before", "1.31"), write_app(Path(folder) / "after", "1.32")
        ours = [sys.executable, "-m", "eks_guard"]
        day = ["--today", "2026-11-24"]
        runs = measure(
            {
                "check": [*ours, "check", str(after), *day],
                "check --against": [*ours, "check", str(after), "--against", str(before), *day],
                "upgrade, 5 steps": [*ours, "upgrade", str(before), "--to", "1.36", *day],
            },
            rounds,
        )
        plain = runs["check"].median
        for name, run in runs.items():
            limit = f"  (at most {LIMITS[name]})" if name in LIMITS else ""
            print(f"  {name:<20}{run.median:8.3f} s{run.median / plain:8.2f} x{limit}")


def write_app(folder: Path, version: str) -> Path:
    """A cdk.out of many stacks, some of them copies of the sample with a Kubernetes version."""
    folder.mkdir()
    artifacts = {}
    (nested,) = {file.name for file in SAMPLE.glob("Payment.template.json")}
    template = json.loads((SAMPLE / nested).read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "Custom::AWSCDK-EKS-Cluster":
            resource["Properties"]["Config"]["version"] = version
    for file in SAMPLE.iterdir():
        if file.name not in ("manifest.json", "tree.json", nested):
            (shutil.copytree if file.is_dir() else shutil.copy)(file, folder / file.name)
    for index in range(STACKS):
        name = f"Stack{index}"
        body = template if index % (STACKS // WITH_EKS) == 0 else QUEUES
        (folder / f"{name}.template.json").write_text(json.dumps(body), encoding="utf-8")
        properties = {"templateFile": f"{name}.template.json"}
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111111111111/eu-west-1",
            "properties": properties,
        }
    artifacts["Payment.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": "Payment.assets.json"}}
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}), encoding="utf-8")
    return folder


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
