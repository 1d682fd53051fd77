"""The source files of a project: read once, never outside of it, never what a tool wrote."""

from __future__ import annotations

import json
import os
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eks_guard.fix.ecmascript.dialect import EcmaScript
from eks_guard.fix.python.dialect import Python
from eks_guard.fix.source import BOM, Refusal, Source
from eks_guard.fix.syntax import GRAMMARS, parse
from eks_guard.matching import regex
from eks_guard.records import cached_property

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


MAX_BYTES = 4 * 1024 * 1024
MAX_FILES = 20_000
FOREIGN = frozenset({"node_modules", "cdk.out", "venv", "site-packages", "__pycache__", "coverage"})
"""Folders that hold no source of the app's; those that begin with a dot do not either."""
NOT_EDITED = {".java": "Java", ".go": "Go", ".cs": "C#", ".kt": "Kotlin", ".fs": "F#"}
ECMASCRIPT, PYTHON = EcmaScript(), Python()
_GENERATED = regex(rb"generated (?:by|with|from)|@generated|do not (?:edit|modify)", re.IGNORECASE)
_COMPILED = regex(rb"^//# sourceMappingURL=|defineProperty\(exports, ['\"]__esModule['\"]", re.MULTILINE)
_TEST = regex(r"(?:^|/)(?:__tests__|tests?|spec)/|(?:\.|_)(?:test|spec)\.\w+$|(?:^|/)test_[^/]*\.py$")


