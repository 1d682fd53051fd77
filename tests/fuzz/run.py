"""Fuzz one target with coverage as the guide: run.py TARGET CORPUS [libFuzzer options such as -runs=1000 or -max_total_time=60]."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "property")]


def main(target: str, corpus: str, *options: str) -> None:
    """Run until a bound in the options is reached, or a crash is found."""
    import atheris

    with atheris.instrument_imports(include=["eks_guard"]):
        from targets import TARGETS

    from seeds import seeds

    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(folder), "-timeout=30", "-rss_limit_mb=2048", *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
