"""Calls of functions, shown one by one while something runs."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def watched(see: Callable[[FrameType, str, Any], object]) -> Iterator[None]:
    """Show each call to a function, as `sys.setprofile` does, with no garbage collected meanwhile.

    A collection calls what it frees whenever it comes, so counts would differ; and CPython 3.11.2 has crashed in one
    that began inside of such a function.
    """
    collects = gc.isenabled()
    gc.disable()
    sys.setprofile(see)
    try:
        yield
    finally:
        sys.setprofile(None)
        if collects:
            gc.enable()
