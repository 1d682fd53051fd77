"""Which line of the user's code a finding stands for."""

from __future__ import annotations

import json

from conftest import SAMPLES


def test_the_kernel_of_jsii_is_not_the_user_s_code(check, tmp_path):
    # aws-cdk-lib 2.251 from Python, without JSII_HOST_STACK_TRACES
    frames = [
        "Kernel._Kernel_create (/tmp/tmpn_s_od_7/lib/program.js:1:63996)",
        "process.processImmediate (node:internal/timers:483:21)",
    ]
    for file in (SAMPLES / "payment-python" / "cdk.out").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    metadata = json.loads((tmp_path / "Payment.metadata.json").read_text(encoding="utf-8"))
    for entry in (entry for entries in metadata.values() for entry in entries):
        if entry["type"] == "aws:cdk:creationStack":
            entry["data"] = frames
    assert str(frames[0]) in json.dumps(metadata)
    (tmp_path / "Payment.metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    (location, *_) = [found["location"] for found in check(tmp_path).json["findings"]]
    assert location["source"] is None
    assert location["template"] == "Payment.template.json"
