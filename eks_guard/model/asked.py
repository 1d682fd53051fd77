"""What a reason asks for: what a deployment decides and a user can say, in the words in which reasons name it.

A reason is a sentence, and longer ones are made around it on the way to a finding. Whoever writes it and whoever looks
for what would settle it take the words from here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eks_guard.matching import regex

if TYPE_CHECKING:
    from collections.abc import Iterator


class Asked:
    """One kind of thing that is asked for: the words before its name and behind it, and how a name is written."""

    def __init__(self, before: str, name: str, behind: str = "") -> None:
        self._before, self._behind = before, behind
        self._pattern = regex(rf"\b{re.escape(before)}({name}){re.escape(behind)}")

    def __call__(self, name: str) -> str:
        """Return the words that ask for one thing."""
        return f"{self._before}{name}{self._behind}"

    def names_in(self, reason: str) -> Iterator[str]:
        """Return the names of the things that a reason asks for."""
        yield from self._pattern.findall(reason)


PARAMETER = Asked("parameter ", r"\w+", " is set when the stack is deployed")
CONDITION = Asked("depends on the condition ", r"\w+")
PSEUDO = Asked("", r"AWS::\w+", " is decided when the stack is deployed")
SSM_PARAMETER = Asked("SSM parameter '", r"[^']+", "'")
SUBNET = Asked("subnet ", r"\S+", " is not part of this app")
SUBNETS = Asked("declare its subnets ", r"\S+(?:, \S+)*", " under `declare.subnets` in eks-guard.yaml")
LAYER = Asked("the layer is given by its ARN ", r"\S+", ", and its content is not in the assembly")
REFUSED_ROLE = Asked("create its role ", r"\S+", ", which names")
IMPORTED = "the cluster is imported, so its version is not in the assembly"
DEFAULT_VERSION = "no version is set, so EKS uses its default version on the day of the deploy"
HANDLER = "the release of CDK's handler that will run is unknown"
BY_CONDITIONS = regex(r"\bconditions? decides?\b|\bdepending on conditions\b")
"""What reasons say that name no condition: those of the resources and lists that they are about decide."""
ELSEWHERE = regex(r"\bis not (?:in the assembly|declared in this app|one of this app|part of this app)\b")
"""What reasons say of what another app has: no parameter makes it known."""
BY_OWNER = "the cluster that it belongs to depends on"
"""What the reason of a thing says that a condition gives to its cluster."""
