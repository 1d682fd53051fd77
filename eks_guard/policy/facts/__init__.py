"""What can be asked of a subject: facts, each named, typed, documented and tested through the policies that use it."""

from __future__ import annotations

from eks_guard.policy.facts import calendar, cluster, kubectl

FACTS = {fact.name: fact for fact in (*cluster.FACTS, *kubectl.FACTS, *calendar.FACTS)}
