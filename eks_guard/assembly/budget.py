"""What one audit may spend, so that no input keeps it busy without end: docs/limits.md lists all limits."""

from __future__ import annotations

from eks_guard.errors import LimitError

MAX_TOTAL_BYTES = 384 * 1024 * 1024
"""Bytes of JSON and YAML that are read in one audit; an app of a thousand stacks has up to 340 MB."""
MAX_CONTAINERS = 1_500_000
MAX_COMMAS = 5_000_000
"""Objects and lists, and commas between values, in the JSON of one audit that is parsed: memory depends on them more
than on bytes. A template of 1 MB has about 15,000 and 25,000, and of a stack without EKS it is not parsed."""
MAX_STEPS = 2_000_000
"""References that are followed in one audit; an app of 1,000 stacks with a cluster each needs some 600,000."""
MAX_NESTED_STACKS = 10_000
"""Nested stacks that are looked into in one audit; CloudFormation deploys at most 2,500 under one stack."""
MAX_STACKS = 10_000
"""Stages and stacks that manifests list in one audit; a stage that is listed twice counts twice."""
MAX_RESOURCES = 1_000_000
"""Resources of all stacks in one audit, those of a template once for each stack that deploys it."""
MAX_CLUSTERS = 10_000
"""Clusters in one audit, those of a template once for each stack that deploys it."""
MAX_INFLATED_BYTES = 1024 * 1024 * 1024
"""Bytes that are inflated out of zips in one audit; a kubectl has about 60 MiB, and a hash that is known needs none."""
MAX_WRITTEN = 128 * 1024 * 1024
"""Characters of the texts that functions of templates put together in one audit; a short text counts as often as it is
read, and one inside JSON again for each level."""
BY_STAGE = "audit the folder of each stage on its own"


class Budget:
    """What has been spent. Each method raises LimitError where a limit is reached: the audit ends, with exit code 3."""

    def __init__(self) -> None:
        self._bytes = self._steps = self._nested = self._inflated = self._stacks = self._resources = 0
        self._containers = self._commas = self._written = 0

    def read(self, size: int) -> None:
        """Count a file that is read."""
        self._bytes += size
        _check(self._bytes, MAX_TOTAL_BYTES, "the files have more than {} bytes in total")

    def parse(self, containers: int, commas: int) -> None:
        """Count what a file will be parsed to."""
        self._containers += containers
        self._commas += commas
        _check(self._containers, MAX_CONTAINERS, "the files have more than {} objects and lists")
        _check(self._commas, MAX_COMMAS, "the files have more than {} values")

    def meet(self, clusters: int) -> None:
        """Count clusters."""
        _check(clusters, MAX_CLUSTERS, "there are more than {} clusters")

    def step(self) -> None:
        """Count a reference that is followed."""
        self._steps += 1
        if self._steps > MAX_STEPS:  # asked too often for a call
            _check(
                self._steps, MAX_STEPS, "more than {} references would have to be followed", "judge fewer with --stack"
            )

    def nest(self) -> None:
        """Count a nested stack."""
        self._nested += 1
        _check(self._nested, MAX_NESTED_STACKS, "there are more than {} nested stacks")

    def list(self, size: int = 1) -> None:
        """Count what a manifest lists."""
        self._stacks += size
        _check(self._stacks, MAX_STACKS, "manifests list more than {} stages and stacks")

    def hold(self, size: int) -> None:
        """Count the resources of a stack."""
        self._resources += size
        _check(self._resources, MAX_RESOURCES, "there are more than {} resources in all stacks")

    def write(self, size: int) -> None:
        """Count characters of a text that functions put together."""
        self._written += size
        if self._written > MAX_WRITTEN:  # asked as often as `step`
            _check(self._written, MAX_WRITTEN, "texts of more than {} characters would have to be put together")

    def inflate(self, size: int) -> None:
        """Count what comes out of a zip."""
        self._inflated += size
        _check(self._inflated, MAX_INFLATED_BYTES, "more than {} bytes would have to be inflated to look into layers")


def _check(spent: int, limit: int, message: str, instead: str = BY_STAGE) -> None:
    if spent > limit:
        raise LimitError(f"{message.format(limit)}, which is the limit: nothing was judged; {instead} (docs/limits.md)")
