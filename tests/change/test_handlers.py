"""CDK's own cluster handlers, run by node on random changes, do what the comparison of two assemblies says of them."""

from __future__ import annotations

import datetime
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from apps import need_node

from eks_guard.assembly.load import load
from eks_guard.change.compare import compare
from eks_guard.data import Tables
from eks_guard.model.change import Question
from eks_guard.model.value import Known

RUNNER = Path(__file__).with_name("run_handler.mjs")
RELEASES = {"2.150": "2.150.0", "newest": "2.276.0"}
CHANGES = 250
DAY = datetime.date(2026, 11, 25)
LOGS = ("api", "audit", "scheduler")
SETTINGS = {
    ("version",): ("1.32", "1.33"),
    ("name",): (None, None, "prod", "other"),
    ("roleArn",): ("one", "two"),
    ("resourcesVpcConfig", "subnetIds"): (["a", "b"], ["b", "a"], ["a", "c"]),
    ("resourcesVpcConfig", "securityGroupIds"): (["g"], ["h"], None),
    ("resourcesVpcConfig", "endpointPublicAccess"): (True, False),
    ("resourcesVpcConfig", "publicAccessCidrs"): (None, ["x"], ["x", "y"], ["y", "x"]),
    ("encryptionConfig",): (None, None, [{"resources": ["secrets"], "provider": {"keyArn": "k"}}]),
    ("accessConfig", "authenticationMode"): (None, "API", "API_AND_CONFIG_MAP", "CONFIG_MAP"),
    ("accessConfig", "bootstrapClusterCreatorAdminPermissions"): (None, True, False),
    ("bootstrapSelfManagedAddons",): (None, True, False),
    ("tags",): (None, {"a": "b"}, {"a": "c"}),
    ("deletionProtection",): (None, True, False),
    ("controlPlaneScalingConfig", "tier"): (None, "standard", "tier-xl"),
    ("kubernetesNetworkConfig", "serviceIpv4Cidr"): (None, "172.20.0.0/16"),
}
THROWN = {
    "Only one type": Question.COMBINED,
    "Cannot fallback": Question.MODE_STEP,
    "Cannot update from": Question.MODE_STEP,
    "Cannot update cluster encryption": Question.REFUSED,
    "Cannot replace cluster": Question.REFUSED,
}


def logging(chance):
    on = chance.sample(LOGS, chance.randint(0, 3))
    entries = [{"types": on, "enabled": True}]
    off = [name for name in LOGS if name not in on]
    return chance.choice(
        [None, {"clusterLogging": entries}, {"clusterLogging": [*entries, {"types": off, "enabled": False}]}]
    )


def written(values):
    config: dict[str, Any] = {}
    for path, value in values.items():
        if value is not None:
            inner = config.setdefault(path[0], {}) if len(path) > 1 else config
            inner[path[-1]] = value
    return config


def changes(chance):
    for _ in range(CHANGES):
        old = {path: chance.choice(values) for path, values in SETTINGS.items()} | {("logging",): logging(chance)}
        changed = {path: chance.choice(SETTINGS[path]) for path in chance.sample(list(SETTINGS), chance.randint(1, 2))}
        also = {("logging",): logging(chance)} if chance.random() < 0.2 else {}
        yield written(old), written(old | changed | also)


def as_sent(value):
    """CloudFormation hands a custom resource texts only."""
    if isinstance(value, dict):
        return {key: as_sent(inner) for key, inner in value.items()}
    return (
        [as_sent(inner) for inner in value]
        if isinstance(value, list)
        else str(value).lower()
        if isinstance(value, bool)
        else value
    )


def answers(release, pairs):
    lines = "\n".join(json.dumps({"old": as_sent(old), "new": as_sent(new)}) for old, new in pairs)
    command = ["node", str(RUNNER), str(need_node(release) / "aws-cdk-lib")]
    result = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def on(logging):
    entries = (logging or {}).get("clusterLogging", ())
    return {name for entry in entries if str(entry["enabled"]).lower() == "true" for name in entry["types"]}


def done(answer, old):
    """The answer of a handler as the question that we would have answered; None for an update in place."""
    if answer["throws"]:
        return next(question for text, question in THROWN.items() if answer["throws"].startswith(text))
    calls = dict(answer["calls"])
    if "createCluster" in calls:
        return Question.FATE
    sent = calls.get("updateClusterConfig", {"version": ""})
    if "logging" in sent:
        asked = sent["logging"].get("clusterLogging", ())
        before = on(old.get("logging"))
        if all((name in before) is (entry["enabled"] is True) for entry in asked for name in entry["types"]):
            return Question.REFUSED  # EKS: no update type, or no changes needed
    return Question.REFUSED if set(sent) == {"name"} else None


def said(old, new, release):
    before, after = (
        load(
            "-",
            json.dumps(
                {"Resources": {"C": {"Type": "Custom::AWSCDK-EKS-Cluster", "Properties": {"Config": side}}}}
            ).encode(),
        )
        for side in (old, new)
    )
    (found,) = compare(before, after, Tables(), DAY, release).resources
    asked = (Question.FATE, Question.COMBINED, Question.MODE_STEP, Question.REFUSED)
    return next((e.question for e in found.effects if e.question in asked and e.value != Known("allowed")), None)


@pytest.mark.parametrize("release", RELEASES)
def test_a_handler_does_what_we_say(release):
    pairs = [pair for pair in changes(random.Random(release)) if pair[0] != pair[1]]
    found = answers(release, pairs)
    assert len({done(answer, old) for (old, _), answer in zip(pairs, found, strict=True)}) == 5
    for (old, new), answer in zip(pairs, found, strict=True):
        assert said(old, new, RELEASES[release]) == done(answer, old), (old, new, answer)