class Project:
    """The files below a folder. `named` are those that the assembly names, read even if they look like tests."""

    def __init__(self, folder: Path, named: Collection[str] = ()) -> None:
        self.folder = folder.resolve()
        self._named = frozenset(named)
        self._sources: dict[str, Source | Refusal] = {}

    def content(self, path: str) -> bytes | Refusal:
        """Return the bytes of a file of the project."""
        file = self.folder / path
        try:
            if not file.resolve().is_relative_to(self.folder):
                return Refusal(f"{path} is outside the project")
            if file.stat().st_size > MAX_BYTES:
                return Refusal(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MB")
            return file.read_bytes()
        except OSError as error:
            return Refusal(f"{path} cannot be read: {error.strerror}")

    def source(self, path: str) -> Source | Refusal:
        """Return a file with its tree, or why it is not edited."""
        if path not in self._sources:
            self._sources[path] = self._read(path)
        return self._sources[path]

    def module(self, source: Source, module: str) -> Source | None:
        """Return the file of the project that a module name stands for; None for packages."""
        for path in source.dialect.files(module, source.path):
            if self.exists(path):
                found = self.source(path)
                return found if isinstance(found, Source) else None
        return None

    def sources(self, word: str) -> Iterator[Source]:
        """Yield the files of the app that hold a word, without its tests."""
        needle = word.encode(errors="surrogatepass")
        for path in self._paths:
            if path not in self._named and _TEST.search(path):
                continue
            content = self.content(path)
            if isinstance(content, Refusal) or needle not in content or is_compiled(self, path, content):
                continue
            found = self.source(path)
            if isinstance(found, Source):
                yield found

    def unreadable(self, word: str) -> str | None:
        """Return a file that holds a word but cannot be parsed, so that nobody knows what it does with it."""
        needle = word.encode(errors="surrogatepass")
        for path in self._paths:
            content = self.content(path) if path in self._named or not _TEST.search(path) else b""
            if isinstance(content, Refusal) or needle not in content or is_compiled(self, path, content):
                continue
            found = self.source(path)
            if isinstance(found, Refusal) and "does not parse" in found.reason:
                return path
        return None

    def find(self, file: str) -> str | None:
        """Return the path in the project of a file that an assembly names, which may know it from another folder."""
        if posixpath.isabs(file):
            inside = self._inside(file)
            if inside is not None or Path(file).is_file():
                return inside
        if file in self._paths or (self.folder / file).is_file():
            return posixpath.normpath(file)
        ends = [path for path in self._paths if path.endswith(f"/{file}") or file.endswith(f"/{path}")]
        longest = max((len(path) for path in ends if not path.endswith(f"/{file}")), default=0)
        ends = [path for path in ends if path.endswith(f"/{file}") or len(path) == longest]
        return ends[0] if len(ends) == 1 else None

    def _inside(self, file: str) -> str | None:
        try:
            return Path(file).resolve().relative_to(self.folder).as_posix()
        except ValueError:
            return None

    def files_with(self, word: str) -> Iterator[str]:
        """Yield all source files that hold a word, tests among them."""
        needle = word.encode(errors="surrogatepass")
        for path in self._paths:
            content = self.content(path)
            if isinstance(content, bytes) and needle in content and not is_compiled(self, path, content):
                yield path

    def exists(self, path: str) -> bool:
        """Return whether a file is part of the project."""
        return path in self._paths

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        found: list[str] = []
        for folder, names, files in os.walk(self.folder):
            names[:] = sorted(name for name in names if not _is_foreign(Path(folder) / name))
            found += [
                (Path(folder) / name).relative_to(self.folder).as_posix()
                for name in sorted(files)
                if posixpath.splitext(name)[1] in GRAMMARS and not name.endswith(".d.ts")
            ]
            if len(found) > MAX_FILES:
                break
        return tuple(found)

    @cached_property
    def _projen(self) -> frozenset[str]:
        content = self.content(".projen/files.json")
        data: Any = {}
        if isinstance(content, bytes):
            try:
                data = json.loads(content)
            except ValueError:
                data = {}
        files = data.get("files") if isinstance(data, dict) else None
        return frozenset(file for file in files if isinstance(file, str)) if isinstance(files, list) else frozenset()

    def is_projen(self, path: str) -> bool:
        """Return whether projen writes a file."""
        return path in self._projen

    def _read(self, path: str) -> Source | Refusal:
        ending = posixpath.splitext(path)[1]
        if ending in NOT_EDITED:
            return Refusal(f"{NOT_EDITED[ending]} cannot be edited; only TypeScript, JavaScript and Python can")
        if ending not in GRAMMARS:
            return Refusal(f"{path} is not TypeScript, JavaScript or Python")
        content = self.content(path)
        if isinstance(content, Refusal):
            return content
        why = self._why_not(path, content)
        if why:
            return Refusal(f"{path} {why}")
        root = parse(content, GRAMMARS[ending])
        if root.has_error:
            return Refusal(f"{path} does not parse")
        return Source(path, content, root, PYTHON if ending == ".py" else ECMASCRIPT)

    def _why_not(self, path: str, content: bytes) -> str | None:
        """Return why a file must not be edited."""
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return "is not UTF-8"
        if self.is_projen(path):
            return "is written by projen; edit .projenrc instead"
        head = content.removeprefix(BOM).split(b"\n", 3)[:3]
        if any(line.lstrip().startswith((b"//", b"#", b"/*", b"*")) and _GENERATED.search(line) for line in head):
            return "is generated, as its first lines say; edit what generates it"
        if is_compiled(self, path, content):
            return "is written by the TypeScript compiler; run the app through tsx or ts-node, or with source maps"
        return None


def is_compiled(project: Project, path: str, content: bytes) -> bool:
    """Return whether a compiler wrote a JavaScript file."""
    stem, ending = posixpath.splitext(path)
    if ending not in (".js", ".mjs", ".cjs"):
        return False
    twin = any((project.folder / f"{stem}{other}").is_file() for other in (".ts", ".mts", ".cts"))
    return twin or bool(_COMPILED.search(content))


def _is_foreign(folder: Path) -> bool:
    name = folder.name
    if name.startswith(".") or name in FOREIGN or folder.is_symlink():
        return True
    is_assembly = (folder / "manifest.json").is_file() and (folder / "cdk.out").is_file()
    return is_assembly or (folder / "pyvenv.cfg").is_file()
