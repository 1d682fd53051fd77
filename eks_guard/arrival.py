"""A Lambda function for events of S3: it audits a `cdk.out.zip` as it arrives.

Events by S3 itself and by EventBridge are read:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from eks_guard import clock
from eks_guard.api import project_options
from eks_guard.errors import UsageError
from eks_guard.fleet.job import Job
from eks_guard.fleet.sources import Source
from eks_guard.fleet.storage import Storage
from eks_guard.fleet.storage_options import parse_options
from eks_guard.fleet.task import audit_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.fleet.results import ArchiveResult

REPORTS = "EKS_GUARD_REPORTS"
"""Where the answers are written, such as `s3://reports/eks-guard/`; not below what the events are about."""
OPTIONS = "EKS_GUARD_STORAGE_OPTIONS"
"""Options of the storage as KEY=VALUE, separated by spaces."""


def handler(event: dict[str, Any], _: object = None) -> dict[str, Any]:
    """The entry point of Lambda: audits each object, writes its answer, and returns what came of it."""
    job = _job()
    storage = Storage(dict(job.storage))
    answers = []
    for source in objects(event):
        result = audit_archive(source, job)
        summary = _summary(result)
        print(json.dumps(summary))  # noqa: T201 (the log of the function)
        if os.environ.get(REPORTS):
            storage.write(_place(source.url), json.dumps(asdict(result), default=str, indent=1).encode())
        answers.append(summary)
    return {"archives": answers}


def objects(event: dict[str, Any]) -> Iterator[Source]:
    """The objects that an event is about. Raises UsageError for an event of another kind."""
    if event.get("source") == "aws.s3" and isinstance(event.get("detail"), dict):
        detail = event["detail"]
        yield _source(detail["bucket"]["name"], detail["object"]["key"], detail["object"])
        return
    records = event.get("Records")
    if not isinstance(records, list) or not all(isinstance(record.get("s3"), dict) for record in records):
        raise UsageError("found an event that S3 did not send, expected one with Records, or from EventBridge")
    for record in records:
        found = record["s3"]
        yield _source(found["bucket"]["name"], unquote_plus(found["object"]["key"]), found["object"])


def _source(bucket: str, key: str, found: dict[str, Any]) -> Source:
    return Source(f"s3://{bucket}/{key}", found.get("eTag") or found.get("etag"), found.get("size"))


def _job() -> Job:
    """The job by the configuration beside the function, and by its environment."""
    fail_on = os.environ.get("EKS_GUARD_FAIL_ON") or None
    options = project_options("cdk.out", fail_on=fail_on)
    given = parse_options(os.environ.get(OPTIONS, "").split())
    return Job(
        today=clock.today(),
        wanted=options.wanted,
        config=options.config,
        gate=options.gate,
        storage=tuple(given.items()),
    )


def _summary(result: ArchiveResult) -> dict[str, Any]:
    return {
        "url": result.url,
        "status": result.status,
        "reason": result.reason,
        "clusters": len(result.clusters),
        "failed": sum(row["outcome"] == "fail" and row["waived"] is None for row in result.findings),
        "unknown": sum(row["outcome"] == "unknown" and row["waived"] is None for row in result.findings),
        "closes_gate": result.failed,
    }


def _place(url: str) -> str:
    return f"{os.environ[REPORTS].rstrip('/')}/{url.removeprefix('s3://')}.json"
