"""A Lambda function for CloudFormation Hooks: it judges a template before CloudFormation acts on it.

For stacks and change sets, in the shape of requests and answers that AWS documents:
https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eks_guard.api import project_options
from eks_guard.audit import audit
from eks_guard.errors import AssemblyError, EksGuardError, UsageError
from eks_guard.model.report import Ruling
from eks_guard.records import dataclass
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.report import Report

TARGETS = ("STACK", "CHANGE_SET")
MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
"""A larger payload is not read; a template of CloudFormation has 1 MB at most."""
SECONDS = 10
LONGEST = 4096
"""Characters of a message, which CloudFormation cuts off: `message` in the page above."""
LISTED = 12
"""Findings that a message names at most."""
HOSTS = (".amazonaws.com", ".amazonaws.com.cn")
ONE_TEMPLATE = (
    "A hook sees one template, without nested stacks, parameter values, other stacks or asset files; "
    "`eks-guard check cdk.out` in the pipeline sees those, too"
)


@dataclass(frozen=True, slots=True)
class _Request:
    """What CloudFormation asks about: the stack, where it will be, and the templates, empty for a deletion."""

    stack: str
    account: str
    region: str
    template: str
    previous: str


def handler(event: dict[str, Any], _: object = None) -> dict[str, Any]:
    """The entry point of Lambda."""
    return answer(event, download)


def answer(event: dict[str, Any], fetch: Callable[[str], bytes]) -> dict[str, Any]:
    """The answer to a request; `fetch` reads the URL of its payload. A bug surfaces, and fails the hook."""
    token = event.get("clientRequestToken") or event.get("clientRequesttoken")
    try:
        failed, message = _judge(_request(event, fetch))
    except EksGuardError as error:
        return _response(token, "FAILED", f"eks-guard could not judge: {error}", "InternalFailure")
    if failed:
        return _response(token, "FAILED", message, "NonCompliant")
    return _response(token, "SUCCESS", message)


def download(url: str) -> bytes:
    """The payload behind a presigned URL. Raises AssemblyError if it is not one of AWS, or cannot be read."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not (parts.hostname or "").endswith(HOSTS):
        raise AssemblyError(f"the payload is at {parts.scheme}://{parts.hostname}, expected a presigned S3 URL")
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:  # noqa: S310 (https, as checked above)
            content: bytes = response.read(MAX_PAYLOAD_BYTES + 1)
    except (OSError, urllib.error.URLError) as error:
        raise AssemblyError(f"the payload cannot be read: {error}") from None
    return content


def _request(event: dict[str, Any], fetch: Callable[[str], bytes]) -> _Request:
    """Read a request. Raises UsageError for a target that a template does not describe."""
    data = event.get("requestData")
    target = data.get("targetType") if isinstance(data, dict) else None
    if not isinstance(data, dict) or target not in TARGETS:
        raise UsageError(f"found the target {target!r}, expected STACK or CHANGE_SET in the hook's TargetOperations")
    arn = str(event.get("stackId") or "").split(":", 5)
    region, resource = (arn[3], arn[5]) if len(arn) > 5 else ("", "")  # noqa: PLR2004 (the parts of an ARN)
    name = resource.split("/")[1] if "/" in resource else str(data.get("targetLogicalId") or "")
    payload = _payload(fetch(str(data.get("payload") or "")))
    if not payload.get("template") and not str(event.get("actionInvocationPoint")).startswith("DELETE"):
        raise AssemblyError("the payload has no template, expected one where a stack is not deleted")
    return _Request(
        stack=re.sub(r"[^\w-]", "-", name)[:128] or "Stack",
        account=str(event.get("awsAccountId") or ""),
        region=region,
        template=payload.get("template") or "",
        previous=payload.get("previousTemplate") or "",
    )


def _payload(content: bytes) -> dict[str, str]:
    if len(content) > MAX_PAYLOAD_BYTES:
        raise AssemblyError(f"the payload is larger than the limit of {MAX_PAYLOAD_BYTES} bytes")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not all(isinstance(data.get(key, ""), str | None) for key in KEYS):
        raise AssemblyError("the payload is not what AWS documents: an object with `template` as text")
    return data


KEYS = ("template", "previousTemplate")


def _judge(request: _Request) -> tuple[bool, str]:
    """Whether the operation is to be stopped, and what is said of it."""
    if not request.template:
        return False, "eks-guard: the stack is deleted, so nothing was judged"
    with tempfile.TemporaryDirectory() as folder:
        new = _write(Path(folder, "new"), request, request.template)
        old = _write(Path(folder, "old"), request, request.previous) if request.previous else None
        options = project_options(str(new), against=str(old) if old else None, **_settings())
        report = audit(options)
    if report.problems:
        raise AssemblyError("; ".join(report.problems))
    return report.failed, _message(request, report)


def _settings() -> dict[str, Any]:
    """The options that the function's environment sets, as for `check`; packs are separated by spaces."""
    strict = os.environ.get("EKS_GUARD_STRICT")
    return {
        "fail_on": os.environ.get("EKS_GUARD_FAIL_ON") or None,
        "strict": None if strict is None else strict == "1",
        "packs": tuple(os.environ.get("EKS_GUARD_PACK", "").split()),
        "select": tuple(os.environ.get("EKS_GUARD_SELECT", "").split()),
        "ignore": tuple(os.environ.get("EKS_GUARD_IGNORE", "").split()),
    }


def _write(folder: Path, request: _Request, template: str) -> Path:
    """An assembly of the one stack, so that its account and region are known."""
    folder.mkdir()
    ending = "json" if template.lstrip()[:1] == "{" else "yaml"
    file = f"{request.stack}.template.{ending}"
    (folder / file).write_text(template, encoding="utf-8", errors="surrogatepass")
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{request.account or 'unknown-account'}/{request.region or 'unknown-region'}",
        "properties": {"templateFile": file},
    }
    manifest = {"version": "36.0.0", "artifacts": {request.stack: artifact}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _message(request: _Request, report: Report) -> str:
    """What failed, what is not known, and what one template cannot tell."""
    failed, unknown = report.ruled(Ruling.FAILED), report.ruled(Ruling.UNKNOWN)
    if not report.judged and not report.not_judged:
        return f"eks-guard: the template of {request.stack} has no EKS resources"
    words = [f"{len(failed)} failed" if failed else "nothing failed", f"{len(unknown)} unknown"]
    words += [f"{len(report.not_judged)} not judged"] if report.not_judged else []
    lines = [f"eks-guard: {', '.join(words)} in {request.stack}", *_lines(report), ONE_TEMPLATE]
    text = safe_lines(lines)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"


def _lines(report: Report) -> Iterator[str]:
    failed = report.ruled(Ruling.FAILED)
    for finding in failed[:LISTED]:
        label = "unknown" if finding.outcome == "unknown" else str(finding.severity)
        yield f"{label} {finding.policy.id} {finding.subject.id}: {'; '.join(finding.because)}"
    if len(failed) > LISTED:
        yield f"and {len(failed) - LISTED} more"
    yield from (f"not judged: {entry}" for entry in report.not_judged[:LISTED])


def safe_lines(lines: list[str]) -> str:
    """Lines in which nothing is obeyed by a console."""
    return "\n".join(safe(line) for line in lines)


def _response(token: object, status: str, message: str, error: str | None = None) -> dict[str, Any]:
    """The answer that Hooks expects."""
    response: dict[str, Any] = {
        "hookStatus": status,
        "message": message[:LONGEST],
        "clientRequestToken": token,
        "callbackContext": None,
        "callbackDelaySeconds": 0,
    }
    return response if error is None else {**response, "errorCode": error}
