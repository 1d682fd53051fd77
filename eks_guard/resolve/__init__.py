"""From an assembly to the model of its clusters: who talks to whom, with which kubectl, and how that is known."""

from eks_guard.resolve.estate import Knowledge, resolve
from eks_guard.resolve.kubectl.evidence.memory import Memory

__all__ = ["Knowledge", "Memory", "resolve"]
