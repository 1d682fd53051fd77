"""What a package needs that adds facts to the policies: see docs/facts-in-code.md.

A fact is a function from a thing of the estate, such as a cluster, and a `Context` to observations; its name begins
with a word of the package's own. The entry point group `eks_guard.facts` names a tuple of them.
"""

from __future__ import annotations

from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import ABOUT_ANY, ABOUT_CLUSTER, Context, Fact
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT, TEXTS, VERSION

__all__ = [
    "ABOUT_ANY",
    "ABOUT_CLUSTER",
    "BOOLEAN",
    "INTEGER",
    "TEXT",
    "TEXTS",
    "VERSION",
    "Context",
    "Fact",
    "Known",
    "Observation",
    "Step",
    "Unknown",
    "Value",
    "lift",
]
