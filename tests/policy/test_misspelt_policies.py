"""Six policies of a platform team, each word of which is misspelt once: all of it is a mistake but a team's own texts."""

from __future__ import annotations

import re

import pytest

from eks_guard.errors import PolicyError
from eks_guard.policy.compile import load_policy

pytest.importorskip("cfnlint", reason="pip install -e '.[cfn-lint]'")

HEAD = "title: T\nseverity: medium\nrationale: R.\nremediation: Do it.\n"
POLICIES = {
    "spot-only": """\
match: nodegroup
expect:
  - path: $.Properties.CapacityType
    one_of: [SPOT, CAPACITY_BLOCK]
    default: ON_DEMAND
""",
    "own-registry": """\
match: object
kinds: [Deployment]
expect:
  - path: $.spec.template.spec.containers[*].image
    matches: ^registry
""",
    "audit-or-sandbox": """\
match: cluster
when: {region: eu-central-*}
expect:
  - any_of:
      - fact: logging.types
        contains: audit
      - fact: cluster.tags
        contains: sandbox
""",
    "conflicts-overwritten": """\
match: addon
expect:
  - path: $.Properties.ResolveConflicts
    equals: OVERWRITE
    absent: pass
""",
    "two-zones": """\
match: cluster
when:
  - fact: cluster.origin
    one_of: [custom-resource, cloudformation]
expect:
  - fact: cluster.zones
    at_least: 2
""",
    "group-size": """\
match: AWS::EKS::Nodegroup
expect:
  - path: $.Properties.ScalingConfig.MaxSize
    between: [1, 10]
""",
}
THEIRS = {"registry", "sandbox"}
"""Words that only the team knows."""


def misspelt(text):
    """The text once for each of its longer words, with two of their letters exchanged."""
    for found in re.finditer(r"[A-Za-z_]{4,}", text):
        word, middle = found[0], len(found[0]) // 2
        wrong = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        if word not in THEIRS and wrong != word:
            yield wrong, text[: found.start()] + wrong + text[found.end() :]


@pytest.mark.parametrize("name", POLICIES)
def test_each_word_of_a_policy_is_read(name, tmp_path):
    file = tmp_path / f"{name}.yaml"
    file.write_text(f"id: {name}\n{HEAD}{POLICIES[name]}")
    assert load_policy(file).id == name
    for wrong, text in misspelt(POLICIES[name]):
        file.write_text(f"id: {name}\n{HEAD}{text}")
        with pytest.raises(PolicyError) as error:
            load_policy(file)
        assert re.search(rf"{name}\.yaml:\d+:\d+: ", str(error.value)), wrong
