"""What the words of a command line mean. Raises UsageError for what means nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.documents import MAX_FILE_BYTES
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.model.outcome import Severity
from eks_guard.policy.config import Config, find_config, load_config
from eks_guard.policy.names import nearest
from eks_guard.report import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def read_config(path: Path | None, *, search: bool = True) -> Config:
    """The configuration at a path, or the nearest one upwards from the working directory; without any, none."""
    found = path or (find_config(Path()) if search else None)
    return load_config(found) if found else Config()


def cache_folder(*, wanted: bool) -> Path | None:
    """The folder for what opened zips said, where the XDG base directories put it; None where there is none."""
    home = os.environ.get("XDG_CACHE_HOME") or (f"{os.environ['HOME']}/.cache" if os.environ.get("HOME") else None)
    return Path(home) / "eks-guard" / "binaries" if wanted and home and Path(home).is_absolute() else None


def parse_format(name: str, option: str = "--format") -> Format:
    """The format of a name."""
    try:
        return Format(name)
    except ValueError:
        hint = nearest(name, list(Format))
        raise UsageError(f"{option}: found {name!r}, expected one of {', '.join(Format)}{hint}") from None


def parse_output(text: str, option: str = "--output") -> tuple[Format, Path]:
    """Format and path of one `--output`."""
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"{option}: found {text!r}, expected FORMAT=PATH such as json=report.json")
    return parse_format(name, option), Path(path)


def chosen_format(given: str | None, config: Config) -> Format:
    """The format to print: the caller's, else the configuration's, else text."""
    configured = parse_format(config.format or "text", config.at("format"))
    return configured if given is None else parse_format(given)


def chosen_outputs(given: Sequence[str], config: Config) -> list[tuple[Format, Path]]:
    """The reports to write: the caller's, else the configuration's."""
    if given:
        return [parse_output(text) for text in given]
    return [_output_of(config, index, text) for index, text in enumerate(config.output)]


def _output_of(config: Config, index: int, text: str) -> tuple[Format, Path]:
    """A report that the configuration asks for, in its own folder or below: the file may come with a pull request."""
    where = config.at("output", index)
    format_, path = parse_output(text, where)
    folder = config.folder.resolve()
    target = (folder / path).resolve()
    if not target.is_relative_to(folder):
        raise UsageError(f"{where}: {str(path)!r} is outside {folder}; only --output writes there")
    if target == folder / config.file or ".git" in target.relative_to(folder).parts:
        raise UsageError(f"{where}: {str(path)!r} is not a file that a report may replace")
    return format_, target


def parse_severity(name: str | None) -> Severity | None:
    """The severity of a name; None without one."""
    try:
        return None if name is None else Severity.parse(name)
    except ValueError as error:
        raise UsageError(f"--fail-on: {error}") from None


def read_stdin(path: str, watch: Callable[[str], None] | None = None) -> bytes | None:
    """The template on standard input, if the path is `-`; `watch` is called before it waits for one."""
    if path != "-":
        return None
    if watch is not None:
        watch("reading standard input")
    content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise AssemblyError(f"stdin: larger than the limit of {MAX_FILE_BYTES} bytes")
    return content
