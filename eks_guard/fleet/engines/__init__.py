"""The engines by name. A new one is a module with `run`, and its line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from eks_guard.errors import UsageError

if TYPE_CHECKING:
    from eks_guard.fleet.engines.engine import Engine

ENGINES = {"local": "local", "one-by-one": "one", "tcp": "dask", "tls": "dask"}
"""The module of each engine, by its name or by the protocol of its address."""
EXTRAS = {"pebble": "fleet", "distributed": "fleet-dask"}
"""The extra that brings the library of an engine."""


def find_engine(name: str) -> tuple[Engine, str]:
    """The engine of `local`, `one-by-one` or `tcp://scheduler:8786`, and its address. Raises UsageError."""
    kind, separator, _ = name.partition("://")
    if kind not in ENGINES or bool(separator) is not (ENGINES[kind] == "dask"):
        here = ", ".join(engine for engine, module in ENGINES.items() if module != "dask")
        raise UsageError(f"--engine: found {name!r}, expected {here} or tcp://scheduler:8786")
    try:
        module = import_module(f"eks_guard.fleet.engines.{ENGINES[kind]}")
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        extra = EXTRAS[error.name]
        raise UsageError(f"{error.name} is not installed; run: pip install 'eks-guard[{extra}]'") from None
    return cast("Engine", module.run), name if separator else ""
