"""User data of nodes: which flags in it are kubelet's."""

from __future__ import annotations

import base64
import re

from eks_guard.matching import regex
from eks_guard.model.value import OPEN_PARTS

_BOOTSTRAP = regex(r"bootstrap\.sh\b(?:[^\n\\]|\\\n|\\.)*")
"""A call of the script that starts the nodes of Amazon Linux 2:
https://github.com/awslabs/amazon-eks-ami/blob/main/templates/al2/runtime/bootstrap.sh"""
_EXTRA = regex(r"""--kubelet-extra-args[ =]+(?:"([^"]*)"|'([^']*)'|(\S+))""")


def plain_text(written: str) -> str:
    """User data as it reads: a template has it in base64 where no function of CloudFormation encodes it."""
    try:
        return base64.b64decode(written.strip(), validate=True).decode("utf-8") or written
    except ValueError:
        return written


def is_open(written: str) -> bool:
    """Whether the deployment decides all of it."""
    return OPEN_PARTS.fullmatch(written.strip()) is not None


def without_comments(text: str) -> str:
    """A script without the lines that are comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#") or line.startswith("#!"))


def has_flag(text: str, flag: str) -> bool:
    """Whether kubelet gets a flag; those of `bootstrap.sh` itself are its own affair."""
    kubelet = _BOOTSTRAP.sub(lambda call: " ".join(map("".join, _EXTRA.findall(call[0]))), without_comments(text))
    return re.search(rf"(?<![\w-]){re.escape(flag.removesuffix('='))}(?![\w-])", kubelet) is not None
