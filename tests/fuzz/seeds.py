"""What the fuzzer starts from: real files, as far as a target reads such."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_templates"
MAX_SEED = 200_000


def seeds(target: str) -> list[bytes]:
    """The inputs that a target starts from; none where hypothesis builds them."""
    match target:
        case "assembly":
            from targets import SEPARATOR

            stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
            assets = {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}}
            artifacts = {"S": {**stack, "additionalMetadataFile": "S.metadata.json"}, "A": assets}
            manifest = json.dumps({"version": "36.0.0", "artifacts": artifacts}).encode()
            inputs = [SEPARATOR.join([manifest, *_files(folder)]) for folder in SAMPLES.glob("payment-*/cdk.out")]
            return sorted(inputs, key=lambda content: (len(content), content))[:3]
        case "template":
            inputs = [path.read_bytes() for path in SAMPLES.glob("*/cdk.out/*.template.json")]
            return sorted(set(inputs), key=lambda content: (len(content), content))[:8]
        case "yaml":
            return [b"Resources:\n  C:\n    Type: AWS::EKS::Cluster\n    Properties:\n      Version: !Ref V\n"]
        case "manifest":
            return [json.dumps([{"apiVersion": "v1", "kind": "List", "items": [_OBJECT]}]).encode()]
        case "policy":
            return [path.read_bytes() for path in sorted((ROOT / "policies").rglob("*.yaml"))]
        case "config":
            return [_CONFIG]
        case "zip":
            return [_zip(method) for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)]
        case "positions":
            return [b'/Resources/a/1/b~1c\n{"Resources": {"a": [1, {"b/c": null}]}}']
    return []


def _files(folder: Path) -> list[bytes]:
    names = ("*[!d].template.json", "*Kubectl*.nested.template.json", "*.assets.json", "*.metadata.json", "tree.json")
    found = [next(iter(sorted(folder.glob(name))), None) for name in names]
    return [path.read_bytes() if path and path.stat().st_size < MAX_SEED else b"{}" for path in found]


def _zip(method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("kubectl/kubectl", b"\x7fELF\x00v1.28.3\x00" * 10)
        archive.writestr("./bin/kubectl", b"no program")
    return buffer.getvalue()


_OBJECT = {
    "apiVersion": "v1",
    "kind": "ServiceAccount",
    "metadata": {"name": "a", "namespace": "b", "annotations": {"eks.amazonaws.com/role-arn": "arn"}},
}
_CONFIG = b"""\
packs: [baseline]
disable: [control-plane-logging]
severity: {endpoint-private: low}
declare:
  clusters: [{name: "payment", version: "1.34"}]
  layers: [{arn: "arn:*", kubectl: "1.34.1"}]
waivers: [{policy: endpoint-private, subject: "Payment/**", reason: known, expires: "2027-01-01"}]
"""
